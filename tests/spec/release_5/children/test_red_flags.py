"""The child with heel pain who must be seen the same day (R20)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import ADULT, ALMOST_16, CHILD, visit

TOPIC = "childRedFlag"
SEVER = {"pain-location": "posterior", "calcaneal-squeeze-test": True, "systemically-unwell": False}
FEVER = {"observations": [{"system": "loinc", "code": "8310-5", "value": 38.0, "unit": "Cel"}]}
FLAGS: list[dict[str, Any]] = [
    FEVER,
    {"conditions": ["fever"]},
    {"conditions": ["unable-to-walk"]},
    {"conditions": ["unable-to-weight-bear"]},
    {"conditions": ["immunosuppression"]},
    {"medications": ["corticosteroid"]},
    *(
        {"findings": {name: True}}
        for name in (
            "unable-to-bear-weight",
            "heel-erythema",
            "night-pain",
            "systemically-unwell",
            "pain-on-passive-movement",
            "palpable-mass",
            "weight-loss",
            "pallor-or-bruising",
        )
    ),
]


def seen_with(flag: dict[str, Any], hook: str = "patient-view", born: str = CHILD) -> Any:
    return visit(hook, born=born, **{**flag, "findings": {**SEVER, **flag.get("findings", {})}})


@pytest.mark.parametrize("flag", FLAGS)
def test_each_red_flag_is_critical_and_sever_is_not_accepted(flag: dict[str, Any]) -> None:
    seen = seen_with(flag)
    assert seen.about(TOPIC).indicator == "critical"
    assert "severDisease" not in seen.advice


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "problem-list-item-create"])
def test_it_is_said_at_each_of_its_moments(hook: str) -> None:
    assert TOPIC in seen_with(FEVER, hook, ALMOST_16).advice


def test_the_same_signs_in_an_adult_are_other_matters() -> None:
    assert TOPIC not in seen_with({"findings": {"night-pain": True}}, born=ADULT).advice
    assert TOPIC not in seen_with(FEVER, born="2010-11-25").advice


def test_a_well_child_with_sever_disease_is_not_sent_to_hospital() -> None:
    assert TOPIC not in visit(born=CHILD, findings=SEVER).advice


def test_a_limp_over_a_week_counts_unless_this_visit_finds_the_cause() -> None:
    limp = [{"concept": "limping", "began": "2026-11-17"}]
    assert TOPIC in visit(born=CHILD, conditions=["heel-pain", *limp]).advice
    assert TOPIC not in visit(born=CHILD, conditions=limp, findings=SEVER).advice
    fresh = [{"concept": "limping", "began": "2026-11-20"}]
    assert TOPIC not in visit(born=CHILD, conditions=["heel-pain", *fresh]).advice


def test_flags_that_nobody_recorded_are_questions() -> None:
    seen = visit(born=CHILD, findings=SEVER)
    assert {"unable-to-bear-weight", "night-pain", "pain-on-passive-movement", "pallor-or-bruising"} <= seen.asked


def test_the_general_warning_does_not_repeat_it() -> None:
    assert "seekCare" not in seen_with({"findings": {"night-pain": True}}).advice
