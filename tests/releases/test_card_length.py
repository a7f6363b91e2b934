"""A card is read in ten seconds: about 120 words, whatever has come together on it."""

from __future__ import annotations

import re
import uuid
from statistics import median, quantiles

import pytest

from cards import CallContext, DataQuality, build_cards
from cards.audience import Audience
from knowledge.cases import chart_of, instant_of
from knowledge.engine import evaluate
from tests.releases.drafted import release as drafted


def read_words(detail: str) -> int:
    """The words a reader reads: no link addresses, no marks, and not the line that names the release."""
    shown = re.sub(r"\]\([^)]*\)|[*_\[\]]", " ", detail)
    return sum(len(line.split()) for line in shown.splitlines() if "sha256" not in line)


def lengths(language: str) -> list[int]:
    """The words of every card of every case of the drafts."""
    release = drafted()
    found = []
    for case in release.content["cases"]:
        decision = evaluate(release, chart_of(case, release), case["hook"], instant_of(case["at"]))
        context = CallContext(uuid.UUID(int=1), "somebody")
        cards = build_cards(decision, release, Audience(language=language), context, DataQuality()).cards
        found += [read_words(card["detail"]) for card in cards]
    return found


@pytest.mark.parametrize("language", ["en", "es"])
def test_cards_have_about_120_words(language: str) -> None:
    words = lengths(language)
    assert median(words) <= 120
    assert quantiles(words, n=10)[-1] <= 135
    assert max(words) <= 170
