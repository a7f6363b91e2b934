"""The filtration rate that a creatinine means at an age and sex."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from knowledge.chart import Span
from knowledge.decision import Interval
from knowledge.kidney import estimated_gfr
from tests.unit.knowledge.charts import amount, fact_of, finding

EGFR: dict[str, Any] = {
    "kind": "number",
    "observations": {"loinc": ["98979-8"]},
    "unit": "mL/min/{1.73_m2}",
    "plausible": [1, 250],
    "creatinine": {
        "observations": {"loinc": ["2160-0"]},
        "unit": "mg/dL",
        "molar": {"factor": "88.4", "amount": "umol/L", "mass": "mg/dL"},
        "plausible": [0.1, 30],
    },
}
BORN = Span(datetime(1950, 1, 1, tzinfo=UTC), datetime(1950, 1, 1, tzinfo=UTC))


def between(low: str | None, high: str | None) -> Interval:
    return Interval(Decimal(low) if low else None, Decimal(high) if high else None)


def just(value: str) -> Interval:
    return between(value, value)


@pytest.mark.parametrize(
    ("creatinine", "age", "sex", "rate"),
    [
        ("1.0", "50", "male", "92"),
        ("0.9", "18", "male", "127"),
        ("0.6", "60", "female", "103"),
        ("2.5", "70", "female", "20"),
    ],
)
def test_the_equation_of_2021_gives_whole_numbers(creatinine: str, age: str, sex: str, rate: str) -> None:
    assert estimated_gfr(just(creatinine), just(age), sex) == just(rate)


@pytest.mark.parametrize("age", [between("17", "18"), between(None, "50"), between("50", None)])
def test_an_age_that_is_not_known_to_be_an_adults_gives_none(age: Interval) -> None:
    assert estimated_gfr(just("1.0"), age, "male") is None


@pytest.mark.parametrize("sex", ["other", "unknown"])
def test_a_sex_without_an_equation_gives_none(sex: str) -> None:
    assert estimated_gfr(just("1.0"), just("50"), sex) is None


def test_a_higher_creatinine_and_age_mean_a_lower_rate() -> None:
    assert estimated_gfr(between("1.0", "2.5"), between("50", "51"), "male") == between("30", "92")


def test_an_open_end_stays_open_at_the_other_side() -> None:
    assert estimated_gfr(between("1.0", None), just("50"), "male") == between(None, "92")
    assert estimated_gfr(between(None, "1.0"), just("50"), "male") == between("92", None)


def reading(*entries: Any, birth: Span | None = BORN, sex: str = "female") -> Interval | None:
    return fact_of(EGFR, *entries, birth=birth, sex=sex).number


def test_it_is_the_last_resort_of_the_fact() -> None:
    creatinine = finding("2160-0", amount("221", "umol/L"), system="loinc")
    estimate = reading(creatinine)
    assert estimate is not None
    assert estimate.high is not None
    assert estimate.high < 30
    assert reading(creatinine, finding("98979-8", amount(70, "mL/min"), system="loinc")) is not None
    assert reading(creatinine, birth=None) is None
    assert reading(creatinine, sex="unknown") is None
    assert reading() is None
