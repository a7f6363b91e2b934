"""The chart sorted once by what the release asks about, so that each fact looks only at its own entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from knowledge.activity import Run, runs_of
from knowledge.chart import Chart, Entry, Kind
from knowledge.concepts import Concepts, Match
from knowledge.decision import Evidence, Method

Key = tuple[str, str]  # system, code
FINDINGS = "heel-findings"
RUN_DISTANCE: Key = (FINDINGS, "run-distance")
RUN_MATCH = Match("", Method.CODE, *RUN_DISTANCE)
STALE_AFTER_DAYS = 365  # a finding older than this says nothing of today, unless its fact says otherwise


def observation_keys(fact: Mapping[str, Any]) -> list[Key]:
    """The observation codes whose value is this fact, preferred first."""
    keys = [(FINDINGS, fact["finding"])] if "finding" in fact else []
    for codes in (fact.get("observations", {}), fact.get("also", {}).get("observations", {})):
        keys += [(system, code) for system, members in codes.items() for code in members]
    return keys


def stale_after(fact: Mapping[str, Any]) -> timedelta:
    return timedelta(days=fact.get("stale_after_days", STALE_AFTER_DAYS))


def timely(entry: Entry, at: datetime, stale: timedelta) -> bool:
    """Whether an entry speaks for `at`: neither of the future nor too old. Undated ones do."""
    return entry.noted is None or (entry.noted.earliest <= at and entry.noted.latest >= at - stale)


def recency(entry: Entry) -> float:
    """Orders entries by when they were noted; undated ones come before all others."""
    return entry.noted.latest.timestamp() if entry.noted else float("-inf")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One entry, seen because of one match."""

    entry: Entry
    match: Match

    def evidence(self) -> Evidence:
        entry, match = self.entry, self.match
        return Evidence(entry.reference, _day(entry), match.method, match.system, match.code, entry.side)


def _day(entry: Entry) -> date | None:
    span = entry.began if entry.kind is Kind.CONDITION and entry.began else entry.noted or entry.began
    return span.earliest.date() if span else None


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

    def of_concept(self, concept: str, kinds: frozenset[Kind]) -> list[Sighting]:
        return [seen for seen in self.by_concept.get(concept, ()) if seen.entry.kind in kinds]

    def of_codes(self, keys: Iterable[Key]) -> list[Sighting]:
        return [seen for key in keys for seen in self.by_code.get(key, ())]


def look(chart: Chart, concepts: Concepts, wanted: frozenset[Key], at: datetime) -> Sightings:
    """One pass over the chart. `wanted` are the observation codes that some fact reads."""
    sightings = Sightings(chart, at)
    for entry in chart.entries:
        if entry.kind is Kind.OBSERVATION:
            _file_observation(entry, wanted, sightings)
        else:
            for match in concepts.of(entry):
                sightings.by_concept.setdefault(match.concept, []).append(Sighting(entry, match))
    return sightings


def _file_observation(entry: Entry, wanted: frozenset[Key], sightings: Sightings) -> None:
    for coding in entry.codings:
        key = (coding.system, coding.code)
        if key in wanted:
            method = Method.MAP if coding in entry.mapped else Method.CODE
            match = Match("", method, coding.system, coding.code)
            sightings.by_code.setdefault(key, []).append(Sighting(entry, match))
