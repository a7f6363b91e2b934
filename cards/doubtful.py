"""What a card says of records that cannot be relied on: too old, or in disagreement with each other."""

from __future__ import annotations

from cards.brief import Brief
from cards.grouping import Group
from cards.telling import weighed
from cards.text import day, escaped, joined, paragraph, sentence
from knowledge.decision import Doubt
from knowledge.doubts import Flaw
from knowledge.verdict import URGENT


def doubts_on(group: Group, brief: Brief) -> tuple[Doubt, ...]:
    """The doubts that concern a card: its own topics, what its rules look at, or a danger anywhere."""
    return tuple(doubt for doubt in brief.decision.doubts if _concerns(doubt, group, brief))


def _concerns(doubt: Doubt, group: Group, brief: Brief) -> bool:
    if not set(doubt.topics).isdisjoint(group.topics):
        return True
    looked_at = any(doubt.fact in weighed(member, brief.release) for member in group.members)
    return looked_at or any(rule.topic in doubt.topics and rule.kind in URGENT for rule in brief.release.rules)


def check(group: Group, brief: Brief, most: int, before: str) -> str:
    """One paragraph that names them; empty where there is none. What the one `before` says is not said again."""
    said = {words: doubt for doubt in doubts_on(group, brief) if (words := _words(doubt, brief))}
    if not said:
        return ""
    named = escaped(sentence(joined(list(said)[:most], "; ")))
    changing = any(doubt.topics for doubt in said.values())
    effect = escaped(brief.wording.phrase("would_change" if changing else "would_not_change"))
    return paragraph(brief.wording.phrase("check"), named, "" if before.endswith(effect) else effect)


def _words(doubt: Doubt, brief: Brief) -> str | None:
    """What is in doubt, and since when; None for a fact nobody can be asked."""
    asked = brief.wording.ask(doubt.fact)
    if asked is None:
        return None
    noted = day(doubt.noted, brief.decision.at.date(), brief.wording.months) if doubt.noted else ""
    if doubt.kind == Flaw.STALE:
        return brief.wording.phrase("outdated", facts=asked, date=noted) if noted else asked
    differing = brief.wording.phrase("disagreeing", facts=asked)
    return brief.wording.phrase("recorded_on", facts=differing, date=noted) if noted else differing
