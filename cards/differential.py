"""The line of a card that says which finding would tell two causes apart."""

from __future__ import annotations

from cards.brief import Brief
from cards.grouping import Group
from cards.text import escaped, paragraph, sentence


def tells_apart(group: Group, brief: Brief) -> str:
    """The most important pair of causes that this card leaves open; empty where it leaves none."""
    found = (one.name for one in brief.differentials if one.topics & set(group.topics))
    name = next(found, None)
    if name is None:
        return ""
    return paragraph(brief.wording.phrase("tells_apart"), escaped(sentence(brief.wording.differential(name))))
