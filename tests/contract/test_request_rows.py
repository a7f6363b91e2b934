"""The checklist rows on the request, through the service as clients call it."""

from __future__ import annotations

import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import calls
from tests.fhir_of import serving_chart_of
from tests.stub_fhir import StubFhir, stub_fhir


def test_a_service_is_called_by_post_at_its_id(http: FlaskClient) -> None:
    """R-01"""
    path = calls.service_of("patient-view")
    assert http.post(path, json=calls.request()).status_code == 200
    for method in ("get", "put", "delete"):
        assert getattr(http, method)(path).status_code == 405
    unknown = http.post("/cds-services/nothing", json=calls.request())
    assert (unknown.status_code, unknown.json["resourceType"]) == (404, "OperationOutcome")


@pytest.mark.parametrize("hook", [..., None, 7, "", "order-sign", "Patient-View", ["patient-view"]])
def test_a_hook_that_the_service_does_not_offer_gets_400(http: FlaskClient, hook: Any) -> None:
    """R-02"""
    request = calls.request() | {"hook": hook}
    if hook is ...:
        del request["hook"]
    answer = calls.post(http, request, calls.service_of("patient-view"))
    assert answer.status_code == 400
    assert "patient-view" in answer.json["issue"][0]["diagnostics"]


@pytest.mark.parametrize("instance", [None, "", "hook-1", 12, "40cd5e63-2cff-4a6c-b058-a95bb9956c8"])
def test_a_hook_instance_that_is_no_uuid_gets_400(http: FlaskClient, instance: Any) -> None:
    """R-03"""
    assert calls.post(http, calls.request(hookInstance=instance)).status_code == 400


def test_a_hook_instance_may_be_a_urn_or_in_capitals(http: FlaskClient) -> None:
    """R-03"""
    for spelt in (f"urn:uuid:{uuid.uuid4()}", str(uuid.uuid4()).upper()):
        assert calls.post(http, calls.request(hookInstance=spelt)).status_code == 200


@pytest.mark.parametrize("context", [None, [], "x", {}, {"patientId": None}])
def test_a_context_without_its_patient_gets_400(http: FlaskClient, context: Any) -> None:
    """R-04"""
    assert calls.post(http, calls.request(context=context)).status_code == 400


def test_order_select_without_its_drafts_gets_400(http: FlaskClient) -> None:
    """R-04"""
    context = {"userId": calls.USER, "patientId": calls.PATIENT}
    assert calls.post(http, calls.request("order-select", context=context)).status_code == 400


def test_an_authorization_without_a_server_is_no_access(http: FlaskClient, fhir: StubFhir) -> None:
    """R-05"""
    access = {"fhirAuthorization": fhir.call()["fhirAuthorization"]}
    assert calls.post(http, calls.request(prefetch={}) | access).status_code == 412
    assert calls.post(http, calls.sample() | access).status_code == 200


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_server_may_be_named_with_or_without_a_slash_at_the_end(http: FlaskClient, slash: str) -> None:
    """R-05"""
    with serving_chart_of(calls.sample()) as (fhir, request):
        request["fhirServer"] += slash
        assert calls.shown(http, request)["cards"]
        assert all(not asked.target.startswith("/") for asked in fhir.asked)


def test_an_http_server_is_never_called_unless_it_is_this_machine_in_the_sandbox(http: FlaskClient) -> None:
    """R-06"""
    for server in ("http://ehr.example.org/fhir", "http://10.0.0.1/fhir", "http://192.168.1.1:8080"):
        with stub_fhir() as fhir:
            answer = calls.post(http, calls.request(prefetch={}) | fhir.call() | {"fhirServer": server})
        assert answer.status_code == 412
        assert "not https" in answer.json["issue"][0]["diagnostics"]


def test_prefetch_alone_gives_the_cards(http: FlaskClient) -> None:
    """R-07"""
    request = calls.sample()
    assert "fhirServer" not in request
    assert calls.shown(http, request)["cards"]


def test_without_prefetch_it_is_fhir_access_or_412(http: FlaskClient) -> None:
    """R-08"""
    with serving_chart_of(calls.sample()) as (_, request):
        assert "prefetch" not in request
        assert calls.shown(http, request)["cards"]
        for name in ("fhirServer", "fhirAuthorization"):
            assert calls.post(http, {key: value for key, value in request.items() if key != name}).status_code == 412


def test_the_same_call_again_gives_the_same_answer(http: FlaskClient) -> None:
    """R-09"""
    request = calls.sample()
    first, second, third = (calls.shown(http, request) for _ in range(3))
    assert first["cards"]
    assert first == second == third


def test_calls_at_the_same_time_never_mix_patients(http: FlaskClient) -> None:
    """R-10"""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: _answer_for(http, f"runner-{number}"), range(50)))
    for number, text in enumerate(answers):
        assert set(re.findall(r"runner-\d+", text)) <= {f"runner-{number}"}
    assert any("runner-" in text for text in answers)


def _answer_for(http: FlaskClient, identity: str) -> str:
    request = json.dumps(calls.sample()).replace(calls.sample_patient(), identity)
    with http.application.test_client() as own:
        return calls.post(own, json.loads(request)).text


def test_another_patient_in_the_chart_gets_no_advice(http: FlaskClient) -> None:
    """R-11"""
    request = calls.sample()
    request["context"]["patientId"] = "somebody-else"
    answer = calls.post(http, request)
    assert answer.status_code == 412
    assert "another id" in answer.json["issue"][0]["diagnostics"]


def test_resources_of_another_patient_are_left_aside(http: FlaskClient) -> None:
    """R-11"""
    text = json.dumps(calls.sample()["prefetch"])
    others = json.loads(text.replace(f"Patient/{calls.sample_patient()}", "Patient/somebody-else"))
    request = calls.changed(**{key: value for key, value in others.items() if key != "patient"})
    assert calls.shown(http, request)["cards"] == []
