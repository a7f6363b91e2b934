"""Possible deep vein thrombosis (R04)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import CHILD, visit
from tests.spec.release_5.harmless import HARMLESS_CARE

TOPIC = "deepVeinThrombosis"
CALF = {"pain-location": "calf"}
SWOLLEN = {**CALF, "calf-swelling-unilateral": True}


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "problem-list-item-create"])
@pytest.mark.parametrize("score", [2, 3, 7])
def test_a_wells_score_of_2_or_more_makes_a_clot_likely(hook: str, score: int) -> None:
    assert visit(hook, findings={**CALF, "wells-dvt-score": score}).about(TOPIC).indicator == "critical"


@pytest.mark.parametrize("score", [-2, 0, 1])
def test_a_swollen_leg_with_a_lower_score_is_a_warning(score: int) -> None:
    assert visit(findings={**SWOLLEN, "wells-dvt-score": score}).about(TOPIC).indicator == "warning"


def test_a_swollen_leg_that_nobody_scored_is_a_warning_and_the_score_is_asked_for() -> None:
    seen = visit(findings=SWOLLEN)
    assert seen.about(TOPIC).indicator == "warning"
    assert "wells-dvt-score" in seen.asked


def test_a_low_score_without_a_swollen_leg_is_no_clot() -> None:
    assert TOPIC not in visit(findings={**CALF, "calf-swelling-unilateral": False, "wells-dvt-score": 1}).advice


def test_swelling_that_nobody_looked_for_is_asked_for() -> None:
    seen = visit(findings=CALF)
    assert TOPIC not in seen.advice
    assert "calf-swelling-unilateral" in seen.asked


@pytest.mark.parametrize("told", [{"conditions": ["pregnancy"]}, {"born": CHILD}])
def test_in_pregnancy_and_under_18_a_swollen_leg_is_said_without_a_score(told: dict[str, Any]) -> None:
    assert visit(findings=SWOLLEN, **told).about(TOPIC).indicator == "warning"


def test_a_clot_is_said_beside_a_rupture_and_on_an_anticoagulant() -> None:
    seen = visit(findings={**SWOLLEN, "thompson-test": True}, medications=["anticoagulant"])
    assert {TOPIC, "achillesRupture"} <= seen.advice


def test_no_harmless_care_stands_beside_it() -> None:
    seen = visit(findings={**SWOLLEN, "worse-after-running": True, "runs-regularly": True, "pain-severity": 6})
    assert not seen.advice & HARMLESS_CARE
