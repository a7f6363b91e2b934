"""Core care to week 6 (R22), physiotherapy to week 12 (R23), additions after that (R24)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

STAGES = {"plantarCoreCare", "plantarPhysiotherapy", "plantarAdjuncts"}


def _stages(hook: str = "patient-view", **findings: object) -> set[str]:
    told = {name.replace("_", "-"): value for name, value in findings.items()}
    return set(visit(hook, conditions=["plantar-fasciitis"], findings=told).advice & STAGES)


@pytest.mark.parametrize("weeks", [0, 3, 5.9])
def test_in_the_first_six_weeks_core_care_is_advised(weeks: float) -> None:
    assert _stages(symptom_duration=weeks) == {"plantarCoreCare"}


def test_when_nobody_knows_how_long_it_has_lasted_core_care_is_advised_and_the_duration_asked() -> None:
    seen = visit(conditions=["plantar-fasciitis"])
    assert seen.advice & STAGES == {"plantarCoreCare"}
    assert "symptom-duration" in seen.asked


@pytest.mark.parametrize("weeks", [6, 9, 11.9])
def test_from_six_to_twelve_weeks_physiotherapy_is_advised(weeks: float) -> None:
    assert _stages(symptom_duration=weeks, core_care_duration=4) == {"plantarPhysiotherapy"}


def test_core_care_that_was_left_out_comes_first() -> None:
    assert _stages(symptom_duration=8, core_care_duration=3.9) == {"plantarCoreCare"}


def test_core_care_nobody_recorded_does_not_hold_physiotherapy_back_but_is_asked_about() -> None:
    seen = visit(conditions=["plantar-fasciitis"], findings={"symptom-duration": 8})
    assert seen.advice & STAGES == {"plantarPhysiotherapy"}
    assert "core-care-duration" in seen.asked


@pytest.mark.parametrize("weeks", [12, 30, 150])
def test_from_twelve_weeks_shockwave_or_a_custom_orthosis_may_be_added_to_pain_of_four(weeks: float) -> None:
    assert _stages(symptom_duration=weeks, pain_severity=4) == {"plantarAdjuncts"}


def test_pain_below_four_needs_no_addition() -> None:
    assert "plantarAdjuncts" not in _stages(symptom_duration=20, pain_severity=3.9)


def test_pain_nobody_scored_is_asked_and_physiotherapy_goes_on() -> None:
    seen = visit(conditions=["plantar-fasciitis"], findings={"symptom-duration": 20})
    assert seen.advice & STAGES == {"plantarPhysiotherapy"}
    assert "pain-severity" in seen.asked


def test_additions_wait_for_four_weeks_of_core_care() -> None:
    assert _stages(symptom_duration=20, pain_severity=6, core_care_duration=3) == {"plantarPhysiotherapy"}
    assert _stages(symptom_duration=20, pain_severity=6, core_care_duration=4) == {"plantarAdjuncts"}


def test_the_onset_of_the_diagnosis_tells_the_duration() -> None:
    seen = visit(conditions=[{"concept": "plantar-fasciitis", "began": "2026-09-20"}])
    assert seen.advice & STAGES == {"plantarPhysiotherapy"}


@pytest.mark.parametrize(
    "hook",
    ["patient-view", "encounter-start", "problem-list-item-create", "appointment-book", "encounter-discharge"],
)
def test_core_care_and_physiotherapy_are_also_said_at_booking_and_discharge(hook: str) -> None:
    assert _stages(hook, symptom_duration=3) == {"plantarCoreCare"}
    assert _stages(hook, symptom_duration=8) == {"plantarPhysiotherapy"}


def test_physiotherapy_that_is_arranged_is_not_advised_again() -> None:
    told: dict[str, Any] = {"conditions": ["plantar-fasciitis"], "findings": {"symptom-duration": 8}}
    assert visit(**told, orders=["physiotherapy"]).held_back["plantarPhysiotherapy"] == "already-arranged"
    assert "plantarPhysiotherapy" in visit(**told, orders=["podiatry-referral"]).advice


@pytest.mark.parametrize(
    ("caution", "reason"),
    [
        ({"conditions": ["pregnancy"]}, "pregnancy"),
        ({"medications": ["anticoagulant"]}, "anticoagulant"),
        ({"conditions": ["coagulopathy"]}, "bleeding-disorder"),
        ({"conditions": ["peripheral-neuropathy"]}, "insensate-foot"),
    ],
)
def test_additions_are_held_back_where_they_could_harm_and_physiotherapy_goes_on(
    caution: dict[str, list[str]], reason: str
) -> None:
    conditions = ["plantar-fasciitis", *caution.get("conditions", [])]
    medications = caution.get("medications", [])
    seen = visit(conditions=conditions, medications=medications, findings={"symptom-duration": 20, "pain-severity": 6})
    assert seen.held_back["plantarAdjuncts"] == reason
    assert "plantarPhysiotherapy" in seen.advice


def test_additions_that_were_all_tried_are_not_offered_again() -> None:
    findings = {"symptom-duration": 20, "pain-severity": 6, "treatments-tried": ["shockwave", "foot-orthosis"]}
    assert visit(conditions=["plantar-fasciitis"], findings=findings).held_back["plantarAdjuncts"] == "already-arranged"


def test_core_care_is_safe_in_pregnancy_and_on_an_anticoagulant() -> None:
    seen = visit(conditions=["plantar-fasciitis", "pregnancy"], medications=["anticoagulant"])
    assert "plantarCoreCare" in seen.advice


def test_a_fracture_on_record_closes_every_stage() -> None:
    seen = visit(conditions=["plantar-fasciitis", "calcaneal-fracture"])
    assert not seen.advice & STAGES
    assert seen.held_back["plantarCoreCare"] == "injury-on-record"
