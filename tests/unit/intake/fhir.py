"""Small FHIR resources for the tests of the reading, and the chart they make."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cds_service.intake.chart_reader import read_chart
from knowledge.chart import Chart, Entry

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FINDINGS = "https://w3id.org/heel-pain-cds/CodeSystem/heel-findings"
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"


def chart(*resources: Any, **more: Any) -> Chart:
    return read_chart(resources, **{"patient_id": "p1", "known_at": NOW, **more})


def entry(resource: Any, **more: Any) -> Entry:
    """The one entry that the resource makes."""
    (found,) = chart(resource, **more).entries
    return found


def concept(system: str, code: str, display: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def resource(kind: str, **content: Any) -> dict[str, Any]:
    return {"resourceType": kind, "id": "x1", "subject": {"reference": "Patient/p1"}, **content}


def finding(code: str, **value: Any) -> dict[str, Any]:
    return resource(
        "Observation", status="final", code=concept(FINDINGS, code), effectiveDateTime="2026-11-20T08:00:00Z", **value
    )
