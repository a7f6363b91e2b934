"""Statements with named answers: where it hurts, what a picture showed, what was tried."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from knowledge.chart import Entry, Kind
from knowledge.concepts import Concepts
from knowledge.decision import Fact
from knowledge.sightings import Reader, Sighting, Sightings, evidence_of, newest, observation_keys, stale_after, timely
from knowledge.truth import Truth


def choice_fact(name: str, fact: Mapping[str, Any], concepts: Concepts) -> Reader:
    """Compile one choice: all answers given in time, or with `newest_only` the newest of each side."""
    keys, system, answers = observation_keys(fact), fact["system"], tuple(fact["answers"])
    stale, newest_only = stale_after(fact), fact.get("newest_only", False)
    reports: Mapping[str, Any] = fact.get("reports", {})

    def chosen(seen: Sighting) -> list[str]:
        codes = {choice.code for choice in seen.entry.choices if choice.system == system}
        return [answer for answer in answers if answer in codes]

    def concluded(seen: Sighting) -> list[str]:
        entry = seen.entry
        conclusion = Entry(Kind.CONDITION, entry.reference, codings=entry.choices, text=entry.site_text)
        named = {match.concept for match in concepts.of(conclusion) if match.standing is None}
        return chosen(seen) or [answer for answer, concept in reports["answers"].items() if concept in named]

    def read(sightings: Sightings) -> Fact:
        said = {seen: chosen(seen) for seen in sightings.of_codes(keys)}
        if reports:
            shown = sightings.of_concept(reports["concept"], frozenset({Kind.REPORT}))
            said |= {seen: concluded(seen) for seen in shown}
        answered = [seen for seen, found in said.items() if found and timely(seen.entry, sightings.at, stale)]
        if newest_only:
            answered = newest(answered, sightings.at, stale, by_side=True)
        named = {answer for seen in answered for answer in said[seen]}
        choices = tuple(answer for answer in answers if answer in named)
        truth = Truth.TRUE if choices else Truth.UNKNOWN
        return Fact(name, truth, choices=choices, evidence=evidence_of(answered))

    return read
