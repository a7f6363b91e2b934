"""Two causes that fit the same patient, and the finding that would tell them apart.

Compiled from `differentials.yaml` of the drafts; `knowledge.telling_apart` says which are open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.conditions import Condition, compile_condition
from knowledge.errors import ReleaseError
from knowledge.facts import FactBook
from knowledge.rules import Rule


@dataclass(frozen=True, slots=True)
class Differential:
    """One pair: `between` are the topics that speak for each of the two causes."""

    name: str
    between: tuple[frozenset[str], frozenset[str]]
    finding: str
    when: Condition | None
    evidence: tuple[str, ...]

    @property
    def topics(self) -> frozenset[str]:
        return self.between[0] | self.between[1]


def compile_differentials(
    authored: Iterable[Mapping[str, Any]], facts: FactBook, rules: Iterable[Rule]
) -> tuple[Differential, ...]:
    """Compile the authored pairs, the most important first. Raises `ReleaseError` for what is not defined."""
    topics = frozenset(rule.topic for rule in rules)
    return tuple(_compiled(one, facts, topics) for one in authored)


def _compiled(authored: Mapping[str, Any], facts: FactBook, known: frozenset[str]) -> Differential:
    where = f"differentials.{authored['name']}"
    one, other = (frozenset(topics) for topics in authored["between"])
    if foreign := sorted((one | other) - known):
        raise ReleaseError(f"{where}.between: no rule has the topics {foreign}")
    if authored["finding"] not in facts.findings:
        raise ReleaseError(f"{where}.finding: {authored['finding']!r} is not read from a finding")
    when = compile_condition(authored["when"], f"{where}.when", facts.kinds) if "when" in authored else None
    return Differential(authored["name"], (one, other), authored["finding"], when, tuple(authored["evidence"]))
