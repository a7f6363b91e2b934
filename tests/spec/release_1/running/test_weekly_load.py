"""The weekly ten percent rule of the article."""

from __future__ import annotations

import pytest

from tests.spec.release_1.clinic import CHILD, visit

TOPIC = "weeklyLoadRule"


def _weeks(before: list[float], last: list[float]) -> list[dict[str, object]]:
    earlier = [{"date": f"2026-11-{12 + day}", "km": km} for day, km in enumerate(before)]
    return [*earlier, *({"date": f"2026-11-{20 + day}", "km": km} for day, km in enumerate(last))]


def test_a_week_more_than_a_tenth_above_the_week_before_breaks_the_rule() -> None:
    runs = _weeks([10, 10], [11, 11.1])
    assert visit(conditions=["heel-pain"], runs=runs).about(TOPIC).indicator == "info"


@pytest.mark.parametrize("last", [[11, 11], [10, 10], [5]])
def test_a_tenth_and_less_keeps_it(last: list[float]) -> None:
    assert TOPIC not in visit(conditions=["heel-pain"], runs=_weeks([10, 10], last)).advice


def test_without_a_week_before_there_is_nothing_to_compare() -> None:
    assert TOPIC not in visit(conditions=["heel-pain"], runs=_weeks([], [10, 12])).advice


def test_the_usual_week_of_the_runner_is_compared_too() -> None:
    usual = {"usual-weekly-distance": 30}
    assert TOPIC in visit(conditions=["heel-pain"], findings={**usual, "recent-weekly-distance": 33.1}).advice
    assert TOPIC not in visit(conditions=["heel-pain"], findings={**usual, "recent-weekly-distance": 33}).advice


def test_a_rise_without_a_heel_complaint_is_not_mentioned() -> None:
    assert not visit(runs=_weeks([10], [30])).advice


def test_a_rise_asks_for_the_calcaneal_squeeze() -> None:
    assert "calcanealSqueezeNeeded" in visit(conditions=["heel-pain"], runs=_weeks([10, 10], [15, 15])).advice


def test_a_rise_is_not_discussed_beside_a_suspected_stress_fracture() -> None:
    seen = visit(findings={"calcaneal-squeeze-test": True}, runs=_weeks([10, 10], [15, 15]))
    assert seen.held_back[TOPIC] == "stress-fracture-open"


def test_a_child_is_not_given_the_rule() -> None:
    seen = visit(born=CHILD, conditions=["heel-pain"], runs=_weeks([10, 10], [15, 15]))
    assert seen.held_back[TOPIC] == "under-16"
