"""Numeric facts: ages, durations, measurements, sums of runs and how they rose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from knowledge.activity import Measure
from knowledge.chart import Kind, Quantity, Span, Standing
from knowledge.decision import Evidence, Fact, Interval
from knowledge.errors import ReleaseError
from knowledge.gestation import coded_weeks, until_due
from knowledge.intervals import hull, lowest
from knowledge.kidney import estimated_gfr
from knowledge.sightings import (
    FINDINGS,
    RUN_MATCH,
    STALE_AFTER_DAYS,
    Key,
    Reader,
    Sighting,
    Sightings,
    evidence_of,
    newest,
    observation_keys,
    stale_after,
)
from knowledge.truth import Truth
from knowledge.units import convert, is_usable

Found = tuple[Interval, tuple[Evidence, ...]] | None
Source = Callable[[Sightings], Found]
_DAY_SECONDS = Decimal(86400)


def numeric_fact(name: str, fact: Mapping[str, Any]) -> Reader:
    """Compile one numeric fact; its sources are tried in the order written here, the first that knows wins."""
    unit = str(fact.get("unit", ""))
    sources = _sources(name, fact, unit)

    def read(sightings: Sightings) -> Fact:
        for source in sources:
            found = source(sightings)
            if found and (number := _plausible(found[0], fact)):
                return Fact(name, Truth.TRUE, number=number, unit=unit, evidence=found[1])
        return Fact(name, Truth.UNKNOWN, unit=unit)

    return read


def _sources(name: str, fact: Mapping[str, Any], unit: str) -> list[Source]:
    sources: list[Source] = []
    if fact.get("age"):
        sources.append(_age)
    if "due" in fact:
        sources.append(until_due(fact))
    if observation_keys(fact):
        sources.append(_measured(fact))
    if "creatinine" in fact:
        sources.append(_of_creatinine(fact["creatinine"]))
    if "coded_weeks" in fact:
        sources.append(coded_weeks(fact["coded_weeks"]))
    if "activity" in fact:
        sources.append(_of_runs(Measure(**fact["activity"])))
    if "since_onset_of" in fact:
        if convert(Decimal(1), "d", unit) is None:
            raise ReleaseError(f"facts.{name}.unit: a time since onset needs a unit of time; found {unit!r}")
        sources.append(_since_onset(fact["since_onset_of"], unit))
    if "count_of" in fact:
        sources.append(_count(fact["count_of"], fact.get("within_days", STALE_AFTER_DAYS)))
    if not sources:
        expected = "age, finding, observations, activity, since_onset_of, count_of or increase"
        raise ReleaseError(f"facts.{name}: a number is read from {expected}; found {sorted(fact)}")
    return sources


def _age(sightings: Sightings) -> Found:
    birth, at = sightings.chart.birth, sightings.at
    if birth is None or birth.earliest > at:
        return None
    return Interval(Decimal(max(0, _years(birth.latest, at))), Decimal(_years(birth.earliest, at))), ()


def _before(latest: Iterable[Sighting], known: Iterable[Sighting], by: timedelta) -> list[Sighting]:
    """Of the sightings those that were certainly made that long before the latest; none where a date is missing."""
    dated = [seen.entry.noted for seen in latest]
    if not dated or None in dated:
        return []
    until = min(noted.earliest for noted in dated if noted) - by
    return [seen for seen in known if seen.entry.noted and seen.entry.noted.latest <= until]


def _years(born: datetime, at: datetime) -> int:
    """Completed years; who was born on 29 February turns a year older on 1 March of a common year."""
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day))


def _measured(fact: Mapping[str, Any]) -> Source:
    """The newest usable values, and all between them where several are equally new."""
    usable = usable_numbers(fact)
    told = lowest if fact.get("of_sides") == "lowest" else hull

    def read(sightings: Sightings) -> Found:
        found = usable(sightings)
        return (told(found.values()), evidence_of(found)) if found else None

    return read


def usable_numbers(fact: Mapping[str, Any]) -> Callable[[Sightings], dict[Sighting, Interval]]:
    """The newest values of an authored number in its unit; where several are equally new, those of the preferred code.

    With `earlier_by_days` the newest of those that were made at least so many days before the newest of all.

    The side is not looked at, and the newest number speaks for the patient; `of_sides: lowest` takes the newest of
    each side, and of them the lowest.
    """
    keys = observation_keys(fact)
    stale = stale_after(fact)
    earlier_by = timedelta(days=fact.get("earlier_by_days", 0))
    worse_side = fact.get("of_sides") == "lowest"

    def read(sightings: Sightings) -> dict[Sighting, Interval]:
        numbers = {seen: _grown(_number(seen, fact), seen, fact, sightings.at) for seen in sightings.of_codes(keys)}
        known = [seen for seen, number in numbers.items() if number is not None]
        latest = newest(known, sightings.at, stale, by_side=worse_side)
        if earlier_by:
            latest = newest(_before(latest, known, earlier_by), sightings.at, stale, by_side=False)
        preferred = min((keys.index(_key(seen)) for seen in latest), default=0)
        counted = [seen for seen in latest if keys.index(_key(seen)) == preferred]
        return {seen: number for seen in counted if (number := numbers[seen])}

    return read


def _of_creatinine(creatinine: Mapping[str, Any]) -> Source:
    """The filtration rate that the newest creatinine means at the patient's age and sex."""
    measured = _measured(creatinine)

    def read(sightings: Sightings) -> Found:
        found, age = measured(sightings), _age(sightings)
        rate = estimated_gfr(found[0], age[0], sightings.chart.sex) if found and age else None
        return (rate, found[1]) if found and rate else None

    return read


