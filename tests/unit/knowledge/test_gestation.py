"""How far a pregnancy has come today, from what was noted another day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from knowledge.chart import Chart, Coding, Entry, Kind, Quantity, Span
from knowledge.concepts import Concepts
from knowledge.decision import Interval
from knowledge.facts import compile_facts

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "weeks": {
        "kind": "number",
        "unit": "wk",
        "due": {"observations": {"loinc": ["11778-8"]}, "at": 40},
        "observations": {"loinc": ["18185-9"]},
        "growing": True,
        "coded_weeks": "pregnancy",
        "plausible": [0, 44],
    }
}
CONCEPTS = {"pregnancy": {"prefixes": {"icd-10-cm": ["O", "Z3A"]}}}


def weeks(*entries: Entry) -> Interval | None:
    concepts = Concepts(CONCEPTS)
    return compile_facts(FACTS, concepts).establish(Chart(entries), concepts, NOW)["weeks"].number


def moment(days_ago: float) -> Span:
    at = NOW - timedelta(days=days_ago)
    return Span(at, at)


def due(in_days: float, noted: Span | None) -> Entry:
    return Entry(
        Kind.OBSERVATION, "Observation/due", (Coding("loinc", "11778-8"),), noted=noted, value_day=moment(-in_days)
    )


def measured(number: int, noted: Span | None, *, open_end: bool = False) -> Entry:
    quantity = Quantity(Decimal(number), None if open_end else Decimal(number), "wk")
    return Entry(Kind.OBSERVATION, "Observation/weeks", (Coding("loinc", "18185-9"),), noted=noted, quantity=quantity)


def coded(code: str, noted: Span | None, began: Span | None = None) -> Entry:
    return Entry(Kind.CONDITION, f"Condition/{code}", (Coding("icd-10-cm", code),), noted=noted, began=began)


def exactly(number: int) -> Interval:
    return Interval(Decimal(number), Decimal(number))


def test_the_day_it_is_due_counts_back_from_forty_weeks() -> None:
    assert weeks(due(70, moment(3))) == exactly(30)


def test_the_due_date_is_believed_before_a_count() -> None:
    assert weeks(due(70, moment(30)), measured(20, moment(0))) == exactly(30)


def test_a_due_date_too_long_past_gives_way_to_the_count() -> None:
    assert weeks(due(-60, moment(30)), measured(20, moment(0))) == exactly(20)


def test_a_due_date_without_a_date_says_nothing() -> None:
    entry = Entry(Kind.OBSERVATION, "Observation/due", (Coding("loinc", "11778-8"),), noted=moment(1))
    assert weeks(entry) is None


def test_a_count_grows_with_the_days_since() -> None:
    assert weeks(measured(20, moment(14))) == exactly(22)


@pytest.mark.parametrize("entry", [measured(20, None), measured(20, moment(1), open_end=True)])
def test_a_count_without_a_day_or_an_end_is_unknown(entry: Entry) -> None:
    assert weeks(entry) is None


@pytest.mark.parametrize("code", ["Z3A.28", "Z3A28", "z3a.28"])
def test_a_code_counts_the_completed_weeks_and_grows(code: str) -> None:
    found = weeks(coded(code, moment(7)))
    assert found is not None
    assert found.low == 29
    assert found.high == 29 + Decimal(6) / 7


def test_the_newest_code_counts_and_the_onset_stands_for_a_missing_day() -> None:
    found = weeks(coded("Z3A.12", moment(60)), coded("Z3A.20", None, began=moment(7)))
    assert found is not None
    assert found.low == 21


@pytest.mark.parametrize("code", ["Z3A.00", "Z3A.01", "Z3A.49", "O26.893"])
def test_a_code_that_names_no_week_says_nothing(code: str) -> None:
    assert weeks(coded(code, moment(1))) is None


def test_a_code_without_a_day_says_nothing() -> None:
    assert weeks(coded("Z3A.28", None)) is None


def told(weeks_noted: str, noted: Span | None) -> Interval | None:
    """Weeks of symptoms today, by a finding of ours."""
    fact = {"duration": {"kind": "number", "unit": "wk", "finding": "symptom-duration", "growing": True}}
    amount = Quantity(Decimal(weeks_noted), Decimal(weeks_noted), "wk")
    coding = (Coding("heel-findings", "symptom-duration"),)
    entry = Entry(Kind.OBSERVATION, "Observation/duration", coding, noted=noted, quantity=amount)
    concepts = Concepts({})
    return compile_facts(fact, concepts).establish(Chart((entry,)), concepts, NOW)["duration"].number


@pytest.mark.parametrize(("days_ago", "expected"), [(0, 5), (6.9, 5), (7, 6), (80, 16)])
def test_weeks_of_symptoms_grow_by_the_whole_weeks_that_passed(days_ago: float, expected: int) -> None:
    assert told("5", moment(days_ago)) == exactly(expected)


def test_weeks_of_symptoms_without_a_date_are_taken_as_told() -> None:
    assert told("5", None) == exactly(5)
