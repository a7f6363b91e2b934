"""Statements that are present, absent or unknown, each read from the entries that can tell.

Silence never makes one absent: only a record that says so does, or, for what is being ordered, the
order itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from knowledge.chart import Entry, Kind, Side, Standing, Within
from knowledge.concepts import Concepts
from knowledge.decision import Evidence, Fact, Method
from knowledge.errors import ReleaseError
from knowledge.sightings import (
    FINDINGS,
    STALE_AFTER_DAYS,
    Reader,
    Sighting,
    Sightings,
    evidence_of,
    newest,
    observation_keys,
    stale_after,
)
from knowledge.truth import Truth, any_

_DRUG = frozenset({Kind.MEDICATION})
_DISORDER = frozenset({Kind.CONDITION})
_AND = re.compile(r"[,;/]|\band\b")
_TAG = re.compile(r"\s*\((?:finding|disorder)\)")  # what a code's name says of its kind
_ALLERGY = frozenset({Kind.ALLERGY})
_ORDERABLE = frozenset({Kind.MEDICATION, Kind.ORDER, Kind.PROCEDURE})
_REQUESTED = frozenset({Standing.CURRENT, Standing.PLANNED, Standing.PAST, Standing.UNCERTAIN})


def presence_fact(name: str, fact: Mapping[str, Any], concepts: Concepts) -> Reader:
    """Compile one presence. Raises `ReleaseError` where nothing says how it is read."""
    if "draft" in fact:
        return _draft(name, fact, concepts)
    if "beyond_range" in fact:
        return _beyond_range(name, fact)
    if "unnamed_draft" in fact:
        return _unnamed_draft(name, fact, concepts)
    readers = [make(name, fact) for key, make in _SOURCES.items() if key in fact]
    if observation_keys(fact):
        readers.insert(0, _finding(name, fact, concepts))
    if "conditions" in fact.get("also", {}):
        readers.append(_on_record(name, fact, fact["also"]["conditions"], _DISORDER))
    if not readers:
        sources = ["finding", "observations", *sorted(_SOURCES), "draft", "when"]
        raise ReleaseError(f"facts.{name}: expected one of {sources}; found {sorted(fact)}")
    return readers[0] if len(readers) == 1 else lambda sightings: _either(name, [read(sightings) for read in readers])


def _either(name: str, facts: list[Fact]) -> Fact:
    truth = any_(fact.truth for fact in facts)
    if truth is Truth.UNKNOWN and any(fact.truth is Truth.FALSE for fact in facts):
        # One source says no and another says nothing: what was said stands.
        unsaid = all(fact.truth is Truth.FALSE or not fact.evidence for fact in facts)
        truth = Truth.FALSE if unsaid else truth
    evidence = (item for fact in facts if fact.truth is truth for item in fact.evidence)
    return Fact(name, truth, evidence=tuple(dict.fromkeys(evidence)))


def answers_about(fact: Mapping[str, Any], concepts: Concepts) -> Callable[[Sightings], list[Sighting]]:
    """The observations of whatever age that say whether an authored presence is there."""
    keys, site = observation_keys(fact), fact.get("observed_at")

    def about(seen: Sighting) -> bool:
        # Our own codes mean the heel; a general one ("erythema") must say where.
        return site is None or seen.match.system == FINDINGS or concepts.is_at(seen.entry, site)

    return lambda sightings: [s for s in sightings.of_codes(keys) if s.entry.presence is not None and about(s)]


def _finding(name: str, fact: Mapping[str, Any], concepts: Concepts) -> Reader:
    answers, stale = answers_about(fact, concepts), stale_after(fact)

    def read(sightings: Sightings) -> Fact:
        said = newest(answers(sightings), sightings.at, stale, by_side=True)
        # Present on either side is present; two notes of one moment that differ count as present.
        truth = any_(_said(seen) for seen in said) if said else Truth.UNKNOWN
        if truth is Truth.FALSE and _untested(said, sightings.affected):
            truth = Truth.UNKNOWN
        return Fact(name, truth, evidence=evidence_of(s for s in said if _said(s) is truth))

    return read


def _beyond_range(name: str, fact: Mapping[str, Any]) -> Reader:
    """Whether the newest measurement lies outside its laboratory's range, on the side asked about."""
    keys, stale, beyond = observation_keys(fact), stale_after(fact), Within(fact["beyond_range"])

    def read(sightings: Sightings) -> Fact:
        said = newest(sightings.of_codes(keys), sightings.at, stale, by_side=False)
        truth = any_(Truth.UNKNOWN if s.entry.within is None else Truth.of(s.entry.within is beyond) for s in said)
        told = (s for s in said if s.entry.within is not None and (s.entry.within is beyond) == (truth is Truth.TRUE))
        return Fact(name, truth if said else Truth.UNKNOWN, evidence=evidence_of(told))

    return read


