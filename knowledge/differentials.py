"""Two causes that fit the same patient, and the finding that would tell them apart.

A differential is *open* for a decision when the finding has not been recorded, one cause is shown, and
the other is due as well or would be by one answer to the finding. Where the differential has a
condition of its own, that must hold too: it says when the data fit both. Pure, like the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from knowledge.conditions import Condition, compile_condition
from knowledge.decision import Decision, Facts
from knowledge.errors import ReleaseError
from knowledge.facts import FactBook
from knowledge.rules import Rule
from knowledge.truth import Truth

if TYPE_CHECKING:
    from knowledge.release import Release


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


def open_differentials(release: Release, decision: Decision) -> tuple[Differential, ...]:
    """The differentials that this decision leaves open, the most important first."""
    shown = frozenset(one.topic for one in decision.recommended)
    return tuple(one for one in release.differentials if _is_open(one, shown, release, decision.facts))


def _is_open(one: Differential, shown: frozenset[str], release: Release, facts: Facts) -> bool:
    if not one.topics & shown or facts[one.finding].truth is not Truth.UNKNOWN:
        return False
    if one.when is not None and one.when.truth(facts) is not Truth.TRUE:
        return False
    first, second = one.between
    worlds = [facts, *(release.facts.suppose(facts, answer)[0] for answer in release.answers_to(one.finding))]
    pairs = ((first, second), (second, first))
    return any(this & shown and _is_possible(that, worlds, release.rules) for this, that in pairs)


def _is_possible(topics: frozenset[str], worlds: list[Facts], rules: Iterable[Rule]) -> bool:
    """Whether a recommendation of these topics is due as things stand, or would be by one answer."""
    return any(_holds(rule, facts) for rule in rules if rule.topic in topics for facts in worlds)


def _holds(rule: Rule, facts: Facts) -> bool:
    try:
        return rule.when.truth(facts) is Truth.TRUE
    except Exception:
        return False  # a rule that breaks is named in the decision; here it merely speaks for nothing
