"""The packaged patients as a FHIR server: what the public CDS sandbox asks at its start is answered."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service.services import PREFETCH
from tests.conftest import AppMaker

SANDBOX = {"Origin": "https://sandbox.cds-hooks.org", "Accept": "application/json+fhir"}


def body(http: FlaskClient, path: str) -> dict[str, Any]:
    answer = http.get(f"/sample-fhir/{path}", headers=SANDBOX)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == SANDBOX["Origin"]
    assert answer.mimetype == "application/fhir+json"
    found: dict[str, Any] = answer.get_json()
    return found


def test_the_calls_a_sandbox_makes_at_its_start(http: FlaskClient) -> None:
    assert body(http, "metadata")["fhirVersion"] == "4.0.1"
    patients = body(http, "Patient")
    assert patients["total"] == 3
    assert body(http, "Patient/sample-plantar")["resourceType"] == "Patient"
    assert body(http, "Condition?patient=sample-plantar")["total"] == 1


def test_a_search_by_post_gives_what_the_same_search_by_get_gives(http: FlaskClient) -> None:
    form = {"subject": "Patient/sample-rupture", "_count": "200"}
    posted = http.post("/sample-fhir/Observation/_search", data=form, headers=SANDBOX).get_json()
    assert posted["total"] > 0
    assert posted == body(http, "Observation?patient=sample-rupture")


def test_a_search_that_finds_nothing_is_an_empty_searchset(http: FlaskClient) -> None:
    assert body(http, "Immunization?patient=sample-plantar") == {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": 0,
    }
    assert body(http, "Patient?_id=nobody")["total"] == 0


def test_a_resource_that_nobody_has_is_404_with_an_operation_outcome(http: FlaskClient) -> None:
    answer = http.get("/sample-fhir/Patient/nobody")
    assert answer.status_code == 404
    assert answer.get_json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("patient", ["sample-plantar", "sample-rupture", "sample-stress"])
def test_what_this_server_gives_for_the_prefetch_templates_brings_a_card(http: FlaskClient, patient: str) -> None:
    prefetch = {
        key: body(http, template.replace("{{context.patientId}}", patient)) for key, template in PREFETCH.items()
    }
    call = {
        "hook": "patient-view",
        "hookInstance": "0b4ab0b3-6b4b-4d0a-9d2c-4d8d8c7a0001",
        "context": {"userId": "Practitioner/COREPRACTITIONER1", "patientId": patient},
        "prefetch": prefetch,
    }
    answer = http.post("/cds-services/heel-pain-patient-view", json=call)
    assert answer.status_code == 200
    assert answer.get_json()["cards"]


def test_a_page_of_the_sandbox_may_reach_a_service_on_loopback(http: FlaskClient) -> None:
    asked = SANDBOX | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Private-Network": "true"}
    answer = http.options("/cds-services/heel-pain-patient-view", headers=asked)
    assert answer.headers["Access-Control-Allow-Private-Network"] == "true"
    stranger = http.options("/cds-services/heel-pain-patient-view", headers=asked | {"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Private-Network" not in stranger.headers


def test_a_service_without_the_sandbox_s_origin_marks_nothing(make_app: AppMaker) -> None:
    http = make_app(cors_origins="https://ehr.example.org").test_client()
    assert "Access-Control-Allow-Origin" not in http.get("/sample-fhir/metadata", headers=SANDBOX).headers
