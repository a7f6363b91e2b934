"""Six months without success, and surgery before six months (R25)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

TOPIC = "refractoryReassess"


def _after(weeks: float, **findings: Any) -> Any:
    told = {name.replace("_", "-"): value for name, value in findings.items()}
    return visit(conditions=["plantar-fasciitis"], findings={"symptom-duration": weeks, **told})


@pytest.mark.parametrize("trouble", [{"pain_severity": 4}, {"activities_limited": True}])
def test_pain_that_six_months_did_not_settle_is_looked_at_again(trouble: dict[str, Any]) -> None:
    assert _after(26, **trouble).about(TOPIC).indicator == "info"


def test_twenty_five_weeks_are_not_six_months() -> None:
    assert TOPIC not in _after(25.9, pain_severity=8).advice


def test_mild_pain_is_no_failure() -> None:
    assert TOPIC not in _after(40, pain_severity=3, activities_limited=False).advice


def test_six_months_without_core_care_are_no_failed_care() -> None:
    assert TOPIC not in _after(40, pain_severity=6, core_care_duration=2).advice


def test_pain_nobody_scored_is_asked() -> None:
    seen = _after(40)
    assert TOPIC not in seen.advice
    assert "pain-severity" in seen.asked


def _ordered(hook: str, surgery: str, conditions: list[str], weeks: float | None) -> Any:
    findings = {} if weeks is None else {"symptom-duration": weeks}
    return visit(hook, conditions=conditions, findings=findings, drafts=[surgery])


@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
@pytest.mark.parametrize(
    ("surgery", "diagnosis"), [("fascia-surgery", "plantar-fasciitis"), ("achilles-surgery", "achilles-tendinopathy")]
)
def test_surgery_ordered_before_six_months_is_questioned(hook: str, surgery: str, diagnosis: str) -> None:
    seen = _ordered(hook, surgery, [diagnosis], 25)
    assert seen.about(TOPIC).indicator == "warning"
    assert seen.about(TOPIC).orders


@pytest.mark.parametrize("weeks", [26, 60])
def test_surgery_ordered_after_six_months_is_not(weeks: float) -> None:
    assert TOPIC not in _ordered("order-sign", "fascia-surgery", ["plantar-fasciitis"], weeks).advice
    assert TOPIC not in _ordered("order-sign", "achilles-surgery", ["achilles-tendinopathy"], weeks).advice


def test_surgery_after_a_time_nobody_recorded_asks_for_it() -> None:
    seen = _ordered("order-sign", "fascia-surgery", ["plantar-fasciitis"], None)
    assert TOPIC not in seen.advice
    assert "symptom-duration" in seen.asked


@pytest.mark.parametrize("injury", ["achilles-rupture", "achilles-injury"])
def test_a_torn_tendon_may_be_repaired_at_once(injury: str) -> None:
    assert TOPIC not in _ordered("order-sign", "achilles-surgery", ["achilles-tendinopathy", injury], 2).advice


def test_another_order_in_the_third_month_is_none_of_its_business() -> None:
    assert TOPIC not in _ordered("order-sign", "physiotherapy", ["plantar-fasciitis"], 12).advice
