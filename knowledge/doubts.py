"""What is recorded but cannot be relied on: too old to count, or recorded twice and differently.

A value past the limit of its fact counts as unknown; of two that disagree and of which neither is the later, the
more cautious reading counts. Either is named where the truth could change what is shown, and a disagreement also
where something is shown because of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from knowledge.chart import Side
from knowledge.decision import Decision, Doubt, Fact, Facts, Interval
from knowledge.facts import reader_of
from knowledge.numbers import usable_numbers
from knowledge.presences import answers_about
from knowledge.release import Release
from knowledge.sightings import Key, Reader, Sighting, Sightings, evidence_of, newest, observation_keys, stale_after
from knowledge.truth import Truth

Decide = Callable[[Facts], Decision]
Spread = Callable[[Sightings], tuple[tuple[Sighting, ...], tuple[Fact, ...]]]  # records that disagree, what each says
_NO_LIMIT = 36_500  # days


class Flaw(StrEnum):
    """What is the matter with a record."""

    STALE = "stale"
    CONTRADICTORY = "contradictory"


class Doubter:
    """A release made ready to find doubts: for each fact read from observations how it reads without a limit."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._unlimited: dict[str, Reader] = {}
        self._spreads: dict[str, Spread] = {}
        self._of_key: dict[Key, list[str]] = {}
        for name, authored in release.content["facts"].items():
            # What reads an earlier value looks back as far as it was told to.
            if name in release.rules_reading and observation_keys(authored) and "earlier_by_days" not in authored:
                self._add(name, authored)

    def _add(self, name: str, authored: Mapping[str, Any]) -> None:
        release = self._release
        self._unlimited[name] = reader_of(name, {**authored, "stale_after_days": _NO_LIMIT}, release.concepts)
        if authored["kind"] == "presence":
            self._spreads[name] = _both_ways(name, authored, release)
        elif authored["kind"] == "number":
            self._spreads[name] = _far_apart(name, authored)
        for key in observation_keys(authored):
            self._of_key.setdefault(key, []).append(name)

    def doubts(self, sightings: Sightings, read: Facts, decision: Decision, decide: Decide) -> Iterator[Doubt]:
        """The doubts about one patient that matter to what is shown; `decide` judges supposed facts."""
        carrying = {name for one in decision.recommended for name in one.facts}
        for name in dict.fromkeys(name for key in sightings.by_code for name in self._of_key.get(key, ())):
            for kind, noted, others in self._found(name, sightings, read):
                topics = (topic for one in others for topic in _changed(decision, decide({**read, name: one})))
                told = tuple(dict.fromkeys(topics))
                if told or (kind is Flaw.CONTRADICTORY and name in carrying):
                    yield Doubt(name, kind.value, noted, told)

    def _found(self, name: str, sightings: Sightings, read: Facts) -> Iterator[tuple[Flaw, date | None, list[Fact]]]:
        """What is doubtful of one fact, since when, and what may be true instead."""
        fact = read.get(name)
        if fact is None:
            return
        if fact.truth is Truth.UNKNOWN:
            old = self._unlimited[name](sightings)
            if old.truth is not Truth.UNKNOWN:
                yield Flaw.STALE, _day(old), [old, *self._release.answers_to(name)]
        elif name in self._spreads:
            records, said = self._spreads[name](sightings)
            if records:
                yield Flaw.CONTRADICTORY, max((e.date for e in evidence_of(records) if e.date), default=None), [*said]


@lru_cache(maxsize=16)
def doubter_of(release: Release) -> Doubter:
    """The doubter of a release, made once."""
    return Doubter(release)


def _day(fact: Fact) -> date | None:
    return max((item.date for item in fact.evidence if item.date), default=None)


def _changed(before: Decision, after: Decision) -> list[str]:
    """The topics that appear, go, or become more or less urgent."""
    then, now = ({(one.topic, one.indicator) for one in decision.recommended} for decision in (before, after))
    return sorted({topic for topic, _ in then ^ now})


def _both_ways(name: str, authored: Mapping[str, Any], release: Release) -> Spread:
    """A presence of which notes of one day and one side say yes and no."""
    answers, stale = answers_about(authored, release.concepts), stale_after(authored)

    def spread(sightings: Sightings) -> tuple[tuple[Sighting, ...], tuple[Fact, ...]]:
        said = answers(sightings)
        newer = newest(said, sightings.at, stale, by_side=True)
        latest = {_place(seen) for seen in newer}
        of_that_day = [seen for seen in said if _place(seen) in latest]
        truths: dict[tuple[Side, datetime | date | None], set[Truth | None]] = {}
        for seen in of_that_day:
            truths.setdefault(_place(seen), set()).add(seen.entry.presence)
        places = {place for place, found in truths.items() if {Truth.TRUE, Truth.FALSE} <= found}
        records = tuple(seen for seen in of_that_day if _place(seen) in places)
        return records, (Fact(name, Truth.TRUE), Fact(name, Truth.FALSE)) if records else ()

    return spread


def _place(seen: Sighting) -> tuple[Side, datetime | date | None]:
    noted = seen.entry.noted
    return seen.entry.side, noted.earliest.date() if noted else None


def _far_apart(name: str, authored: Mapping[str, Any]) -> Spread:
    """A number whose newest values, none later than the others, have nothing in common."""
    usable, unit = usable_numbers(authored), str(authored["unit"])
    one_sided = "of_sides" in authored

    def spread(sightings: Sightings) -> tuple[tuple[Sighting, ...], tuple[Fact, ...]]:
        found = usable(sightings)
        by_side: dict[Side | None, list[Interval]] = {}
        for seen, number in found.items():
            by_side.setdefault(seen.entry.side if one_sided else None, []).append(number)
        if all(_overlap(numbers) for numbers in by_side.values()):
            return (), ()
        return tuple(found), tuple(Fact(name, Truth.TRUE, number, unit) for number in found.values())

    return spread


def _overlap(numbers: list[Interval]) -> bool:
    lows = [number.low for number in numbers if number.low is not None]
    highs = [number.high for number in numbers if number.high is not None]
    return max(lows, default=Decimal("-Infinity")) <= min(highs, default=Decimal("Infinity"))
