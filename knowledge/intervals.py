"""Numbers known within bounds, and what can be said of them for certain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from knowledge.decision import Interval
from knowledge.truth import Truth


def exactly(value: Decimal) -> Interval:
    return Interval(value, value)


def hull(numbers: Iterable[Interval]) -> Interval:
    """The narrowest bounds that hold all of the numbers (at least one): what is known when records disagree."""
    members = list(numbers)
    lows = [(n.low, n.low_open) for n in members if n.low is not None]
    highs = [(n.high, not n.high_open) for n in members if n.high is not None]
    low, low_open = min(lows) if len(lows) == len(members) else (None, False)
    high, high_closed = max(highs) if len(highs) == len(members) else (None, True)
    return Interval(low, high, low_open, not high_closed)


def lowest(numbers: Iterable[Interval]) -> Interval:
    """The bounds of the lowest of the numbers (at least one)."""
    members = list(numbers)
    highs = [(n.high, not n.high_open) for n in members if n.high is not None]
    high, high_closed = min(highs, default=(None, True))
    return Interval(hull(members).low, high, hull(members).low_open, not high_closed)


def at_or_above(number: Interval, bound: Decimal) -> Truth:
    if number.low is not None and number.low >= bound:
        return Truth.TRUE
    return Truth.FALSE if _ends_below(number, bound, touching=number.high_open) else Truth.UNKNOWN


def above(number: Interval, bound: Decimal) -> Truth:
    if number.low is not None and (number.low > bound or (number.low == bound and number.low_open)):
        return Truth.TRUE
    return Truth.FALSE if _ends_below(number, bound, touching=True) else Truth.UNKNOWN


def at_or_below(number: Interval, bound: Decimal) -> Truth:
    if number.high is not None and number.high <= bound:
        return Truth.TRUE
    return Truth.FALSE if _begins_above(number, bound, touching=number.low_open) else Truth.UNKNOWN


def below(number: Interval, bound: Decimal) -> Truth:
    if number.high is not None and (number.high < bound or (number.high == bound and number.high_open)):
        return Truth.TRUE
    return Truth.FALSE if _begins_above(number, bound, touching=True) else Truth.UNKNOWN


def _ends_below(number: Interval, bound: Decimal, *, touching: bool) -> bool:
    return number.high is not None and (number.high < bound or (touching and number.high == bound))


def _begins_above(number: Interval, bound: Decimal, *, touching: bool) -> bool:
    return number.low is not None and (number.low > bound or (touching and number.low == bound))


COMPARISONS: dict[str, Callable[[Interval, Decimal], Truth]] = {
    "min": at_or_above,
    "above": above,
    "max": at_or_below,
    "below": below,
}


def increase_percent(before: Interval, after: Interval) -> Interval | None:
    """By how many percent `after` exceeds `before`; None where that has no meaning."""
    if before.low is None or before.high is None or after.low is None or after.high is None or before.low <= 0:
        return None
    return Interval((after.low - before.high) * 100 / before.high, (after.high - before.low) * 100 / before.low)


def increase_by(before: Interval, after: Interval) -> Interval | None:
    """By how much `after` exceeds `before`; None where an end of either is open."""
    if before.low is None or before.high is None or after.low is None or after.high is None:
        return None
    return Interval(after.low - before.high, after.high - before.low)
