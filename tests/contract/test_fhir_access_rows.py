"""The checklist rows on reading from the client's FHIR server, through the service as clients call it."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service.logs import JsonLines
from tests import calls
from tests.conftest import AppMaker
from tests.fhir_of import serving_chart_of
from tests.stub_fhir import TOKEN, StubFhir, stub_fhir

OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}


def asking(fhir: StubFhir, **authorization: Any) -> dict[str, Any]:
    """A request that brings nothing but access."""
    return calls.request(prefetch={}) | fhir.call(**authorization)


@pytest.mark.parametrize("kept", ["fhirServer", "fhirAuthorization"])
def test_the_server_is_asked_only_with_both_its_address_and_a_token(
    http: FlaskClient, fhir: StubFhir, kept: str
) -> None:
    """F-01"""
    assert calls.post(http, calls.request(prefetch={}) | {kept: fhir.call()[kept]}).status_code == 412
    assert fhir.asked == []


def test_an_open_server_is_asked_where_the_setting_allows(make_app: AppMaker, fhir: StubFhir) -> None:
    """F-01"""
    fhir.says(f"Patient/{calls.PATIENT}", calls.patient())
    http = make_app(open_fhir="yes", deadline="30").test_client()
    assert calls.post(http, calls.request(prefetch={}, fhirServer=fhir.url)).status_code == 200
    assert fhir.asked


def test_every_fhir_call_bears_the_token(http: FlaskClient) -> None:
    """F-02"""
    with serving_chart_of(calls.sample(), per_page=1) as (fhir, request):
        assert calls.post(http, request).status_code == 200
        assert {asked.headers.get("Authorization") for asked in fhir.asked} == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize("name", ["access_token", "token_type", "expires_in", "scope", "subject"])
@pytest.mark.parametrize("value", [None, "", 1.5, [], {}])
def test_an_incomplete_authorization_is_not_used(http: FlaskClient, fhir: StubFhir, name: str, value: Any) -> None:
    """F-03"""
    answer = calls.post(http, asking(fhir, **{name: value}))
    assert answer.status_code == 412
    assert f"fhirAuthorization.{name}" in answer.json["issue"][0]["diagnostics"]
    assert fhir.asked == []


def test_with_prefetch_an_incomplete_authorization_costs_nothing(http: FlaskClient, fhir: StubFhir) -> None:
    """F-03"""
    assert calls.post(http, calls.sample() | fhir.call(scope=None)).status_code == 200


def test_a_token_for_another_patient_reads_nothing(http: FlaskClient, fhir: StubFhir) -> None:
    """F-04"""
    assert calls.post(http, asking(fhir, scope="patient/*.rs", patient="somebody-else")).status_code == 412
    assert fhir.asked == []


def test_the_token_is_neither_stored_nor_logged_nor_echoed(
    make_app: AppMaker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """F-05"""
    caplog.set_level(logging.DEBUG)
    http = make_app(home=str(tmp_path), deadline="30").test_client()
    with serving_chart_of(calls.sample()) as (fhir, request):
        fhir.says("Procedure", OUTCOME, status=500)
        told = [calls.post(http, request), calls.post(http, request | {"hook": "order-sign"})]
        fhir.says_otherwise({"echo": TOKEN}, status=401)
        told.append(calls.post(http, asking(fhir)))
        told += [http.get("/metrics"), http.get("/version")]
    lines = "".join(JsonLines().format(record) + str(vars(record)) for record in caplog.records)
    assert TOKEN not in lines
    assert not any(TOKEN in answer.text + str(answer.headers) for answer in told)
    with closing(sqlite3.connect(tmp_path / "heel-cds.db")) as store:
        assert TOKEN not in "\n".join(store.iterdump())


def test_nothing_is_asked_after_the_answer(make_app: AppMaker, fhir: StubFhir) -> None:
    """F-06"""
    fhir.says_otherwise(hang=True)
    assert calls.post(make_app(deadline="0.2").test_client(), asking(fhir)).status_code == 412
    before = len(fhir.asked)
    fhir.over.set()
    assert calls.post(make_app().test_client(), calls.sample()).status_code == 200
    assert len(fhir.asked) == before


@pytest.mark.parametrize("scope", ["user/*.read", "user/*.rs", "patient/*.rs patient/Observation.rs?category=exam"])
def test_scopes_of_both_versions_of_smart_are_understood(http: FlaskClient, scope: str) -> None:
    """F-07"""
    whole = calls.sample()
    with serving_chart_of(whole) as (fhir, request):
        assert calls.post(http, request | fhir.call(scope=scope)).json["cards"]
        assert len(set(fhir.types_asked)) == 11


def test_calls_outside_the_scope_are_skipped(http: FlaskClient, fhir: StubFhir) -> None:
    """F-07"""
    fhir.says(f"Patient/{calls.PATIENT}", calls.patient())
    assert calls.post(http, asking(fhir, scope="user/Patient.r user/Condition.s")).status_code == 200
    assert fhir.types_asked == ["Condition", "Patient"]


@pytest.mark.parametrize(
    "server",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/fhir",
        "https://10.0.0.1/fhir",
        "https://[fd00:ec2::254]/fhir",
        "https://[::ffff:169.254.169.254]/fhir",
        "https://user:word@ehr.example.org",
        "https://ehr.example.org\\@evil.example.net/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/",
        "https://ehr.example.org/fhir?x=",
        "{{fhirServerUrl}}",
    ],
)
def test_addresses_that_lead_inward_or_astray_are_never_called(http: FlaskClient, fhir: StubFhir, server: str) -> None:
    """F-08. A test that would reach another machine fails by itself."""
    answer = calls.post(http, asking(fhir) | {"fhirServer": server})
    assert answer.status_code == 412
    assert server not in answer.text


def test_with_a_list_of_servers_no_other_is_called(make_app: AppMaker, fhir: StubFhir) -> None:
    """F-08"""
    http = make_app(fhir_servers="https://ehr.example.org/fhir").test_client()
    answer = calls.post(http, asking(fhir))
    assert answer.status_code == 412
    assert "HEEL_CDS_FHIR_SERVERS" in answer.json["issue"][0]["diagnostics"]
    assert fhir.asked == []


def test_a_redirect_to_another_server_is_not_followed(http: FlaskClient, fhir: StubFhir) -> None:
    """F-08"""
    with stub_fhir() as other:
        fhir.says_otherwise(status=307, headers={"Location": f"{other.url}/Patient/1"})
        assert calls.post(http, asking(fhir)).status_code == 412
        assert other.asked == []


@pytest.mark.parametrize("manner", ["hang", "drip"])
def test_a_server_that_never_ends_its_answer_is_left_at_the_deadline(
    make_app: AppMaker, fhir: StubFhir, manner: str
) -> None:
    """F-08, R-13"""
    fhir.says(f"Patient/{calls.PATIENT}", calls.patient())
    fhir.says("DeviceRequest", calls.bundle(), **{manner: True})
    assert calls.post(make_app(deadline="1.5").test_client(), asking(fhir)).status_code == 200


def test_fhir_json_is_asked_for(http: FlaskClient, fhir: StubFhir) -> None:
    """F-09"""
    calls.post(http, asking(fhir))
    assert {asked.headers["Accept"] for asked in fhir.asked} == {"application/fhir+json"}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 500, 503])
def test_a_search_that_is_refused_costs_its_own_list_only(http: FlaskClient, status: int) -> None:
    """F-09"""
    with serving_chart_of(calls.sample()) as (fhir, request):
        fhir.says("Procedure", OUTCOME, status=status)
        assert calls.post(http, request).json["cards"]


def test_what_could_not_be_read_is_told_on_the_cards(http: FlaskClient) -> None:
    """F-10"""
    with serving_chart_of(calls.sample()) as (fhir, request):
        whole = [card["detail"] for card in calls.post(http, request).json["cards"]]
        fhir.says("Procedure", OUTCOME, status=403)
        part = [card["detail"] for card in calls.post(http, request).json["cards"]]
    told = [now for now, before in zip(part, whole, strict=True) if len(now.splitlines()) > len(before.splitlines())]
    assert told


def test_what_the_service_needs_for_its_registration_is_told(http: FlaskClient) -> None:
    """F-11"""
    for service in http.get("/cds-services").json["services"]:
        assert "FHIR access" in service["usageRequirements"]
