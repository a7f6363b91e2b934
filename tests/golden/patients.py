"""Golden patients: made-up charts, one for each sort of answer, as FHIR R4 Bundles with the hook they are shown at.

Every chart is read as of `AT`. A side, where one is known, stands on the findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from knowledge.chart import Side

AT = datetime(2026, 11, 25, 10, tzinfo=UTC)
OURS = "https://w3id.org/heel-pain-cds/CodeSystem/"
SNOMED = "http://snomed.info/sct"
SIDES = {Side.LEFT: "7771000", Side.RIGHT: "24028007"}
PLANTAR_FASCIITIS = ("202882003", "Plantar fasciitis")
HEEL_PAIN = ("2733002", "Heel pain")
ACHILLES_TENDINITIS = ("11654001", "Achilles tendinitis")
Resource = dict[str, Any]


def day(before: int) -> str:
    """A date so many days before the evaluation."""
    return (AT.date() - timedelta(days=before)).isoformat()


def patient(born: str = "1988-05-02") -> Resource:
    return {"resourceType": "Patient", "id": "runner", "gender": "female", "birthDate": born}


def condition(code: tuple[str, str], began: int = 20, subject: str = "runner") -> Resource:
    """An active, confirmed problem that began so many days ago."""
    system = "http://terminology.hl7.org/CodeSystem/condition-"
    return {
        "resourceType": "Condition",
        "clinicalStatus": {"coding": [{"system": f"{system}clinical", "code": "active"}]},
        "verificationStatus": {"coding": [{"system": f"{system}ver-status", "code": "confirmed"}]},
        "code": {"coding": [{"system": SNOMED, "code": code[0], "display": code[1]}], "text": code[1]},
        "subject": {"reference": f"Patient/{subject}"},
        "onsetDateTime": day(began),
    }


def finding(code: str, value: bool | float | str, side: Side = Side.UNKNOWN, before: int = 1, **more: Any) -> Resource:
    """One finding of ours; a text is an answer of the code system of the same finding."""
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": f"{OURS}heel-findings", "code": code}]},
        "subject": {"reference": "Patient/runner"},
        "effectiveDateTime": day(before),
        **_value(code, value),
        **more,
    }
    if side in SIDES:
        observation["bodySite"] = {"coding": [{"system": SNOMED, "code": SIDES[side], "display": side.value}]}
    return observation


def _value(code: str, value: bool | float | str) -> Resource:
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, str):
        system = "heel-pain-location" if code == "pain-location" else "heel-imaging-result"
        return {"valueCodeableConcept": {"coding": [{"system": OURS + system, "code": value}]}}
    unit = {"run-distance": "km", "shoe-distance": "km"}.get(code, "wk")
    return {"valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}}


def runs(*distances: float) -> list[Resource]:
    """One run every other day, the last one yesterday."""
    return [finding("run-distance", km, before=1 + 2 * place) for place, km in enumerate(reversed(distances))]


def injection(text: str, site: str) -> Resource:
    """A steroid injection being ordered."""
    return {
        "resourceType": "MedicationRequest",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": {"text": text},
        "subject": {"reference": "Patient/runner"},
        "dosageInstruction": [{"site": {"text": site}, "route": {"text": "injection"}}],
    }


def chart(*resources: Resource) -> Resource:
    """A Bundle of one patient's resources, each with an id by its place."""
    whole = [resources[0] if resources[0]["resourceType"] == "Patient" else patient()]
    whole += resources[resources[0]["resourceType"] == "Patient" :]
    entries = [{"resource": {"id": f"r{place}", **resource}} for place, resource in enumerate(whole)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


PATIENTS: Mapping[str, tuple[str, Resource]] = {
    "rupture": (
        "patient-view",
        chart(
            condition(HEEL_PAIN, 3),
            finding("pain-location", "achilles-midportion", Side.RIGHT),
            finding("sudden-pop", True, Side.RIGHT, 3),
            finding("thompson-test", True, Side.RIGHT),
            finding("palpable-gap", True, Side.RIGHT),
        ),
    ),
    "rupture-tests-missing": (
        "encounter-start",
        chart(condition(HEEL_PAIN, 1), finding("pain-location", "posterior"), finding("sudden-pop", True)),
    ),
    "stress-fracture": (
        "patient-view",
        chart(
            condition(HEEL_PAIN, 18),
            finding("pain-location", "calcaneal-walls", Side.LEFT),
            finding("calcaneal-squeeze-test", True, Side.LEFT),
            finding("worse-through-run", True, Side.LEFT),
            finding("hop-pain", True, Side.LEFT),
            *runs(5, 5, 5, 12, 14, 16),
        ),
    ),
    "squeeze-test-missing": (
        "patient-view",
        chart(
            condition(HEEL_PAIN, 18),
            finding("pain-location", "calcaneal-walls"),
            finding("worse-through-run", True),
            *runs(5, 5, 5, 12, 14, 16),
        ),
    ),
    "plantar-two-weeks": (
        "patient-view",
        chart(
            condition(PLANTAR_FASCIITIS, 14),
            finding("pain-location", "plantar-medial"),
            finding("first-step-pain", True),
            finding("shoe-distance", 700.0),
            *runs(5, 5, 5, 5, 6, 6, 7),
        ),
    ),
    "plantar-eight-weeks": (
        "encounter-discharge",
        chart(condition(PLANTAR_FASCIITIS, 56), finding("first-step-pain", True), finding("core-care-duration", 7.0)),
    ),
    "plantar-twenty-weeks": (
        "patient-view",
        chart(
            condition(PLANTAR_FASCIITIS, 140),
            finding("pain-location", "plantar-medial", Side.LEFT),
            finding("core-care-duration", 14.0),
            finding("activities-limited", True),
        ),
    ),
    "achilles-midportion": (
        "appointment-book",
        chart(
            condition(ACHILLES_TENDINITIS, 30),
            finding("pain-location", "achilles-midportion", Side.LEFT),
            finding("worse-after-running", True, Side.LEFT),
        ),
    ),
    "achilles-insertion": (
        "patient-view",
        chart(
            finding("pain-location", "achilles-insertion", Side.RIGHT),
            finding("shoe-counter-pain", True, Side.RIGHT),
            finding("first-step-pain", True, Side.RIGHT),
        ),
    ),
    "spur-on-the-radiograph": (
        "patient-view",
        chart(condition(PLANTAR_FASCIITIS, 20), finding("heel-radiograph-result", "spur")),
    ),
    "warning-signs": (
        "patient-view",
        chart(condition(HEEL_PAIN, 30), finding("night-pain", True), finding("severe-swelling", True)),
    ),
    "steroid-order": (
        "order-sign",
        chart(
            condition(PLANTAR_FASCIITIS, 21),
            injection("triamcinolone acetonide 40 mg/mL injection", "plantar heel"),
        ),
    ),
    "child": ("patient-view", chart(patient("2014-02-03"), condition(PLANTAR_FASCIITIS, 14))),
    "no-heel-pain": ("patient-view", chart(condition(("38341003", "Hypertension"), 900), *runs(8, 8, 8))),
    "faulty-records": (
        "patient-view",
        chart(
            condition(PLANTAR_FASCIITIS, 14),
            condition(HEEL_PAIN, 14, subject="somebody-else"),
            finding("first-step-pain", True, id="<img src=x>"),
            {**finding("windlass-test", True), "code": "not an object"},
            finding("night-pain", False, note=[{"text": "[click](https://evil.example)"}]),
        ),
    ),
}
