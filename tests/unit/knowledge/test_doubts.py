"""What is recorded but cannot be relied on. On the small release."""

from __future__ import annotations

from datetime import date
from typing import Any

from knowledge.chart import Chart, Coding, Entry, Side
from knowledge.decision import Doubt
from knowledge.engine import evaluate
from tests.unit.knowledge.charts import NOW, ago, amount, condition, day, exactly, finding
from tests.unit.knowledge.small_release import content, rule, small_release

PLANTAR = finding("place", [Coding("heel-pain-location", "plantar-medial")])
OLD = exactly(ago(days=400))


def doubts(*entries: Entry, **changes: Any) -> list[Doubt]:
    return list(evaluate(small_release(**changes), Chart(entries), "patient-view", NOW).doubts)


def test_a_finding_past_its_limit_is_stale_where_an_answer_would_change_what_is_shown() -> None:
    [stale] = doubts(PLANTAR, finding("squeeze", noted=OLD))
    assert stale == Doubt("squeeze", "stale", OLD.earliest.date(), ("coreCare", "stressFracture"))
    assert doubts(finding("squeeze", noted=OLD)) == []  # nobody told of a heel that hurts
    assert doubts(PLANTAR, finding("squeeze")) == []
    assert doubts(PLANTAR, finding("squeeze", noted=OLD), finding("squeeze", noted=exactly(ago(days=1)))) == []


def test_the_limit_is_that_of_the_fact() -> None:
    brief = {"squeeze": {**content()["facts"]["squeeze"], "stale_after_days": 7}}
    lately = finding("squeeze", noted=exactly(ago(days=8)))
    assert doubts(PLANTAR, lately) == []
    assert [doubt.fact for doubt in doubts(PLANTAR, lately, facts=brief)] == ["squeeze"]


def test_a_choice_and_a_number_can_be_stale_too() -> None:
    place = finding("place", [Coding("heel-pain-location", "plantar-medial")], noted=OLD)
    assert [doubt.fact for doubt in doubts(place)] == ["place"]
    severity = finding("severity", amount(6, "{score}"), noted=OLD)
    assert [doubt.topics for doubt in doubts(PLANTAR, severity, finding("anticoagulated", False))] == [("needling",)]


def test_a_value_that_nobody_could_use_is_not_merely_old() -> None:
    assert doubts(PLANTAR, finding("severity", amount(6, "kg"), noted=OLD), finding("anticoagulated", False)) == []


def test_a_number_that_looks_back_is_never_stale() -> None:
    earlier = {"severity": {**content()["facts"]["severity"], "earlier_by_days": 30}}
    severity = finding("severity", amount(6, "{score}"), noted=OLD)
    assert doubts(PLANTAR, severity, finding("anticoagulated", False), facts=earlier) == []


def test_two_notes_of_one_day_that_say_yes_and_no_disagree() -> None:
    today = day("2026-11-21")
    [both] = doubts(PLANTAR, finding("squeeze", noted=today), finding("squeeze", False, noted=today))
    assert both == Doubt("squeeze", "contradictory", date(2026, 11, 21), ("coreCare", "stressFracture"))
    morning, noon = exactly(ago(hours=3)), exactly(ago(hours=1))
    [later] = doubts(PLANTAR, finding("squeeze", noted=morning), finding("squeeze", False, noted=noon))
    assert later.kind == "contradictory"
    [undated] = doubts(PLANTAR, finding("squeeze", noted=None), finding("squeeze", False, noted=None))
    assert undated.noted is None


def test_two_days_two_sides_or_one_opinion_do_not() -> None:
    yesterday, today = day("2026-11-20"), day("2026-11-21")
    assert doubts(PLANTAR, finding("squeeze", noted=yesterday), finding("squeeze", False, noted=today)) == []
    left = finding("squeeze", noted=today, side=Side.LEFT)
    right = finding("squeeze", False, noted=today, side=Side.RIGHT)
    assert doubts(PLANTAR, left, right) == []
    assert doubts(PLANTAR, finding("squeeze", noted=today), finding("squeeze", noted=today)) == []


def test_a_disagreement_that_changes_nothing_is_told_where_something_is_shown_because_of_it() -> None:
    today = day("2026-11-21")
    twice = [finding("squeeze", noted=today), finding("squeeze", False, noted=today)]
    two_signs = [finding("hop"), finding("bruise")]
    assert doubts(PLANTAR, *twice, *two_signs) == [Doubt("squeeze", "contradictory", date(2026, 11, 21), ())]
    told_nowhere = doubts(condition("1"), *twice, rules={"fracture": rule(hooks=["order-sign"])})
    assert told_nowhere == []


def test_numbers_of_one_day_that_have_nothing_in_common_disagree() -> None:
    today = day("2026-11-21")

    def severities(*values: Any) -> list[Doubt]:
        return doubts(PLANTAR, finding("anticoagulated", False), *values)

    low, high = (finding("severity", amount(n, "{score}"), noted=today) for n in (2, 6))
    [apart] = severities(low, high)
    assert (apart.kind, apart.topics) == ("contradictory", ("needling",))
    assert severities(high, high) == []
    assert severities(high, finding("severity", amount(2, "{score}"), noted=day("2026-11-20"))) == []


def test_a_number_known_otherwise_than_by_its_observations_has_none_that_disagree() -> None:
    """A length since onset is known from the condition; the observation of another unit is unusable."""
    since = {"severity": {**content()["facts"]["severity"], "unit": "wk", "since_onset_of": "heel-pain"}}
    wrong = finding("severity", amount(3, "kg"))
    assert doubts(PLANTAR, condition("1", began=exactly(ago(days=30))), wrong, facts=since) == []


def test_a_fact_that_cannot_be_read_is_no_doubt() -> None:
    release = small_release()

    def broken(_: Any) -> Any:
        raise ZeroDivisionError

    readers = dict(release.facts.readers)
    readers["squeeze"] = broken
    object.__setattr__(release.facts, "readers", readers)
    release.facts.__dict__.pop("reading", None)
    decision = evaluate(release, Chart((PLANTAR, finding("squeeze", noted=OLD))), "patient-view", NOW)
    assert decision.doubts == ()
