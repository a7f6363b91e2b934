"""The Spanish set: whole, Spanish throughout, and as safe to read as the English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cards.worded import wording_problems
from knowledge.languages import english_of, untranslated
from tests.releases.drafted import drafts, release

# Words that only English has, and that no Spanish sentence of ours needs.
ENGLISH_WORDS = frozenset({"the", "and", "with", "without", "pain", "heel", "of", "not", "for", "if", "until", "from"})
TITLES = ("Foot Function Index",)


def texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    members = value.values() if isinstance(value, Mapping) else value
    return [text for member in members for text in texts(member)]


def test_nothing_is_missing_in_any_language() -> None:
    assert untranslated(release()) == []


def test_spanish_is_there() -> None:
    assert set(drafts()["wording"]) == {"en", "es"}


def test_the_words_of_each_language_fit_a_card() -> None:
    assert wording_problems(release()) == []


@pytest.mark.parametrize("section", ["topics", "rules", "actions", "facts", "differentials", "reasons", "evidence"])
def test_spanish_is_spanish(section: str) -> None:
    english = {text.lower() for word in TITLES for text in word.split()}
    found = [text for text in texts(drafts()["wording"]["es"][section]) if ENGLISH_WORDS & words(text) - english]
    assert found == []


def words(text: str) -> set[str]:
    return {word.strip(".,;:()").lower() for word in text.split()}


@pytest.mark.parametrize("section", ["topics", "reasons", "evidence", "differentials"])
def test_no_sentence_was_left_in_english(section: str) -> None:
    english = set(texts(english_of(drafts())[section]))
    assert english & set(texts(drafts()["wording"]["es"][section])) == set()


@pytest.mark.parametrize("language", ["en", "es"])
def test_paracetamol_is_known_by_both_its_names(language: str) -> None:
    advice = drafts()["wording"][language]["topics"]
    named = {topic: " ".join(texts(entry)).lower() for topic, entry in advice.items()}
    other = {"en": "acetaminophen", "es": "acetaminofén"}[language]
    assert [topic for topic, text in named.items() if "paracetamol" in text and other not in text] == []


def test_numbers_are_the_same_in_both_languages() -> None:
    english, spanish = english_of(drafts())["topics"], drafts()["wording"]["es"]["topics"]
    numbers = {topic: (figures(english[topic]["do"]), figures(spanish[topic]["do"])) for topic in english}
    assert {topic: pair for topic, pair in numbers.items() if pair[0] != pair[1]} == {}


def figures(sentences: list[str]) -> list[float]:
    cleaned = ("".join(c if c.isdigit() or c == "." else " " for c in text) for text in sentences)
    return sorted(float(part.strip(".")) for text in cleaned for part in text.split() if part.strip("."))
