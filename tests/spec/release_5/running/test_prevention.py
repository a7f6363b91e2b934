"""Prevention of the next bout."""

from __future__ import annotations

import pytest

from tests.spec.release_5.clinic import visit

TOPIC = "preventionAdvice"


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "encounter-discharge"])
def test_a_runner_with_a_heel_complaint_is_told_how_to_prevent_the_next(hook: str) -> None:
    assert TOPIC in visit(hook, conditions=["heel-pain"], findings={"runs-regularly": True}).advice


def test_recorded_runs_show_that_someone_runs() -> None:
    assert TOPIC in visit(conditions=["heel-pain"], runs=[{"date": "2026-11-20", "km": 5}]).advice


def test_someone_who_does_not_run_is_not_told() -> None:
    assert TOPIC not in visit(conditions=["heel-pain"], findings={"runs-regularly": False}).advice


def test_someone_of_whom_nobody_knows_whether_they_run_is_not_told() -> None:
    assert TOPIC not in visit(conditions=["heel-pain"]).advice


def test_a_fracture_in_follow_up_is_not_trained() -> None:
    seen = visit(conditions=["heel-pain", "stress-fracture-follow-up"], findings={"runs-regularly": True})
    assert seen.held_back[TOPIC] == "injury-on-record"
