"""Pain while running (R31): above 5 of 10, worse next morning, or rising week on week."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

TOPIC = "painModelStepDown"
ACCEPTABLE: dict[str, Any] = {"max-pain-during-run": 5, "next-morning-worse": False, "weekly-pain-rising": False}


def _seen(hook: str = "patient-view", conditions: list[str] | None = None, **findings: Any) -> Any:
    told = {name.replace("_", "-"): value for name, value in findings.items()}
    return visit(hook, conditions=conditions or ["achilles-tendinopathy"], findings=told)


@pytest.mark.parametrize(
    "pain",
    [
        {"max_pain_during_run": 5.1},
        {"max_pain_during_run": 6},
        {"next_morning_worse": True},
        {"weekly_pain_rising": True},
    ],
)
def test_one_sign_of_too_much_asks_for_a_step_down(pain: dict[str, Any]) -> None:
    assert _seen(**pain).about(TOPIC).indicator == "info"


def test_pain_of_five_that_settles_by_morning_and_does_not_rise_is_acceptable() -> None:
    assert TOPIC not in visit(conditions=["achilles-tendinopathy"], findings=ACCEPTABLE).advice


@pytest.mark.parametrize("finding", sorted(ACCEPTABLE))
def test_what_nobody_asked_is_asked(finding: str) -> None:
    findings = {name: value for name, value in ACCEPTABLE.items() if name != finding}
    seen = visit(conditions=["achilles-tendinopathy"], findings=findings)
    assert TOPIC not in seen.advice
    assert finding in seen.asked


@pytest.mark.parametrize(
    "injury",
    [
        "calcaneal-stress-fracture",
        "stress-fracture-follow-up",
        "calcaneal-fracture",
        "achilles-rupture",
        "achilles-injury",
        "plantar-fascia-rupture",
    ],
)
def test_it_is_switched_off_by_a_bone_injury_a_tear_or_a_rupture_on_record(injury: str) -> None:
    seen = _seen(conditions=["heel-pain", injury], max_pain_during_run=8)
    assert TOPIC not in seen.advice
    assert TOPIC in seen.held_back


@pytest.mark.parametrize("sign", [{"calcaneal_squeeze_test": True}, {"thompson_test": True}])
def test_it_is_switched_off_while_one_is_suspected(sign: dict[str, Any]) -> None:
    assert TOPIC in _seen(max_pain_during_run=8, **sign).held_back


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "encounter-discharge"])
def test_it_is_said_at_the_visit_and_at_discharge(hook: str) -> None:
    assert TOPIC in _seen(hook, weekly_pain_rising=True).advice
