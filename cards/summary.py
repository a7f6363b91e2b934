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
    headline = brief.wording.advice(group.lead)["headline"]
    text = headline
    taken: list[str] = []
    for phrase in _phrases(group, brief):
        longer = f"{joined((*taken, phrase))}: {headline}"
        if len(taken) < _FACTS and utf16_length(longer) <= LONGEST:
            taken.append(phrase)
            text = longer
    return capital(text)


def _phrases(group: Group, brief: Brief) -> tuple[str, ...]:
    # What is there tells more of a patient than what is not, and the age stands beside every card.
    present = [name for name in telling(group.lead, brief.release) if brief.facts[name].truth is Truth.TRUE]
    told = [name for name in present if not _is_age(name, brief)] or present
    told.sort(key=lambda name: bool(brief.facts[name].choices))  # where it hurts, the headline mostly says
    phrases = (brief.wording.fact(brief.facts[name]) for name in told)
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))


def _is_age(name: str, brief: Brief) -> bool:
    return bool(brief.release.content["facts"][name].get("age"))