def _untested(said: Iterable[Sighting], affected: frozenset[Side]) -> bool:
    """Whether a side that hurts was left out: a test of the healthy leg says nothing of the other."""
    sides = {seen.entry.side for seen in said}
    return sides.isdisjoint({Side.UNKNOWN, Side.BOTH}) and not affected <= sides


def _said(seen: Sighting) -> Truth:
    return Truth.UNKNOWN if seen.entry.presence is None else seen.entry.presence


def _condition(name: str, fact: Mapping[str, Any]) -> Reader:
    return _on_record(name, fact, fact["condition"], _DISORDER, fact.get("within_days"))


def _allergy(name: str, fact: Mapping[str, Any]) -> Reader:
    harmless = frozenset(fact.get("harmless_reactions", ()))
    return _on_record(name, fact, fact["allergy"], _ALLERGY, passed_over=lambda entry: _only(entry.reactions, harmless))


def _only(reactions: tuple[str, ...], harmless: frozenset[str]) -> bool:
    """Whether each reaction is told, and none is but those."""
    return bool(reactions) and all(
        part.strip() in harmless for said in reactions for part in _AND.split(_TAG.sub("", said).lower())
    )


def _on_record(
    name: str,
    fact: Mapping[str, Any],
    concept: str,
    kinds: frozenset[Kind],
    days: int | None = None,
    passed_over: Callable[[Entry], bool] = lambda _: False,
) -> Reader:
    """Whether a list has the concept. One that ends by itself within `days` is unknown when noted before that."""
    standings = frozenset(Standing(standing) for standing in fact.get("standings", ["current"]))

    def read(sightings: Sightings) -> Fact:
        at = sightings.at
        listed = (s for s in sightings.of_concept(concept, kinds) if not passed_over(s.entry))
        seen = [s for s in listed if days is None or not _older(s.entry, at, days)]
        for truth, counted in (
            (Truth.TRUE, standings),
            (Truth.UNKNOWN, _OPEN - standings),
            (Truth.FALSE, _DENIED - standings),
        ):
            if found := [s for s in seen if s.standing in counted]:
                return Fact(name, truth, evidence=evidence_of(found))
        return Fact(name, Truth.UNKNOWN)

    return read


def _older(entry: Entry, at: datetime, days: int) -> bool:
    dates = [span.latest for span in (entry.noted, entry.began) if span is not None]
    return bool(dates) and at - max(dates) > timedelta(days=days)


_OPEN = frozenset({Standing.POSSIBLE, Standing.UNCERTAIN})
_DENIED = frozenset({Standing.NEGATED})


