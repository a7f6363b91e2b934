"""From a chart to facts: each is present, absent, unknown or a value, with the entries that say so.

How a fact is read is authored (`facts/` of the drafts) and compiled here, once a release.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from knowledge.chart import Chart
from knowledge.choices import choice_fact
from knowledge.concepts import Concepts
from knowledge.conditions import Condition, compile_condition
from knowledge.decision import Evidence, Fact, Facts
from knowledge.errors import ReleaseError
from knowledge.increases import Increase, compile_increase
from knowledge.numbers import numeric_fact
from knowledge.presences import presence_fact
from knowledge.reading import Reading
from knowledge.sightings import RUN_DISTANCE, Key, Reader, Sightings, creatinine_keys, due_keys, look, observation_keys


@dataclass(frozen=True)
class FactBook:
    """All facts of a release, ready to be read from a chart.

    `readers` for what the chart tells; `increases` and `derived` for what follows from other facts, the
    latter in an order in which each comes after those it needs. `wanted` are the observation codes any
    of them reads. A fact that breaks while it is read is missing from the facts established, so that
    every rule that needs it fails in turn and is reported.
    """

    kinds: Mapping[str, str]
    readers: Mapping[str, Reader]
    increases: Mapping[str, Increase]
    derived: Mapping[str, Condition]
    wanted: frozenset[Key]
    findings: Mapping[str, str]  # fact name -> finding code
    following: Mapping[str, tuple[str, ...]]  # fact name -> all facts that follow from it, in order

    def establish(self, chart: Chart, concepts: Concepts, at: datetime) -> Facts:
        """All facts of a chart as it stood at `at`."""
        return self.complete(self.read(chart, concepts, at))

    def read(self, chart: Chart, concepts: Concepts, at: datetime) -> Facts:
        """What the chart itself tells."""
        return self.read_from(look(chart, concepts, self.wanted, at))

    def read_from(self, sightings: Sightings) -> Facts:
        """What a chart that was sorted tells: the work done is in proportion to what it tells of."""
        facts = dict(self.reading.silent)
        for name in self.reading.concerned(sightings):
            try:
                facts[name] = self.readers[name](sightings)
            except Exception:
                del facts[name]
        return facts

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.readers)

    def complete(self, read: Facts) -> Facts:
        """The facts read, and all that follows from them."""
        facts = dict(read)
        self._derive(facts, (*self.increases, *self.derived))
        return facts

    def suppose(self, facts: Facts, answer: Fact) -> tuple[Facts, frozenset[str]]:
        """The facts as they would be with this answer and all that follows from it, and which of them differ."""
        supposed, changed = {**facts, answer.name: answer}, {answer.name}
        for name in self.following[answer.name]:
            # Most answers change little: what reads nothing that changed stays as it was.
            if not changed.isdisjoint(_reads(name, self.increases, self.derived)):
                self._derive(supposed, (name,))
                if supposed.get(name) != facts.get(name):
                    changed.add(name)
        return supposed, frozenset(changed)

    def _derive(self, facts: Facts, names: Iterable[str]) -> None:
        for name in names:
            facts.pop(name, None)
            with suppress(Exception):
                facts[name] = self._derived(name, facts)

    def _derived(self, name: str, facts: Facts) -> Fact:
        if name in self.increases:
            return self.increases[name](facts)
        condition = self.derived[name]
        return Fact(name, condition.truth(facts), evidence=evidence_for(condition, facts))

    def all_beneath(self, names: Iterable[str]) -> set[str]:
        """The facts named, and all those they follow from."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += _reads(name, self.increases, self.derived)
        return found


def evidence_for(condition: Condition, facts: Facts) -> tuple[Evidence, ...]:
    """What a condition rests on: the evidence of the facts that carry its truth, each once."""
    return tuple(dict.fromkeys(item for fact in condition.support(facts) for item in facts[fact].evidence))


def compile_facts(authored: Mapping[str, Mapping[str, Any]], concepts: Concepts) -> FactBook:
    """Compile the authored facts. Raises `ReleaseError` on a name or kind that does not exist."""
    kinds = {name: str(fact.get("kind")) for name, fact in authored.items()}
    read = {name for name, fact in authored.items() if "when" not in fact and "increase" not in fact}
    readers = {name: reader_of(name, authored[name], concepts) for name in authored if name in read}
    numbers = {name for name in read if kinds[name] == "number"}
    increases = {name: compile_increase(name, fact, numbers) for name, fact in authored.items() if "increase" in fact}
    derived = _ordered(
        {
            name: compile_condition(fact["when"], f"facts.{name}.when", kinds)
            for name, fact in authored.items()
            if "when" in fact
        }
    )
    return FactBook(
        kinds,
        readers,
        increases,
        derived,
        frozenset(key for fact in authored.values() for key in _keys(fact)) | {RUN_DISTANCE},
        {name: fact["finding"] for name, fact in authored.items() if "finding" in fact},
        _following(authored, increases, derived),
    )


def _keys(fact: Mapping[str, Any]) -> tuple[Key, ...]:
    return *observation_keys(fact), *due_keys(fact), *creatinine_keys(fact)


def reader_of(name: str, fact: Mapping[str, Any], concepts: Concepts) -> Reader:
    """How one authored fact is read from a chart. Raises `ReleaseError`."""
    kind = fact.get("kind")
    if kind == "number":
        return numeric_fact(name, fact)
    if kind == "choice":
        return choice_fact(name, fact, concepts)
    if kind == "presence":
        return presence_fact(name, fact, concepts)
    raise ReleaseError(f"facts.{name}: kind is presence, number or choice; found {kind!r}")


def _reads(name: str, increases: Mapping[str, Increase], derived: Mapping[str, Condition]) -> tuple[str, ...]:
    if name in increases:
        return increases[name].before, increases[name].after
    return derived[name].reads if name in derived else ()


def _following(
    names: Iterable[str], increases: Mapping[str, Increase], derived: Mapping[str, Condition]
) -> dict[str, tuple[str, ...]]:
    following: dict[str, list[str]] = {name: [] for name in names}
    beneath: dict[str, set[str]] = {}
    for name in (*increases, *derived):
        reads = _reads(name, increases, derived)
        beneath[name] = {*reads, *(lower for read in reads for lower in beneath.get(read, ()))}
        for lower in beneath[name]:
            following[lower].append(name)
    return {name: tuple(later) for name, later in following.items()}


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
