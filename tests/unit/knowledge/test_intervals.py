"""What can be said for certain of a number known within bounds."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from knowledge.decision import Interval
from knowledge.intervals import COMPARISONS, exactly, hull, increase_percent
from knowledge.truth import Truth

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
MEANING = {
    "min": lambda value, bound: value >= bound,
    "above": lambda value, bound: value > bound,
    "max": lambda value, bound: value <= bound,
    "below": lambda value, bound: value < bound,
}
ENDS = [None, Decimal(1), Decimal(2), Decimal(3)]


def within(number: Interval) -> list[Decimal]:
    """Sample values the interval allows, on a grid fine enough to lie between all bounds."""

    def allowed(value: Decimal) -> bool:
        above = number.low is None or value > number.low or (value == number.low and not number.low_open)
        below = number.high is None or value < number.high or (value == number.high and not number.high_open)
        return above and below

    return [value for quarter in range(-8, 25) if allowed(value := Decimal(quarter) / 4)]


@pytest.mark.parametrize("comparison", MEANING)
@pytest.mark.parametrize(
    ("low", "high", "low_open", "high_open"), list(product(ENDS, ENDS, [True, False], [True, False]))
)
def test_a_comparison_is_known_when_every_value_within_the_bounds_agrees(
    comparison: str, low: Decimal | None, high: Decimal | None, low_open: bool, high_open: bool
) -> None:
    number = Interval(low, high, low_open, high_open)
    values = within(number)
    if not values:
        return
    answers = {MEANING[comparison](value, Decimal(2)) for value in values}
    expected = Truth.of(answers.pop()) if len(answers) == 1 else U
    assert COMPARISONS[comparison](number, Decimal(2)) is expected


def test_over_sixty_is_above_sixty_but_not_known_to_be_above_ninety() -> None:
    over_sixty = Interval(Decimal(60), None, low_open=True)
    assert COMPARISONS["above"](over_sixty, Decimal(60)) is T
    assert COMPARISONS["max"](over_sixty, Decimal(60)) is F
    assert COMPARISONS["min"](over_sixty, Decimal(90)) is U
    assert COMPARISONS["below"](over_sixty, Decimal(60)) is F


def test_under_fifteen_is_below_fifteen_but_not_known_to_be_below_ten() -> None:
    under_fifteen = Interval(None, Decimal(15), high_open=True)
    assert COMPARISONS["below"](under_fifteen, Decimal(15)) is T
    assert COMPARISONS["min"](under_fifteen, Decimal(15)) is F
    assert COMPARISONS["below"](under_fifteen, Decimal(10)) is U


def test_disagreeing_records_are_known_only_within_their_hull() -> None:
    assert hull([exactly(Decimal(7)), exactly(Decimal(3))]) == Interval(Decimal(3), Decimal(7))
    assert hull([exactly(Decimal(3))]) == exactly(Decimal(3))


def test_a_hull_is_open_where_any_record_is() -> None:
    over_sixty = Interval(Decimal(60), None, low_open=True)
    under_sixty = Interval(None, Decimal(60), high_open=True)
    assert hull([over_sixty, exactly(Decimal(80))]) == over_sixty
    assert hull([under_sixty, exactly(Decimal(50))]) == under_sixty
    assert hull([over_sixty, under_sixty]) == Interval(None, None)
    assert hull([over_sixty, Interval(Decimal(60), None)]) == Interval(Decimal(60), None)
    assert hull([under_sixty, Interval(None, Decimal(60))]) == Interval(None, Decimal(60))


def test_an_increase_is_a_percentage_of_what_was_before() -> None:
    assert increase_percent(exactly(Decimal(20)), exactly(Decimal(25))) == exactly(Decimal(25))
    assert increase_percent(exactly(Decimal(20)), exactly(Decimal(15))) == exactly(Decimal(-25))
    spread = increase_percent(Interval(Decimal(20), Decimal(25)), Interval(Decimal(25), Decimal(30)))
    assert spread == Interval(Decimal(0), Decimal(50))


@pytest.mark.parametrize("before", [exactly(Decimal(0)), Interval(None, Decimal(3)), Interval(Decimal(3), None)])
def test_nothing_rises_from_zero_or_from_an_unknown_amount(before: Interval) -> None:
    assert increase_percent(before, exactly(Decimal(5))) is None


@pytest.mark.parametrize("after", [Interval(None, Decimal(3)), Interval(Decimal(3), None)])
def test_nothing_rises_to_an_unknown_amount(after: Interval) -> None:
    assert increase_percent(exactly(Decimal(5)), after) is None