def _medication(name: str, fact: Mapping[str, Any]) -> Reader:
    concept, routes, days = fact["medication"], frozenset(fact.get("routes", ())), fact.get("within_days")
    lasting = timedelta(days=fact.get("taken_for_days", 0))
    drafted = frozenset(fact.get("drafted_routes", ()))

    def stopped_lately(entry: Entry, at: datetime) -> bool:
        ended = entry.ended or entry.noted
        return days is not None and ended is not None and at - ended.latest <= timedelta(days=days)

    def taken(seen: Sighting, at: datetime) -> bool:
        entry = seen.entry
        if entry.draft:
            return seen.match.standing is None and entry.route in drafted
        if routes and entry.route not in routes:
            return False
        current = seen.standing is Standing.CURRENT and _taken_for(entry, at, lasting)
        return current or (seen.standing is Standing.PAST and stopped_lately(entry, at))

    def read(sightings: Sightings) -> Fact:
        found = [s for s in sightings.of_concept(concept, _DRUG) if taken(s, sightings.at)]
        return Fact(name, Truth.TRUE if found else Truth.UNKNOWN, evidence=evidence_of(found))

    return read


def _taken_for(entry: Entry, at: datetime, lasting: timedelta) -> bool:
    begun = entry.began or entry.noted
    return not lasting or (begun is not None and at - begun.latest >= lasting)


def _requested(kind: Kind) -> Callable[[str, Mapping[str, Any]], Reader]:
    def make(name: str, fact: Mapping[str, Any]) -> Reader:
        concept = fact["order" if kind is Kind.ORDER else "procedure"]
        days = timedelta(days=fact.get("within_days", STALE_AFTER_DAYS))

        def recent(entry: Entry, at: datetime) -> bool:
            moment = entry.noted or entry.began
            return moment is None or at - moment.latest <= days

        def read(sightings: Sightings) -> Fact:
            seen = sightings.of_concept(concept, frozenset({kind, Kind.REPORT}))
            found = [
                s for s in seen if not s.entry.draft and s.standing in _REQUESTED and recent(s.entry, sightings.at)
            ]
            return Fact(name, Truth.TRUE if found else Truth.UNKNOWN, evidence=evidence_of(found))

        return read

    return make


def _draft(name: str, fact: Mapping[str, Any], concepts: Concepts) -> Reader:
    concept, site = fact["draft"], fact.get("sites")
    routes, selected_only = frozenset(fact.get("routes", ())), fact.get("selected_only", False)

    def about(seen: Sighting) -> bool:
        entry = seen.entry
        meant = entry.draft and seen.match.standing is None
        return meant and (entry.selected or not selected_only) and (not routes or entry.route in routes)

    def read(sightings: Sightings) -> Fact:
        seen = [s for s in sightings.of_concept(concept, _ORDERABLE) if about(s)]
        placed = [s for s in seen if site is None or concepts.names_site(s.entry, site)]
        if placed:
            orders = sorted(dict.fromkeys(s.entry for s in placed), key=lambda entry: (entry.reference, repr(entry)))
            return Fact(name, Truth.TRUE, evidence=evidence_of(placed), orders=tuple(orders))
        # An order of the right sort whose place cannot be read is not known to be elsewhere.
        unplaced = any(not s.entry.sites and not s.entry.site_text for s in seen)
        return Fact(name, Truth.UNKNOWN if unplaced else Truth.FALSE)

    return read


def _unnamed_draft(name: str, fact: Mapping[str, Any], concepts: Concepts) -> Reader:
    """A drug being ordered of which neither a code nor a word tells what it is: no rule can have looked at it."""
    selected_only = fact.get("selected_only", False)

    def read(sightings: Sightings) -> Fact:
        drugs = [entry for entry in sightings.chart.entries if entry.draft and entry.kind in _DRUG]
        drafts = [entry for entry in drugs if entry.selected or not selected_only]
        unnamed = sorted({e.reference: e for e in drafts if not concepts.knows(e)}.items())
        found = tuple(entry for _, entry in unnamed)
        evidence = tuple(Evidence(entry.reference, None, Method.TEXT) for entry in found)
        return Fact(name, Truth.TRUE if found else Truth.UNKNOWN, evidence=evidence, orders=found)

    return read


_SOURCES: dict[str, Callable[[str, Mapping[str, Any]], Reader]] = {
    "condition": _condition,
    "allergy": _allergy,
    "medication": _medication,
    "order": _requested(Kind.ORDER),
    "procedure": _requested(Kind.PROCEDURE),
}
