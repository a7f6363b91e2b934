"""Runs: each counted once, and what is summed of them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from knowledge.activity import Measure, runs_of
from knowledge.decision import Interval
from tests.unit.knowledge.charts import NOW, Quantity, ago, amount, exactly, fact_of, run


def kept(*entries: Any) -> list[Decimal]:
    return [told.kilometres for told in runs_of(entries, NOW)]


def measured(measure: str, days: int, *entries: Any, before_days: int = 0) -> Interval | None:
    return Measure(measure, days, before_days).of(runs_of(entries, NOW), NOW)[0]


def exact(value: str | int) -> Interval:
    return Interval(Decimal(value), Decimal(value))


def test_runs_are_told_oldest_first() -> None:
    assert kept(run(5, ago(days=1)), run(10, ago(days=2))) == [Decimal(10), Decimal(5)]


def test_miles_and_metres_are_kilometres() -> None:
    assert kept(run(0, ago(days=1), quantity=amount(5000, "m"))) == [Decimal(5)]
    assert kept(run(0, ago(days=1), quantity=amount(10, "[mi_i]"))) == [Decimal("16.09344")]
    assert kept(run(0, ago(days=1), quantity=amount(7))) == [Decimal(7)]


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": None},
        {"quantity": Quantity(None, Decimal(5), "km")},
        {"quantity": Quantity(Decimal(5), None, "km")},
        {"quantity": amount(5, "kg")},
        {"quantity": amount(0, "km")},
        {"quantity": amount(351, "km")},
        {"quantity": amount("1e99999", "km")},
        {"noted": None},
    ],
)
def test_what_cannot_be_a_run_is_left_out(change: dict[str, Any]) -> None:
    assert kept(run(5, ago(days=1), **change)) == []


def test_what_is_too_fast_is_no_run() -> None:
    assert kept(run(20, ago(days=1), minutes=40)) == []
    assert kept(run(20, ago(days=1), minutes=90)) == [Decimal(20)]


def test_a_run_to_come_is_not_run_yet() -> None:
    assert kept(run(5, NOW + timedelta(hours=1))) == []


def test_two_devices_that_record_one_time_record_one_run() -> None:
    watch = run("10", ago(days=1), minutes=60)
    phone = run("9.2", ago(days=1, minutes=-5), minutes=60, source="phone")
    assert len(kept(watch, phone)) == 1


def test_two_runs_one_after_the_other_are_two() -> None:
    first, second = run(5, ago(hours=8), minutes=30), run(5, ago(hours=7.5), minutes=30)
    assert len(kept(first, second)) == 2


def test_one_day_and_nearly_one_distance_from_two_devices_is_one_run() -> None:
    watch, phone = run("10", ago(hours=6)), run("10.4", ago(hours=5), source="phone")
    assert len(kept(watch, phone)) == 1
    assert len(kept(watch, run("10.6", ago(hours=5), source="phone"))) == 2
    assert len(kept(watch, run("10.4", ago(hours=30), source="phone"))) == 2


def test_one_device_tells_two_runs_of_a_day_apart_but_not_a_doubled_record() -> None:
    first, second = run(10, ago(hours=6)), run(10, ago(hours=3))
    assert len(kept(first, second)) == 2
    assert len(kept(first, run(10, ago(hours=6), reference="Observation/again"))) == 1


def test_a_record_with_a_time_and_one_without_may_be_one_run() -> None:
    watch = run(10, ago(hours=6), minutes=60)
    site = run("10.1", ago(hours=9), source="web")
    assert len(kept(watch, site)) == 1


@pytest.mark.parametrize(("measure", "figure"), [("distance-sum", 23), ("longest", 10), ("count", 3), ("latest", 5)])
def test_a_window_is_measured(measure: str, figure: int) -> None:
    runs = run(99, ago(days=7)), run(8, ago(days=6)), run(10, ago(days=3)), run(5, ago(days=1))
    assert measured(measure, 7, *runs) == exact(figure)


def test_a_window_may_lie_further_back() -> None:
    runs = run(8, ago(days=10)), run(10, ago(days=3))
    assert measured("distance-sum", 7, *runs, before_days=7) == exact(8)


def test_a_rest_counts_as_nothing_run_only_where_runs_had_been_recorded_before() -> None:
    assert measured("distance-sum", 7, run(8, ago(days=20))) == exact(0)
    assert measured("count", 7, run(8, ago(days=20))) == exact(0)
    assert measured("longest", 7, run(8, ago(days=20))) is None
    assert measured("distance-sum", 7, run(8, ago(days=36))) is None
    assert measured("distance-sum", 7) is None


def test_a_week_before_the_first_record_is_unknown_not_a_rest() -> None:
    assert measured("distance-sum", 7, run(8, ago(days=3)), before_days=7) is None


def test_a_sum_rests_on_the_runs_it_counts() -> None:
    fact = {"kind": "number", "unit": "km", "activity": {"measure": "distance-sum", "days": 7}}
    evidence = fact_of(fact, run(8, ago(days=20)), run(10, ago(days=3), reference="Observation/r")).evidence
    assert [item.reference for item in evidence] == ["Observation/r"]


def test_a_run_is_dated_by_its_record() -> None:
    assert runs_of([run(5, ago(days=1), noted=exactly(ago(days=1)))], NOW)[0].start == ago(days=1)


def before_last(measure: str, *entries: Any, fewest: int = 0) -> Interval | None:
    return Measure(measure, 30, before_last=True, fewest=fewest).of(runs_of(entries, NOW), NOW)[0]


def test_the_window_before_the_last_run_ends_with_it_and_leaves_it_out() -> None:
    runs = run(18, ago(days=36)), run(10, ago(days=33)), run(8, ago(days=20)), run(15, ago(days=5))
    assert before_last("longest", *runs) == exact(10)
    assert before_last("count", *runs) == exact(2)


def test_a_run_of_exactly_thirty_days_before_the_last_still_counts() -> None:
    assert before_last("longest", run(18, ago(days=35)), run(8, ago(days=10)), run(15, ago(days=5))) == exact(18)


def test_too_few_runs_before_the_last_give_no_figure() -> None:
    runs = run(8, ago(days=20)), run(9, ago(days=10)), run(15, ago(days=5))
    assert before_last("longest", *runs, fewest=2) == exact(9)
    assert before_last("longest", *runs, fewest=3) is None


def test_there_is_no_last_run_where_none_was_recorded_lately() -> None:
    assert before_last("longest", run(8, ago(days=40)), run(15, ago(days=31))) is None
    assert before_last("longest") is None


def test_a_first_run_has_nothing_before_it() -> None:
    assert before_last("longest", run(15, ago(days=5))) is None
    assert before_last("count", run(15, ago(days=5))) is None


def test_two_records_of_the_last_run_are_not_compared_with_each_other() -> None:
    runs = run(10, ago(days=10)), run(15, ago(hours=6)), run("15.3", ago(hours=6), source="phone")
    assert before_last("longest", *runs) == exact(10)


def test_fewest_holds_for_a_window_that_ends_now_too() -> None:
    assert Measure("count", 30, fewest=2).of(runs_of([run(8, ago(days=20))], NOW), NOW)[0] is None
