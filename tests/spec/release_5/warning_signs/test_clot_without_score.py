"""The Wells score is not meant for pregnancy or under 18: they are referred the same day without it (R04)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

TOPIC = "deepVeinThrombosis"
YOUNG = "2009-05-05"
SWOLLEN = {"calf-swelling-unilateral": True}


@pytest.mark.parametrize("who", [{"conditions": ["heel-pain", "pregnancy"]}, {"born": YOUNG}])
def test_the_score_is_not_asked_for(who: dict[str, Any]) -> None:
    seen = visit(**{"conditions": ["heel-pain"], **who}, findings=SWOLLEN)
    assert seen.about(TOPIC).indicator == "warning"
    assert "wells-dvt-score" not in seen.asked


def test_of_other_adults_it_is() -> None:
    assert "wells-dvt-score" in visit(conditions=["heel-pain"], findings=SWOLLEN).about(TOPIC).unknown


@pytest.mark.parametrize(("who", "indicator"), [(["heel-pain", "pregnancy"], "warning"), (["heel-pain"], "critical")])
def test_a_score_that_somebody_made_all_the_same_is_not_left_unsaid(who: list[str], indicator: str) -> None:
    assert visit(conditions=who, findings={"wells-dvt-score": 2}).about(TOPIC).indicator == indicator


def test_with_pain_in_the_calf_the_swelling_is_asked_for_and_the_score_is_not() -> None:
    told: dict[str, Any] = {"conditions": ["heel-pain", "pregnancy"], "findings": {"pain-location": "calf"}}
    unknown = visit(**told).about("homeCare").unknown
    assert "calf-swelling-unilateral" in unknown
    assert "wells-dvt-score" not in unknown
