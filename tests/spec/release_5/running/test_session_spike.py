"""The last run against the longest of the 30 days before it (R30)."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.truth import Truth
from tests.spec.release_5.clinic import CHILD, visit

TOPIC = "sessionSpike"
BANDS = ("session-spike-10-30", "session-spike-30-100", "session-spike-over-100")
LAST = "2026-11-22"
MONTH = [{"date": "2026-11-02", "km": 8}, {"date": "2026-11-08", "km": 10}, {"date": "2026-11-14", "km": 9}]


def _run(km: float, before: list[dict[str, Any]] | None = None, hook: str = "patient-view", **told: Any) -> Any:
    told = {"conditions": ["heel-pain"], **told}
    runs = [*(MONTH if before is None else before), {"date": LAST, "km": km}]
    return visit(hook, runs=runs, **told)


@pytest.mark.parametrize(
    ("kilometres", "band"),
    [
        (11.01, "session-spike-10-30"),
        (13, "session-spike-10-30"),
        (13.01, "session-spike-30-100"),
        (20, "session-spike-30-100"),
        (20.01, "session-spike-over-100"),
        (42.2, "session-spike-over-100"),
    ],
)
def test_a_run_longer_by_more_than_a_tenth_is_a_spike_in_one_of_three_bands(kilometres: float, band: str) -> None:
    said = _run(kilometres).about(TOPIC)
    assert (said.rule, said.indicator) == (band, "info")


@pytest.mark.parametrize("kilometres", [4, 10, 11])
def test_a_tenth_and_less_is_none(kilometres: float) -> None:
    assert TOPIC not in _run(kilometres).advice


def test_three_runs_in_the_thirty_days_before_are_needed() -> None:
    assert TOPIC in _run(20, MONTH).advice
    assert TOPIC not in _run(20, MONTH[:2]).advice


@pytest.mark.parametrize("before", [[], MONTH[:2]])
def test_too_few_runs_leave_it_unknown(before: list[dict[str, Any]]) -> None:
    outcomes = _run(20, before).decision.outcomes
    assert {outcomes[band] for band in BANDS} == {Truth.UNKNOWN}


def test_the_thirty_days_end_with_the_last_run_and_not_with_the_visit() -> None:
    before = [{"date": "2026-10-23", "km": 18}, {"date": "2026-10-30", "km": 8}, {"date": "2026-11-05", "km": 8}]
    assert TOPIC not in _run(19, before).advice


def test_a_long_run_more_than_thirty_days_before_does_not_count() -> None:
    before = [{"date": "2026-10-22", "km": 18}, *MONTH]
    assert TOPIC in _run(19, before).advice


def test_after_a_gap_of_a_month_there_is_nothing_to_compare_with() -> None:
    before = [{"date": f"2026-10-{day:02d}", "km": 18} for day in (3, 6, 9, 12)]
    assert TOPIC not in _run(22, before).advice


def test_a_last_run_more_than_a_month_ago_is_no_news() -> None:
    runs = [{"date": f"2026-10-{day:02d}", "km": km} for day, km in ((3, 5), (6, 5), (9, 5), (20, 15))]
    assert TOPIC not in visit(conditions=["heel-pain"], runs=runs).advice


def test_the_week_alone_raises_no_card() -> None:
    weeks = {"usual-weekly-distance": 30, "recent-weekly-distance": 60}
    assert not visit(conditions=["heel-pain"], findings=weeks).advice & {TOPIC, "weeklyLoadRule"}


def test_the_weekly_ratio_is_shown_beside_a_spike() -> None:
    runs = [{"date": "2026-11-12", "km": 8}, {"date": "2026-11-14", "km": 8}, {"date": "2026-11-16", "km": 8}]
    assert "weekly-increase" in _run(20, runs).about(TOPIC).facts


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "encounter-discharge"])
def test_it_is_said_at_the_visit_and_at_discharge(hook: str) -> None:
    assert TOPIC in _run(15, hook=hook).advice


def test_an_earlier_achilles_tendinopathy_is_reason_enough() -> None:
    earlier = [{"concept": "achilles-tendinopathy", "standing": "past"}]
    assert TOPIC in _run(15, conditions=earlier).advice


def test_a_spike_without_any_heel_trouble_is_not_mentioned() -> None:
    assert not _run(30, conditions=[]).advice


def test_a_spike_is_not_discussed_beside_a_suspected_stress_fracture() -> None:
    assert TOPIC in _run(15, findings={"calcaneal-squeeze-test": True}).held_back


def test_a_child_is_not_told() -> None:
    assert _run(15, born=CHILD).held_back[TOPIC] == "under-16"
