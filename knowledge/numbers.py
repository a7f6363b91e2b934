"""Numeric facts: ages, durations, measurements, sums of runs and how they rose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from knowledge.activity import Measure
from knowledge.chart import Kind, Quantity, Span, Standing
from knowledge.decision import Evidence, Fact, Interval
from knowledge.intervals import increase_percent
from knowledge.sightings import (
    RUN_MATCH,
    STALE_AFTER_DAYS,
    Key,
    Sighting,
    Sightings,
    observation_keys,
    recency,
    stale_after,
    timely,
)
from knowledge.truth import Truth
from knowledge.units import convert

Reader = Callable[[Sightings], Fact]
Found = tuple[Interval, tuple[Evidence, ...]] | None
Source = Callable[[Sightings], Found]
_WEEK, _DAY = Decimal(7), Decimal(86400)
_YEAR = Decimal("365.2425")
_COUNTED_FROM = {"wk": _WEEK, "d": Decimal(1), "a": _YEAR}


def numeric_fact(name: str, fact: Mapping[str, Any], readers: Mapping[str, Reader]) -> Reader:
    """Compile one numeric fact; its sources are tried in the order written here, the first that knows wins."""
    unit = fact.get("unit", "")
    sources: list[Source] = []
    if fact.get("age"):
        sources.append(_age)
    if "increase" in fact:
        sources.append(_increase(readers[fact["increase"]["from"]], readers[fact["increase"]["to"]]))
    if "finding" in fact or "observations" in fact or "also" in fact:
        sources.append(_measured(fact))
    if "activity" in fact:
        sources.append(_of_runs(Measure(**fact["activity"])))
    if "since_onset_of" in fact:
        sources.append(_since_onset(fact["since_onset_of"], unit))
    if "count_of" in fact:
        sources.append(_count(fact["count_of"], fact.get("within_days", STALE_AFTER_DAYS)))

    def read(sightings: Sightings) -> Fact:
        for source in sources:
            if found := source(sightings):
                return Fact(name, Truth.TRUE, number=found[0], unit=unit, evidence=found[1])
        return Fact(name, Truth.UNKNOWN, unit=unit)

    return read


def _age(sightings: Sightings) -> Found:
    birth, at = sightings.chart.birth, sightings.at
    if birth is None:
        return None
    return Interval(Decimal(_years(birth.latest, at)), Decimal(_years(birth.earliest, at))), ()


def _years(born: datetime, at: datetime) -> int:
    """Completed years; who was born on 29 February turns a year older on 1 March of a common year."""
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day))


def _measured(fact: Mapping[str, Any]) -> Source:
    keys = observation_keys(fact)
    preference = {key: place for place, key in enumerate(keys)}
    stale = stale_after(fact)

    def read(sightings: Sightings) -> Found:
        known = [
            (seen, number)
            for seen in sightings.of_codes(keys)
            if timely(seen.entry, sightings.at, stale) and (number := _number(seen, fact)) is not None
        ]
        if not known:
            return None
        seen, number = max(known, key=lambda pair: (recency(pair[0].entry), -preference[_key(pair[0])]))
        return number, (seen.evidence(),)

    return read


def _key(seen: Sighting) -> Key:
    return seen.match.system, seen.match.code


def _number(seen: Sighting, fact: Mapping[str, Any]) -> Interval | None:
    """The entry's quantity in the fact's unit; None where the unit or the size cannot be right."""
    quantity = seen.entry.quantity
    if quantity is None:
        return None
    low, high = (_in_unit(end, quantity, seen, fact) for end in (quantity.low, quantity.high))
    if (low is None) != (quantity.low is None) or (high is None) != (quantity.high is None):
        return None
    return _plausible(Interval(low, high, quantity.low_open, quantity.high_open), fact)


def _in_unit(value: Decimal | None, quantity: Quantity, seen: Sighting, fact: Mapping[str, Any]) -> Decimal | None:
    target = fact.get("unit", "")
    if value is None:
        return None
    if not quantity.unit:
        # Only our own codes fix a unit; a bare number under another code could be anything.
        dimensionless = target in ("", "1") or target.startswith("{")
        return value if dimensionless or seen.match.system == "heel-findings" else None
    if fact.get("scale_mm") and quantity.unit == "mm":
        return value / 10
    if molar := fact.get("molar"):
        return _from_molar(value, quantity.unit, target, molar)
    return convert(value, quantity.unit, target)


def _from_molar(value: Decimal, unit: str, target: str, molar: Mapping[str, str]) -> Decimal | None:
    """Mass and amount of one substance: `factor` is how many `amount` units make one `mass` unit."""
    direct = convert(value, unit, target)
    if direct is not None:
        return direct
    amount = convert(value, unit, molar["amount"])
    return None if amount is None else convert(amount / Decimal(molar["factor"]), molar["mass"], target)


def _plausible(number: Interval, fact: Mapping[str, Any]) -> Interval | None:
    if "plausible" not in fact:
        return number
    least, most = (Decimal(str(end)) for end in fact["plausible"])
    inside = all(end is None or least <= end <= most for end in (number.low, number.high))
    return number if inside else None


def _of_runs(measure: Measure) -> Source:
    def read(sightings: Sightings) -> Found:
        figure, runs = measure.of(sightings.runs, sightings.at)
        if figure is None:
            return None
        evidence = (Sighting(run.entry, RUN_MATCH).evidence() for run in runs)
        return figure, tuple(evidence)

    return read


def _since_onset(concepts: str | list[str], unit: str) -> Source:
    names = [concepts] if isinstance(concepts, str) else concepts

    def read(sightings: Sightings) -> Found:
        begun = [
            (seen, seen.entry.began)
            for name in names
            for seen in sightings.of_concept(name, frozenset({Kind.CONDITION}))
            if seen.entry.standing in (Standing.CURRENT, Standing.POSSIBLE) and seen.entry.began is not None
        ]
        begun = [(seen, began) for seen, began in begun if began.earliest <= sightings.at]
        if not begun:
            return None
        seen, began = min(begun, key=lambda pair: pair[1].earliest)
        return _elapsed(began, sightings.at, unit), (seen.evidence(),)

    return read


def _elapsed(since: Span, at: datetime, unit: str) -> Interval:
    per = _COUNTED_FROM[unit]
    days = (Decimal(max(0.0, (at - moment).total_seconds())) / _DAY for moment in (since.latest, since.earliest))
    shortest, longest = days
    return Interval(shortest / per, longest / per)


def _count(concept: str, days: int) -> Source:
    """How many procedures of a concept are on record; at least that many were done."""

    def read(sightings: Sightings) -> Found:
        since = sightings.at - timedelta(days=days)
        done = [
            seen
            for seen in sightings.of_concept(concept, frozenset({Kind.PROCEDURE}))
            if seen.entry.noted is not None and since <= seen.entry.noted.latest <= sightings.at
        ]
        return (Interval(Decimal(len(done)), None), tuple(s.evidence() for s in done)) if done else None

    return read


def _increase(before: Reader, after: Reader) -> Source:
    def read(sightings: Sightings) -> Found:
        start, end = before(sightings), after(sightings)
        if start.number is None or end.number is None:
            return None
        rise = increase_percent(start.number, end.number)
        return None if rise is None else (rise, (*end.evidence, *start.evidence))

    return read
