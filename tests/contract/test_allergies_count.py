"""An allergy counts on whoever's word: most are told by the patient, and confirmed by nobody."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import calls


def _signing(verification: str | None) -> dict[str, Any]:
    """A draft of ibuprofen for a patient whose allergy to it bears this verification status."""
    allergy: dict[str, Any] = {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "patient": {"reference": "Patient/p"},
        "criticality": "high",
        "code": {"text": "ibuprofen"},
    }
    if verification:
        allergy["verificationStatus"] = {"coding": [{"code": verification}]}
    draft = {
        "resourceType": "MedicationRequest",
        "id": "m",
        "status": "draft",
        "intent": "order",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": "Ibuprofen 400 mg tablet"},
    }
    return {
        "hook": "order-sign",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {
            "userId": "Practitioner/1",
            "patientId": "p",
            "draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": draft}]},
        },
        "prefetch": {
            "patient": {"resourceType": "Patient", "id": "p", "birthDate": "1985-05-05"},
            "conditions": {"resourceType": "Bundle", "type": "searchset", "total": 0},
            "allergies": {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": allergy}]},
        },
    }


@pytest.mark.parametrize(
    ("verification", "indicator"),
    [
        (None, "critical"),
        ("confirmed", "critical"),
        ("unconfirmed", "critical"),
        ("presumed", "critical"),
        ("refuted", ""),
    ],
)
def test_it_stops_the_drug_unless_it_was_refuted(http: FlaskClient, verification: str | None, indicator: str) -> None:
    answer = http.post(calls.service_of("order-sign"), json=_signing(verification))
    assert answer.status_code == 200
    assert [card["indicator"] for card in answer.json["cards"]] == ([indicator] if indicator else [])
