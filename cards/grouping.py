"""Which recommendations share a card, and which cards are given.

One card for each sort of matter: all dangers together, all that asks for a test, all daily care; and
one for each draft order that something must be said about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.decision import Recommended, Withheld
from knowledge.release import Release
from knowledge.rules import INDICATORS

CARD_LIMIT = "card-limit"
MOST_TOPICS = 3
CRITICAL = INDICATORS[0]
_TOGETHER = {"load": "care", "prompt": "care"}


@dataclass(frozen=True, slots=True)
class Group:
    """What one card carries, the leading recommendation first. `key` tells it from the others of a decision."""

    key: str
    members: tuple[Recommended, ...]

    @property
    def lead(self) -> Recommended:
        return self.members[0]

    @property
    def indicator(self) -> str:
        """The highest of those carried: they stand in that order."""
        return self.lead.indicator

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(member.topic for member in self.members)


def grouped(recommended: Iterable[Recommended], release: Release) -> tuple[Group, ...]:
    """All groups, the most urgent first; within one urgency in the order of the decision."""
    members: dict[str, list[Recommended]] = {}
    for one in sorted(recommended, key=_urgency):
        for key in _keys(one, release):
            members.setdefault(key, []).append(one)
    return tuple(Group(key, tuple(found)) for key, found in members.items())


def _urgency(one: Recommended) -> int:
    return INDICATORS.index(one.indicator)


def _keys(one: Recommended, release: Release) -> tuple[str, ...]:
    kind = release.rule(one.rule).kind
    orders = tuple(order_key(entry.reference) for entry in one.orders) if kind == "order" else ()
    return tuple(dict.fromkeys(orders)) or (_TOGETHER.get(kind, kind),)


def order_key(reference: str) -> str:
    """The key of the card about one draft order."""
    return f"order {reference}"


def limited(groups: tuple[Group, ...], room: int) -> tuple[tuple[Group, ...], tuple[Withheld, ...]]:
    """The groups shown and what is held back for want of room; what is critical, or a warning on a card, never is."""
    critical = sum(group.indicator == CRITICAL for group in groups)
    kept = tuple(_readable(group) for group in groups[: max(room, critical)])
    shown = {topic for group in kept for topic in group.topics}
    dropped = (one for group in groups for one in group.members if one.topic not in shown)
    held = {one.topic: Withheld(one.topic, one.rule, CARD_LIMIT) for one in dropped}
    return kept, tuple(held.values())


def _readable(group: Group) -> Group:
    """A card with no more matters than can be read in ten seconds; only ordinary advice is left for another time."""
    pressing = sum(one.indicator != INDICATORS[-1] for one in group.members)
    return Group(group.key, group.members[: max(pressing, MOST_TOPICS)])
