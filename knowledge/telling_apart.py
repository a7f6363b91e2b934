"""Which differentials a decision leaves open.

One is open when the finding has not been recorded, one cause is shown, and the other is due as well or
would be by one answer to the finding. Where the differential has a condition of its own, that must
hold too: it says when the data fit both. Pure, like the engine.
"""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.decision import Decision, Facts
from knowledge.differentials import Differential
from knowledge.release import Release
from knowledge.rules import Rule
from knowledge.truth import Truth


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
