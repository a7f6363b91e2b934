"""The chart sorted once by what the release asks about, so that each fact looks only at its own entries.

Neither the order of the entries nor one entry sent twice may change anything that is made of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from knowledge.activity import Run, runs_of
from knowledge.chart import Chart, Entry, Kind, Side, Standing
from knowledge.concepts import Concepts, Match
from knowledge.decision import Evidence, Fact, Method
from knowledge.truth import Truth

Key = tuple[str, str]  # system, code
FINDINGS = "heel-findings"
RUN_DISTANCE: Key = (FINDINGS, "run-distance")
RUN_MATCH = Match("", Method.CODE, *RUN_DISTANCE)
STALE_AFTER_DAYS = 365  # a finding older than this says nothing of today, unless its fact says otherwise


def observation_keys(fact: Mapping[str, Any]) -> list[Key]:
    """The observation codes whose value is this fact, preferred first."""
    keys = [(FINDINGS, fact["finding"])] if "finding" in fact else []
    for codes in (fact.get("observations", {}), fact.get("also", {}).get("observations", {})):
        keys += keys_in(codes)
    return keys


def keys_in(codes: Mapping[str, Iterable[str]]) -> list[Key]:
    return [(system, code) for system, members in codes.items() for code in members]


def due_keys(fact: Mapping[str, Any]) -> list[Key]:
    """The observation codes whose value is the day on which the fact is due."""
    return keys_in(fact.get("due", {}).get("observations", {}))


def creatinine_keys(fact: Mapping[str, Any]) -> list[Key]:
    """The observation codes of the serum creatinine that the fact is estimated from."""
    return keys_in(fact.get("creatinine", {}).get("observations", {}))


def stale_after(fact: Mapping[str, Any]) -> timedelta:
    return timedelta(days=fact.get("stale_after_days", STALE_AFTER_DAYS))


def timely(entry: Entry, at: datetime, stale: timedelta) -> bool:
    """Whether an entry is not too old to speak for `at`; undated ones never are. See `look` for the future."""
    return entry.noted is None or at - entry.noted.latest <= stale


@dataclass(frozen=True, slots=True)
class Sighting:
    """One entry, seen because of one match."""

    entry: Entry
    match: Match

    @property
    def standing(self) -> Standing:
        """How far it speaks for the patient now: what the entry says, or less where its words take it back."""
        return self.match.standing if self.match.standing and self.entry.standing in _AFFIRMED else self.entry.standing

    def evidence(self) -> Evidence:
        entry, match = self.entry, self.match
        return Evidence(entry.reference, _day(entry), match.method, match.system, match.code, entry.side)


_AFFIRMED = frozenset({Standing.CURRENT, Standing.UNCERTAIN})
_COMPLAINED_OF = frozenset({Standing.CURRENT, Standing.POSSIBLE, Standing.UNCERTAIN})


def evidence_of(sightings: Iterable[Sighting]) -> tuple[Evidence, ...]:
    """What the sightings rest on: each once, the latest first, undated last."""
    return tuple(sorted({seen.evidence() for seen in sightings}, key=_weight))


def _weight(item: Evidence) -> tuple[int, str, str, str, str, str]:
    day = -item.date.toordinal() if item.date else 0
    return (day, item.reference, item.method, item.system, item.code, item.side)


def newest(sightings: Iterable[Sighting], at: datetime, stale: timedelta, *, by_side: bool) -> list[Sighting]:
    """The timely sightings that none other certainly replaces by a later one.

    A day without an hour does not tell which of two notes of that day is the later: both count. With
    `by_side` a note on one heel replaces only what was said of that heel; a note that names no side,
    or both, replaces all that is older.
    """
    known = [seen for seen in sightings if timely(seen.entry, at, stale)]
    latest: dict[Side, float] = {}
    for seen in known:
        side = seen.entry.side if by_side else Side.UNKNOWN
        latest[side] = max(latest.get(side, _NEVER), _began(seen.entry))
    of_all = max(latest.get(Side.UNKNOWN, _NEVER), latest.get(Side.BOTH, _NEVER))
    return [seen for seen in known if _ended(seen.entry) >= max(of_all, latest.get(seen.entry.side, _NEVER))]


_NEVER = float("-inf")


def _began(entry: Entry) -> float:
    return entry.noted.earliest.timestamp() if entry.noted else _NEVER


def _ended(entry: Entry) -> float:
    return entry.noted.latest.timestamp() if entry.noted else _NEVER


def _day(entry: Entry) -> date | None:
    """The day of an entry; none where only its month or year is known."""
    span = entry.began if entry.kind is Kind.CONDITION and entry.began else entry.noted or entry.began
    return span.earliest.date() if span and span.latest - span.earliest < _TWO_DAYS else None


_TWO_DAYS = timedelta(days=2)


@dataclass
class Sightings:
    """Entries by concept and by observation code; `at` is the evaluation instant."""

    chart: Chart
    at: datetime
    by_concept: dict[str, list[Sighting]] = field(default_factory=dict)
    by_code: dict[Key, list[Sighting]] = field(default_factory=dict)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        return runs_of((seen.entry for seen in self.by_code.get(RUN_DISTANCE, ())), self.at)

    @cached_property
    def affected(self) -> frozenset[Side]:
        """The sides of which anything is complained of or found; empty where none is named."""
        on_lists = (s for seen in self.by_concept.values() for s in seen if s.entry.kind is Kind.CONDITION)
        found = (s for (system, _), seen in self.by_code.items() if system == FINDINGS for s in seen)
        sides = {s.entry.side for s in on_lists if s.standing in _COMPLAINED_OF}
        sides |= {s.entry.side for s in found if s.entry.presence is Truth.TRUE or s.entry.choices}
        return frozenset({Side.LEFT, Side.RIGHT}) if Side.BOTH in sides else frozenset(sides - {Side.UNKNOWN})

    def of_concept(self, concept: str, kinds: frozenset[Kind]) -> list[Sighting]:
        return [seen for seen in self.by_concept.get(concept, ()) if seen.entry.kind in kinds]

    def of_codes(self, keys: Iterable[Key]) -> list[Sighting]:
        return [seen for key in keys for seen in self.by_code.get(key, ())]


Reader = Callable[[Sightings], Fact]


def look(chart: Chart, concepts: Concepts, wanted: frozenset[Key], at: datetime) -> Sightings:
    """One pass over the chart. `wanted` are the observation codes that some fact reads.

    What is dated after `at` had not happened yet and is left out, except what is only asked for or planned.
    """
    sightings = Sightings(chart, at)
    for entry in chart.entries:
        if _of_the_future(entry, at):
            continue
        if entry.kind is Kind.OBSERVATION:
            _file_observation(entry, wanted, sightings)
        else:
            for match in concepts.of(entry):
                sightings.by_concept.setdefault(match.concept, []).append(Sighting(entry, match))
    return sightings


def _of_the_future(entry: Entry, at: datetime) -> bool:
    if entry.draft or entry.kind is Kind.ORDER or entry.standing is Standing.PLANNED:
        return False
    begun = entry.began if entry.kind is Kind.CONDITION else None
    return any(span is not None and span.earliest > at for span in (entry.noted, begun))


def _file_observation(entry: Entry, wanted: frozenset[Key], sightings: Sightings) -> None:
    for coding in entry.codings:
        key = (coding.system, coding.code)
        if key in wanted:
            method = Method.MAP if coding in entry.mapped else Method.CODE
            match = Match("", method, coding.system, coding.code)
            sightings.by_code.setdefault(key, []).append(Sighting(entry, match))
