"""Return to running after a stress fracture of the heel bone (R13)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import CHILD, visit

TOPIC = "returnToRunNotMet"
PAINLESS: dict[str, Any] = {
    "squeeze-pain-score": 0,
    "calcaneal-squeeze-test": False,
    "walking-pain-score": 0,
    "hop-pain": False,
}
FIVE_WEEKS, SEVEN_WEEKS, NINE_WEEKS = "2026-10-21", "2026-10-07", "2026-09-22"


def _since(day: str, findings: dict[str, Any], hook: str = "encounter-start", **told: Any) -> Any:
    fracture = {"concept": "calcaneal-stress-fracture", "began": day}
    return visit(hook, conditions=[fracture], findings=findings, **told)


@pytest.mark.parametrize("day", [FIVE_WEEKS, SEVEN_WEEKS])
def test_before_eight_weeks_running_waits_however_well_it_goes(day: str) -> None:
    assert _since(day, PAINLESS).about(TOPIC).indicator == "info"


def test_after_nine_weeks_without_pain_the_criteria_listed_are_met() -> None:
    assert TOPIC not in _since(NINE_WEEKS, PAINLESS).advice


@pytest.mark.parametrize(
    "pain", [{"squeeze-pain-score": 1}, {"calcaneal-squeeze-test": True}, {"walking-pain-score": 1}, {"hop-pain": True}]
)
def test_after_nine_weeks_any_pain_on_squeeze_walking_or_hopping_makes_it_wait(pain: dict[str, Any]) -> None:
    assert TOPIC in _since(NINE_WEEKS, {**PAINLESS, **pain}).advice


@pytest.mark.parametrize("finding", ["squeeze-pain-score", "walking-pain-score"])
def test_pain_nobody_scored_is_asked_for(finding: str) -> None:
    seen = _since(NINE_WEEKS, {name: value for name, value in PAINLESS.items() if name != finding})
    assert TOPIC not in seen.advice
    assert finding in seen.asked


def test_a_stress_fracture_in_follow_up_counts_where_the_heel_is_the_complaint() -> None:
    seen = visit(
        "encounter-discharge", conditions=["heel-pain", "stress-fracture-follow-up"], findings={"hop-pain": True}
    )
    assert TOPIC in seen.advice


def test_a_heel_that_was_never_fractured_is_not_told() -> None:
    assert TOPIC not in visit(conditions=["heel-pain"], findings={"walking-pain-score": 4}).advice


def test_a_suspected_fracture_is_imaged_first() -> None:
    seen = visit(conditions=["heel-pain"], findings={"calcaneal-squeeze-test": True})
    assert TOPIC not in seen.advice
    assert "calcanealStressFracture" in seen.advice


def test_a_child_is_not_given_the_criteria_of_adults() -> None:
    assert TOPIC not in _since(FIVE_WEEKS, PAINLESS, born=CHILD).advice
