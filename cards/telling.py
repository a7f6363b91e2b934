"""Which of the facts behind a recommendation tell most about this patient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cards.grouping import Group
from knowledge.decision import Recommended
from knowledge.release import Release


def telling(member: Recommended, release: Release) -> tuple[str, ...]:
    """The facts of a recommendation, those last that merely say that the patient has the complaint at all."""
    own = weighed(member, release)
    return tuple(sorted(member.facts, key=lambda name: name not in own))


def weighed(member: Recommended, release: Release) -> frozenset[str]:
    """All facts the rule looks at beyond whether there is a complaint, with those they are derived from."""
    reads = release.rule(member.rule).reads()
    return frozenset(_sources((name for name in reads if name != release.context_fact), release))


def told(group: Group, release: Release) -> tuple[str, ...]:
    """All facts a card rests on, each once, those of the leading recommendation first."""
    return tuple(dict.fromkeys(name for member in group.members for name in telling(member, release)))


def _sources(names: Iterable[str], release: Release) -> Iterator[str]:
    """These facts and all that they are derived from, short of the complaint itself."""
    for name in names:
        yield name
        derived = release.facts.derived.get(name)
        if derived is not None and name != release.context_fact:
            yield from _sources(derived.reads, release)
