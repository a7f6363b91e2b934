"""Core care first, physiotherapy from week 6, additions from week 12."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_1.clinic import visit

STAGES = {"plantarCoreCare", "plantarPhysiotherapy", "plantarAdjuncts"}


def _stages(hook: str = "patient-view", **findings: object) -> set[str]:
    told = {name.replace("_", "-"): value for name, value in findings.items()}
    return set(visit(hook, conditions=["plantar-fasciitis"], findings=told).advice & STAGES)


@pytest.mark.parametrize("weeks", [0, 3, 5.9])
def test_in_the_first_six_weeks_core_care_is_advised(weeks: float) -> None:
    assert _stages(symptom_duration=weeks) == {"plantarCoreCare"}


@pytest.mark.parametrize("weeks", [6, 9, 11.9])
def test_from_six_to_twelve_weeks_physiotherapy_is_advised(weeks: float) -> None:
    assert _stages(symptom_duration=weeks) == {"plantarPhysiotherapy"}


@pytest.mark.parametrize("weeks", [12, 30, 150])
def test_from_twelve_weeks_shockwave_or_a_custom_orthosis_may_be_added(weeks: float) -> None:
    assert _stages(symptom_duration=weeks) == {"plantarAdjuncts"}


def test_when_nobody_knows_how_long_it_has_lasted_core_care_is_advised() -> None:
    assert _stages() == {"plantarCoreCare"}


def test_the_onset_of_the_diagnosis_tells_the_duration() -> None:
    seen = visit(conditions=[{"concept": "plantar-fasciitis", "began": "2026-09-20"}])
    assert seen.advice & STAGES == {"plantarPhysiotherapy"}


def test_additions_are_for_pain_that_is_not_mild() -> None:
    assert "plantarAdjuncts" in _stages(symptom_duration=20, pain_severity=4)
    assert "plantarAdjuncts" not in _stages(symptom_duration=20, pain_severity=3)


def test_additions_wait_for_four_weeks_of_core_care() -> None:
    assert _stages(symptom_duration=20, core_care_duration=3) == {"plantarPhysiotherapy"}
    assert _stages(symptom_duration=20, core_care_duration=4) == {"plantarAdjuncts"}


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


def test_physiotherapy_of_a_year_ago_does_not_count_as_arranged() -> None:
    told: dict[str, Any] = {"conditions": ["plantar-fasciitis"], "findings": {"symptom-duration": 8}}
    done = [{"concept": "physiotherapy", "date": "2025-10-01"}]
    assert "plantarPhysiotherapy" in visit(**told, procedures=done).advice


@pytest.mark.parametrize(
    ("caution", "reason"),
    [
        ({"conditions": ["pregnancy"]}, "pregnancy"),
        ({"medications": ["anticoagulant"]}, "anticoagulant"),
        ({"conditions": ["coagulopathy"]}, "bleeding-disorder"),
        ({"conditions": ["peripheral-neuropathy"]}, "insensate-foot"),
    ],
)
def test_additions_are_held_back_where_they_could_harm(caution: dict[str, list[str]], reason: str) -> None:
    conditions = ["plantar-fasciitis", *caution.get("conditions", [])]
    medications = caution.get("medications", [])
    seen = visit(conditions=conditions, medications=medications, findings={"symptom-duration": 20, "pain-severity": 6})
    assert seen.held_back["plantarAdjuncts"] == reason


def test_core_care_is_safe_in_pregnancy_and_on_an_anticoagulant() -> None:
    seen = visit(conditions=["plantar-fasciitis", "pregnancy"], medications=["anticoagulant"])
    assert "plantarCoreCare" in seen.advice


def test_a_fracture_on_record_closes_every_stage() -> None:
    seen = visit(conditions=["plantar-fasciitis", "calcaneal-fracture"])
    assert not seen.advice & STAGES
    assert seen.held_back["plantarCoreCare"] == "injury-on-record"
