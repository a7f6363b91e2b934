"""Which differentials a decision leaves open.

One is open when the finding has not been recorded, one cause is shown, and the other is due as well or
would be by one answer to the finding. Where the differential has a condition of its own, that must
hold too: it says when the data fit both. Pure, like the engine.
"""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.decision import Decision
from knowledge.differentials import Differential
from knowledge.release import Release
from knowledge.truth import Truth
from knowledge.verdict import Ruling, judged
from knowledge.worlds import AS_RECORDED, Worlds


def open_differentials(release: Release, decision: Decision) -> tuple[Differential, ...]:
    """The differentials that this decision leaves open, the most important first."""
    return tuple(one for one in release.differentials if one.name in decision.differentials)


def not_told_apart(
    release: Release, worlds: Worlds, rulings: Mapping[str, Ruling], shown: frozenset[str]
) -> tuple[str, ...]:
    """Names of the differentials left open by what is `shown` (topics) and by what one answer could make due."""
    near = [one for one in release.differentials if one.topics & shown and _is_unanswered(one, worlds)]
    if not near:
        return ()
    due: dict[str, int] = {}
    for rule in release.rules:
        due[rule.topic] = due.get(rule.topic, 0) | rulings[rule.name].when[0]
    return tuple(one.name for one in near if _fits_both(one, shown, due, worlds))


def _is_unanswered(one: Differential, worlds: Worlds) -> bool:
    finding = worlds.facts.get(one.finding)
    if finding is not None and finding.truth is not Truth.UNKNOWN:
        return False
    return one.when is None or bool(judged(one.when, worlds)[0][0] & AS_RECORDED)


def _fits_both(one: Differential, shown: frozenset[str], due: Mapping[str, int], worlds: Worlds) -> bool:
    near = AS_RECORDED | worlds.suppositions.of.get(one.finding, 0)
    first, second = one.between
    return any(
        this & shown and any(due[topic] & near for topic in that) for this, that in ((first, second), (second, first))
    )
