"""The reason of a visit is a complaint, also where no problem list has it."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.chart import Kind, Side, Standing
from knowledge.truth import Truth
from tests.contract.traps import facts
from tests.unit.intake.fhir import SNOMED, chart, concept, entry, resource

HEEL_PAIN = concept(SNOMED, "2733002", "Heel pain")


@pytest.mark.parametrize(
    "reason",
    [
        {"reasonCode": [HEEL_PAIN]},
        {"reason": [HEEL_PAIN]},
        {"reason": [{"concept": HEEL_PAIN}]},
        {"reason": [{"use": [{"text": "chief complaint"}], "value": [{"concept": HEEL_PAIN}]}]},
    ],
)
@pytest.mark.parametrize(("kind", "status"), [("Encounter", "in-progress"), ("Appointment", "booked")])
def test_a_visit_for_heel_pain_is_a_heel_complaint_in_every_version(
    kind: str, status: str, reason: dict[str, Any]
) -> None:
    visit = resource(kind, status=status, **reason)
    found = entry(visit)
    assert (found.kind, found.standing, found.reference) == (Kind.CONDITION, Standing.CURRENT, f"{kind}/x1")
    assert facts(chart(visit))["heel-complaint"].truth is Truth.TRUE


def test_an_old_visit_is_no_complaint_of_today() -> None:
    visit = resource("Encounter", status="finished", reasonCode=[HEEL_PAIN], period={"start": "2019-03-01"})
    assert entry(visit).standing is Standing.UNCERTAIN
    assert facts(chart(visit))["heel-complaint"].truth is Truth.UNKNOWN


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error", "noshow"])
def test_a_visit_that_did_not_take_place_says_nothing(status: str) -> None:
    assert chart(resource("Appointment", status=status, reasonCode=[HEEL_PAIN])).entries == ()


def test_a_visit_without_a_reason_says_nothing() -> None:
    assert chart(resource("Encounter", status="in-progress")).entries == ()


def test_the_reason_may_be_a_condition_referred_to_and_has_its_side_in_words() -> None:
    why = resource("Condition", code={"text": "left heel pain"}, clinicalStatus={"text": "active"}) | {"id": "c1"}
    visit = resource("Encounter", status="in-progress", reasonReference=[{"reference": "Condition/c1"}])
    assert {(e.text, e.side) for e in chart(why, visit).entries} == {("left heel pain", Side.LEFT)}


@pytest.mark.parametrize(("reference", "kept"), [("Patient/p1", 1), ("Patient/p2", 0), ("Practitioner/p2", 1)])
def test_whose_appointment_it_is_its_participants_tell(reference: str, kept: int) -> None:
    appointment = {
        "resourceType": "Appointment",
        "id": "a1",
        "status": "proposed",
        "reasonCode": [HEEL_PAIN],
        "participant": [{"actor": {"reference": reference}}, {"actor": {"display": "Room 1"}}],
    }
    found = chart(appointment)
    assert (len(found.entries), found.strangers) == (kept, 1 - kept)
