"""The one line every client shows: the patient's own facts and what to do, safe to act on alone."""

from __future__ import annotations

from cards.brief import Brief
from cards.grouping import Group
from cards.telling import telling
from cards.text import capital, joined, utf16_length
from knowledge.truth import Truth

LONGEST = 139  # CDS Hooks asks for fewer than 140
_FACTS = 2


def summary(group: Group, brief: Brief) -> str:
    """Up to two fact phrases and the headline, with fewer facts where they would not fit."""
    headline = brief.wording.topic(group.lead.topic)["headline"]
    phrases = _phrases(group, brief)
    for number in range(min(_FACTS, len(phrases)), 0, -1):
        text = f"{joined(phrases[:number])}: {headline}"
        if utf16_length(text) <= LONGEST:
            return capital(text)
    return capital(headline)


def _phrases(group: Group, brief: Brief) -> list[str]:
    names = telling(group.lead, brief.release)
    # What is there tells more of a patient than what is not.
    present = (brief.facts[name] for name in names if brief.facts[name].truth is Truth.TRUE)
    phrases = (brief.wording.fact(fact) for fact in present)
    return [phrase for phrase in phrases if phrase]
