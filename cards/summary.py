"""The one line every client shows: the patient's own facts and what to do, safe to act on alone."""

from __future__ import annotations

from cards.grouping import Group
from cards.text import capital, joined, utf16_length
from cards.wording import Wording
from knowledge.decision import Fact, Facts
from knowledge.truth import Truth

LONGEST = 139  # CDS Hooks asks for fewer than 140
_FACTS = 2


def summary(group: Group, facts: Facts, wording: Wording) -> str:
    """Up to two fact phrases and the headline, with fewer facts where they would not fit."""
    headline = wording.topic(group.lead.topic)["headline"]
    phrases = _phrases(group, facts, wording)
    for number in range(_FACTS, 0, -1):
        text = f"{joined(phrases[:number])}: {headline}"
        if phrases and utf16_length(text) <= LONGEST:
            return capital(text)
    return capital(headline)


def _phrases(group: Group, facts: Facts, wording: Wording) -> list[str]:
    speaking = (facts[name] for name in group.lead.facts if _speaks(facts[name]))
    phrases = (wording.fact(fact) for fact in speaking)
    return [phrase for phrase in phrases if phrase]


def _speaks(fact: Fact) -> bool:
    """What is there tells more of a patient than what is not."""
    return fact.truth is Truth.TRUE
