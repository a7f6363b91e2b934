"""From a chart to facts: each is present, absent, unknown or a value, with the entries that say so.

How a fact is read is authored (`facts/` of the drafts) and compiled here, once a release. Silence never
makes a fact false: only a record that says so does, or, for what is being ordered, the order itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from knowledge.chart import Chart, Entry, Kind, Side, Standing
from knowledge.concepts import Concepts
from knowledge.conditions import Condition, compile_condition
from knowledge.decision import Fact, Facts
from knowledge.errors import ReleaseError
from knowledge.numbers import numeric_fact
from knowledge.sightings import (
    RUN_DISTANCE,
    STALE_AFTER_DAYS,
    Key,
    Sighting,
    Sightings,
    look,
    observation_keys,
    recency,
    stale_after,
    timely,
)
from knowledge.truth import Truth, any_

_DRUG = frozenset({Kind.MEDICATION})
_DISORDER = frozenset({Kind.CONDITION})
_ORDERABLE = frozenset({Kind.MEDICATION, Kind.ORDER, Kind.PROCEDURE})
_REQUESTED = frozenset({Standing.CURRENT, Standing.PLANNED, Standing.PAST, Standing.UNCERTAIN})

Reader = Callable[[Sightings], Fact]


@dataclass(frozen=True, slots=True)
class FactBook:
    """All facts of a release, ready to be read from a chart.

    `readers` for what the chart tells, `derived` for what follows from other facts, in an order in
    which each comes after those it needs. `wanted` are the observation codes any of them reads.
    """

    kinds: Mapping[str, str]
    readers: Mapping[str, Reader]
    derived: Mapping[str, Condition]
    wanted: frozenset[Key]
    findings: Mapping[str, str]  # fact name -> finding code

    def establish(self, chart: Chart, concepts: Concepts, at: datetime) -> Facts:
        sightings = look(chart, concepts, self.wanted, at)
        facts = {name: read(sightings) for name, read in self.readers.items()}
        self.derive(facts)
        return facts

    def derive(self, facts: Facts) -> None:
        """Work out, in place, what follows from the facts read."""
        for name, condition in self.derived.items():
            facts[name] = Fact(name, condition.truth(facts))


def compile_facts(authored: Mapping[str, Mapping[str, Any]], concepts: Concepts) -> FactBook:
    """Compile the authored facts. Raises `ReleaseError` on a name or kind that does not exist."""
    kinds = {name: str(fact.get("kind")) for name, fact in authored.items()}
    readers: dict[str, Reader] = {}
    derived: dict[str, Condition] = {}
    for name, fact in authored.items():
        if "when" in fact:
            derived[name] = compile_condition(fact["when"], f"facts.{name}.when", kinds)
        elif "increase" not in fact:
            readers[name] = _reader(name, fact, concepts)
    readers |= {name: numeric_fact(name, fact, readers) for name, fact in authored.items() if "increase" in fact}
    wanted = frozenset(key for fact in authored.values() for key in observation_keys(fact)) | {RUN_DISTANCE}
    findings = {name: fact["finding"] for name, fact in authored.items() if "finding" in fact}
    return FactBook(kinds, readers, _ordered(derived), wanted, findings)


def _reader(name: str, fact: Mapping[str, Any], concepts: Concepts) -> Reader:
    kind = fact.get("kind")
    if kind == "number":
        return numeric_fact(name, fact, {})
    if kind == "choice":
        return _choice(name, fact, concepts)
    if kind != "presence":
        raise ReleaseError(f"facts.{name}: kind is presence, number or choice; found {kind!r}")
    if "draft" in fact:
        return _draft(name, fact, concepts)
    readers = [make(name, fact) for key, make in _PRESENCE_SOURCES.items() if key in fact]
    if "conditions" in fact.get("also", {}):
        readers.append(_condition(name, {**fact, "condition": fact["also"]["conditions"]}))
    if not readers:
        raise ReleaseError(f"facts.{name}: expected one of {sorted(_PRESENCE_SOURCES)}, `draft` or `when`")
    return readers[0] if len(readers) == 1 else lambda sightings: _either(name, [read(sightings) for read in readers])


def _either(name: str, facts: list[Fact]) -> Fact:
    truth = any_(fact.truth for fact in facts)
    if truth is Truth.UNKNOWN and any(fact.truth is Truth.FALSE for fact in facts):
        # One source says no and another says nothing: what was said stands.
        unsaid = all(fact.truth is Truth.FALSE or not fact.evidence for fact in facts)
        truth = Truth.FALSE if unsaid else truth
    evidence = tuple(e for fact in facts if fact.truth is truth for e in fact.evidence)
    return Fact(name, truth, evidence=evidence)


def _finding(name: str, fact: Mapping[str, Any]) -> Reader:
    keys = observation_keys(fact)
    stale = stale_after(fact)

    def read(sightings: Sightings) -> Fact:
        newest = newest_by_side(
            [s for s in sightings.of_codes(keys) if s.entry.presence is not None], sightings.at, stale
        )
        truth = any_(_said(seen) for seen in newest) if newest else Truth.UNKNOWN
        return Fact(name, truth, evidence=tuple(s.evidence() for s in newest if _said(s) is truth))

    return read


def _said(seen: Sighting) -> Truth:
    return seen.entry.presence or Truth.UNKNOWN


def newest_by_side(sightings: list[Sighting], at: datetime, stale: timedelta) -> list[Sighting]:
    """The newest sighting of each side, neither stale nor of the future, and all that tie with it.

    One that names no side, or both, speaks for all that is older.
    """
    current = [s for s in sightings if timely(s.entry, at, stale)]
    current.sort(key=lambda seen: recency(seen.entry), reverse=True)
    taken: list[Sighting] = []
    moments: dict[Side, object] = {}
    everything_since: object = None
    for seen in current:
        moment = recency(seen.entry)
        if everything_since is not None and moment != everything_since:
            break
        if moments.setdefault(seen.entry.side, moment) == moment:
            taken.append(seen)
        if seen.entry.side in (Side.UNKNOWN, Side.BOTH) and everything_since is None:
            everything_since = moment
    return taken


def _condition(name: str, fact: Mapping[str, Any]) -> Reader:
    concept = fact["condition"]
    standings = frozenset(Standing(standing) for standing in fact.get("standings", ["current"]))

    def read(sightings: Sightings) -> Fact:
        seen = sightings.of_concept(concept, _DISORDER)
        having = [s for s in seen if s.entry.standing in standings]
        if having:
            return Fact(name, Truth.TRUE, evidence=tuple(s.evidence() for s in having))
        open_ = [s for s in seen if s.entry.standing in (Standing.POSSIBLE, Standing.UNCERTAIN)]
        if open_:
            return Fact(name, Truth.UNKNOWN, evidence=tuple(s.evidence() for s in open_))
        denied = [s for s in seen if s.entry.standing is Standing.NEGATED]
        truth = Truth.FALSE if denied else Truth.UNKNOWN
        return Fact(name, truth, evidence=tuple(s.evidence() for s in denied))

    return read


def _medication(name: str, fact: Mapping[str, Any]) -> Reader:
    concept, routes, days = fact["medication"], frozenset(fact.get("routes", ())), fact.get("within_days")

    def taken(seen: Sighting, at: datetime) -> bool:
        entry = seen.entry
        if entry.draft or (routes and entry.route not in routes):
            return False
        if entry.standing is Standing.CURRENT:
            return True
        ended = entry.ended or entry.noted
        past = entry.standing is Standing.PAST and days is not None and ended is not None
        return past and ended is not None and ended.latest >= at - timedelta(days=days)

    def read(sightings: Sightings) -> Fact:
        found = [s for s in sightings.of_concept(concept, _DRUG) if taken(s, sightings.at)]
        truth = Truth.TRUE if found else Truth.UNKNOWN
        return Fact(name, truth, evidence=tuple(s.evidence() for s in found))

    return read


def _requested(kind: Kind) -> Callable[[str, Mapping[str, Any]], Reader]:
    def make(name: str, fact: Mapping[str, Any]) -> Reader:
        concept = fact["order" if kind is Kind.ORDER else "procedure"]
        days = timedelta(days=fact.get("within_days", STALE_AFTER_DAYS))

        def recent(entry: Entry, at: datetime) -> bool:
            moment = entry.noted or entry.began
            return moment is None or moment.latest >= at - days

        def read(sightings: Sightings) -> Fact:
            found = [
                s
                for s in sightings.of_concept(concept, frozenset({kind, Kind.REPORT}))
                if not s.entry.draft and s.entry.standing in _REQUESTED and recent(s.entry, sightings.at)
            ]
            truth = Truth.TRUE if found else Truth.UNKNOWN
            return Fact(name, truth, evidence=tuple(s.evidence() for s in found))

        return read

    return make


def _draft(name: str, fact: Mapping[str, Any], concepts: Concepts) -> Reader:
    concept, site = fact["draft"], fact.get("sites")
    routes, selected_only = frozenset(fact.get("routes", ())), fact.get("selected_only", False)

    def about(entry: Entry) -> bool:
        return entry.draft and (entry.selected or not selected_only) and (not routes or entry.route in routes)

    def read(sightings: Sightings) -> Fact:
        seen = [s for s in sightings.of_concept(concept, _ORDERABLE) if about(s.entry)]
        placed = [s for s in seen if site is None or concepts.names_site(s.entry, site)]
        if placed:
            evidence = tuple(s.evidence() for s in placed)
            return Fact(name, Truth.TRUE, evidence=evidence, orders=tuple(s.entry for s in placed))
        # An order of the right sort whose place cannot be read is not known to be elsewhere.
        unplaced = any(not s.entry.sites and not s.entry.site_text for s in seen)
        return Fact(name, Truth.UNKNOWN if unplaced else Truth.FALSE)

    return read


_PRESENCE_SOURCES: dict[str, Callable[[str, Mapping[str, Any]], Reader]] = {
    "finding": _finding,
    "observations": _finding,
    "condition": _condition,
    "medication": _medication,
    "order": _requested(Kind.ORDER),
    "procedure": _requested(Kind.PROCEDURE),
}


def _choice(name: str, fact: Mapping[str, Any], concepts: Concepts) -> Reader:
    keys, system, answers = observation_keys(fact), fact["system"], tuple(fact["answers"])
    stale = stale_after(fact)
    reports: Mapping[str, Any] = fact.get("reports", {})

    def chosen(seen: Sighting) -> list[str]:
        codes = {choice.code for choice in seen.entry.choices if choice.system == system}
        return [answer for answer in answers if answer in codes]

    def concluded(seen: Sighting) -> list[str]:
        entry = seen.entry
        conclusion = Entry(Kind.CONDITION, entry.reference, codings=entry.choices, text=entry.site_text)
        named = {match.concept for match in concepts.of(conclusion)}
        return chosen(seen) or [answer for answer, concept in reports["answers"].items() if concept in named]

    def read(sightings: Sightings) -> Fact:
        said = [(s, chosen(s)) for s in sightings.of_codes(keys) if timely(s.entry, sightings.at, stale)]
        if reports:
            seen = sightings.of_concept(reports["concept"], frozenset({Kind.REPORT}))
            said += [(s, concluded(s)) for s in seen if timely(s.entry, sightings.at, stale)]
        said = [(s, found) for s, found in said if found]
        if fact.get("newest_only", False) and said:
            newest = max(recency(s.entry) for s, _ in said)
            said = [(s, found) for s, found in said if recency(s.entry) == newest]
        named = {answer for _, found in said for answer in found}
        choices = tuple(answer for answer in answers if answer in named)
        return Fact(
            name,
            Truth.TRUE if choices else Truth.UNKNOWN,
            choices=choices,
            evidence=tuple(s.evidence() for s, _ in said),
        )

    return read


def _ordered(derived: dict[str, Condition]) -> dict[str, Condition]:
    """The derived facts, each after those it reads. Raises `ReleaseError` where they turn in a circle."""
    ordered: dict[str, Condition] = {}
    waiting = dict(derived)
    while waiting:
        ready = [n for n, c in waiting.items() if not any(read in waiting for read in c.reads)]
        if not ready:
            raise ReleaseError(f"facts: these are derived from each other in a circle: {sorted(waiting)}")
        for name in ready:
            ordered[name] = waiting.pop(name)
    return ordered
