"""Orders being written that are odd: booked as an appointment, or without a name; and values that are dates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cds_service.intake.chart_reader import read_chart
from cds_service.intake.routes_of_drugs import route_of
from knowledge.chart import Chart, Kind, Standing

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SUBJECT = {"reference": "Patient/runner"}


def chart(*resources: dict[str, Any], drafts: tuple[dict[str, Any], ...] = ()) -> Chart:
    return read_chart(resources, patient_id="runner", drafts=drafts, known_at=NOW)


def appointment(**more: Any) -> dict[str, Any]:
    participant = [{"actor": SUBJECT, "status": "needs-action"}]
    return {"resourceType": "Appointment", "id": "a", "status": "proposed", "participant": participant, **more}


@pytest.mark.parametrize(
    "service",
    [{"serviceType": [{"text": "Shockwave"}]}, {"description": "Shockwave"}, {"specialty": [{"text": "Shockwave"}]}],
)
def test_what_an_appointment_ahead_is_for_is_an_order_being_written(service: dict[str, Any]) -> None:
    (entry,) = chart(appointment(**service)).entries
    assert (entry.kind, entry.text, entry.standing) == (Kind.ORDER, "Shockwave", Standing.PLANNED)
    assert entry.draft
    assert entry.selected


@pytest.mark.parametrize("more", [{"status": "fulfilled", "description": "Shockwave"}, {"status": "proposed"}])
def test_an_appointment_that_is_over_or_says_nothing_orders_nothing(more: dict[str, Any]) -> None:
    assert chart(appointment(**more)).entries == ()


def drug(status: str = "draft", **more: Any) -> dict[str, Any]:
    return {"resourceType": "MedicationRequest", "id": "m", "status": status, "subject": SUBJECT, **more}


def test_a_drug_being_ordered_without_a_name_stays_in_sight_and_is_counted() -> None:
    found = chart(drafts=(drug(),))
    (entry,) = found.entries
    assert (entry.kind, entry.reference, entry.draft, entry.codings, entry.text) == (
        Kind.MEDICATION,
        "MedicationRequest/m",
        True,
        (),
        "",
    )
    assert found.unread == 1


def test_a_drug_that_is_taken_without_a_name_or_is_cancelled_is_not_in_sight() -> None:
    assert chart(drug("active")).entries == ()
    assert chart(drafts=(drug("cancelled"),)).entries == ()


@pytest.mark.parametrize("value", [{"valueDateTime": "2027-01-20T08:00:00Z"}, {"valueDate": "2027-01-20"}])
def test_a_value_may_be_a_date(value: dict[str, Any]) -> None:
    code = {"coding": [{"system": "http://loinc.org", "code": "11778-8"}]}
    seen = {"resourceType": "Observation", "id": "o", "status": "final", "code": code, "subject": SUBJECT, **value}
    (entry,) = chart({**seen, "effectiveDateTime": "2026-11-01"}).entries
    assert entry.value_day is not None
    assert entry.value_day.earliest.date().isoformat() == "2027-01-20"


def test_a_brand_may_say_that_it_is_a_gel() -> None:
    assert route_of(["Voltaren Emulgel 1%"]) == "topical"
