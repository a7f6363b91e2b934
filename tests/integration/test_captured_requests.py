"""Requests that other systems' developers wrote or captured: whatever comes, the answer is a proper one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service.services import SERVICES
from tests import calls
from tests.conftest import AppMaker
from tests.shared_material import SHARED, shared

FOLDER = "fixtures/cds-requests"
OUR_HOOKS = {service.hook for service in SERVICES}


def captured() -> dict[str, str]:
    """The text of every file that is a hook request, by its path; some are not valid JSON as published."""
    folder = SHARED / FOLDER
    texts = {str(path.relative_to(folder)): path.read_text("utf-8-sig") for path in sorted(folder.rglob("*.json"))}
    return {name: text for name, text in texts.items() if "hook" in beginning(text)}


def beginning(text: str) -> dict[str, Any]:
    """The object a text begins with, whatever follows it."""
    found = json.JSONDecoder().raw_decode(text.lstrip())[0]
    return found if isinstance(found, dict) else {}


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


CAPTURED = captured()
MALFORMED = [name for name, text in CAPTURED.items() if not is_json(text)]
FOREIGN = [name for name in CAPTURED if name not in MALFORMED and beginning(CAPTURED[name])["hook"] not in OUR_HOOKS]
PLACEHOLDER_ID = [  # their hookInstance is a word, not a UUID
    "clinical-reasoning/ASLPCrdServiceRequest.json",
    "cqf-ruler/html-request.json",
    "cqf-ruler/request-ExclusionPatient.json",
    "cqf-ruler/request-HelloWorld.json",
    "cqf-ruler/request-HighRiskIDUPatient.json",
    "cqf-ruler/unicode-request.json",
]
WHOLE = ["ahrq/unhealthy_patient.json"]  # the one that brings its own patient and that patient's conditions
LACKING = sorted(set(CAPTURED) - {*MALFORMED, *FOREIGN, *PLACEHOLDER_ID, *WHOLE})


@pytest.fixture(scope="module")
def http(make_app: AppMaker) -> FlaskClient:
    """A service that may call one FHIR server only, which none of these requests names."""
    return make_app(fhir_servers="https://fhir.invalid/r4").test_client()


def send(http: FlaskClient, name: str, service: str | None = None) -> Any:
    hook = beginning(CAPTURED[name])["hook"]
    path = service or calls.service_of(hook if hook in OUR_HOOKS else "order-sign")
    return calls.post_text(http, CAPTURED[name].encode(), path)


def test_all_66_requests_are_here() -> None:
    shared(FOLDER)
    assert len(CAPTURED) == 66
    assert len(MALFORMED) == 23
    assert len(FOREIGN) == 6


@pytest.mark.parametrize("name", MALFORMED)
def test_a_body_that_is_not_json_gets_400(http: FlaskClient, name: str) -> None:
    answer = send(http, name)
    assert answer.status_code == 400
    assert answer.json["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("name", FOREIGN)
def test_a_hook_that_the_service_is_not_for_gets_400(http: FlaskClient, name: str) -> None:
    assert send(http, name).status_code == 400


@pytest.mark.parametrize("name", FOREIGN)
def test_a_service_we_do_not_have_gets_404(http: FlaskClient, name: str) -> None:
    assert send(http, name, "/cds-services/of-somebody-else").status_code == 404


@pytest.mark.parametrize("name", PLACEHOLDER_ID)
def test_a_hook_instance_that_is_no_uuid_gets_400(http: FlaskClient, name: str) -> None:
    assert send(http, name).status_code == 400


@pytest.mark.parametrize("name", WHOLE)
def test_a_request_with_its_own_patient_and_conditions_gets_200_and_no_card(http: FlaskClient, name: str) -> None:
    answer = send(http, name)
    assert answer.status_code == 200
    assert answer.json["cards"] == []


@pytest.mark.parametrize("name", LACKING)
def test_a_request_without_what_must_be_had_gets_412_that_says_what(http: FlaskClient, name: str) -> None:
    answer = send(http, name)
    assert answer.status_code == 412
    told = json.dumps(answer.json)
    assert "patient" in told or "conditions" in told


@pytest.mark.parametrize("name", [*LACKING, *WHOLE])
def test_the_same_request_with_the_patient_and_an_empty_problem_list_gets_200(http: FlaskClient, name: str) -> None:
    request = beginning(CAPTURED[name])
    person = request["context"]["patientId"].removeprefix("Patient/")
    request["prefetch"] = {"patient": {"resourceType": "Patient", "id": person}, "conditions": None}
    answer = calls.post(http, request)
    assert answer.status_code == 200, answer.json
    assert answer.json["cards"] == []


@pytest.mark.parametrize("name", sorted(CAPTURED))
def test_no_captured_request_ever_gets_500(http: FlaskClient, name: str) -> None:
    for service in SERVICES:
        assert send(http, name, f"/cds-services/{service.id}").status_code in (200, 400, 412)


def test_no_token_of_a_captured_request_comes_back(http: FlaskClient) -> None:
    for name in CAPTURED:
        token = (beginning(CAPTURED[name]).get("fhirAuthorization") or {}).get("access_token")
        assert not token or token not in send(http, name).text