def _grown(number: Interval | None, seen: Sighting, fact: Mapping[str, Any], at: datetime) -> Interval | None:
    """What a number that grows with time has come to; unknown where it is not told when it was noted.

    A finding of ours is told in round numbers, so whole weeks are added to it, and none where it bears no date.
    """
    if number is None or not fact.get("growing"):
        return number
    ours = seen.match.system == FINDINGS
    if ours and seen.entry.noted is None:
        return number
    if seen.entry.noted is None or number.low is None or number.high is None:
        return None
    passed = _elapsed(seen.entry.noted, at, str(fact["unit"]))
    assert passed.low is not None
    assert passed.high is not None
    if ours:
        return Interval(number.low + passed.low // 1, number.high + passed.high // 1)
    return Interval(number.low + passed.low, number.high + passed.high)


def _key(seen: Sighting) -> Key:
    return seen.match.system, seen.match.code


def _number(seen: Sighting, fact: Mapping[str, Any]) -> Interval | None:
    """The entry's quantity in the fact's unit; None where the unit or the size cannot be right."""
    quantity = seen.entry.quantity
    if quantity is None or not all(end is None or is_usable(end) for end in (quantity.low, quantity.high)):
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
    return None if amount is None else convert(amount / Decimal(str(molar["factor"])), molar["mass"], target)


def _plausible(number: Interval, fact: Mapping[str, Any]) -> Interval | None:
    if number.low is None and number.high is None:
        return None
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
        return figure, evidence_of(Sighting(run.entry, RUN_MATCH) for run in runs)

    return read


def _since_onset(concepts: str | list[str], unit: str) -> Source:
    names = [concepts] if isinstance(concepts, str) else concepts

    def read(sightings: Sightings) -> Found:
        lasting = (
            seen
            for name in names
            for seen in sightings.of_concept(name, frozenset({Kind.CONDITION}))
            if seen.standing in (Standing.CURRENT, Standing.POSSIBLE)
        )
        begun = [(seen, seen.entry.began) for seen in lasting if seen.entry.began is not None]
        if not begun:
            return None
        first = min((began for _, began in begun), key=lambda began: (began.earliest, began.latest))
        return _elapsed(first, sightings.at, unit), evidence_of(seen for seen, began in begun if began == first)

    return read


def _elapsed(since: Span, at: datetime, unit: str) -> Interval:
    days = (
        max(Decimal((at - moment).total_seconds()), Decimal(0)) / _DAY_SECONDS
        for moment in (since.latest, since.earliest)
    )
    shortest, longest = (convert(length, "d", unit) for length in days)
    return Interval(shortest, longest)


def _count(concept: str, days: int) -> Source:
    """On how many days procedures of a concept were done, as recorded; so many at least.

    Two records of one day may tell of one procedure, so they count once.
    """

    def read(sightings: Sightings) -> Found:
        done = [
            (seen, noted.earliest.date())
            for seen in sightings.of_concept(concept, frozenset({Kind.PROCEDURE}))
            if (noted := seen.entry.noted) is not None
            and seen.standing in (Standing.CURRENT, Standing.PAST)
            and sightings.at - noted.latest <= timedelta(days=days)
        ]
        count = len({day for _, day in done})
        return (Interval(Decimal(count), None), evidence_of(seen for seen, _ in done)) if done else None

    return read
