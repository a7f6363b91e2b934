"""The words of the release: at home on both sides of the Atlantic, one idea a sentence, no blame.

What is looked at is all that a clinician reads: topics, actions, facts, phrases, reasons, differentials
and what the sources say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from statistics import median
from typing import Any
from uuid import UUID

import pytest

from cards import CallContext, DataQuality, build_cards
from cards.audience import Audience
from cards.naming import EXTENSION
from knowledge.cases import chart_of
from knowledge.engine import evaluate
from tests.releases.drafted import drafts, release

LONGEST_SENTENCE = 20
MOST_WORDS = 140
MOST_WORDS_SPANISH = 175  # Spanish says the same in a quarter more words
MANY_WORDS = 120
CALL = CallContext(UUID(int=0), "runner-1")

# Words that only one side of the Atlantic uses: those of a pair stand together, or not at all.
PAIRS = (
    ("paracetamol", "acetaminophen"),
    ("physiotherapy", "physical therapy"),
    ("miles", "km"),
)
BRITISH = ("a&e", "casualty", "gp", "chemist", "trainers", "fortnight", "sticking plaster", "theatre", "anorak")
AMERICAN = ("er", "emergency room", "sneakers", "drugstore", "pcp", "primary care physician", "band-aid", "tylenol")
BRANDS = ("advil", "aleve", "motrin", "nurofen", "panadol", "voltaren", "voltarol", "ibuleve")
# A patient is not at fault, and nothing is as certain as that.
BLAME = ("non-compliant", "noncompliant", "non-compliance", "complains", "refuses", "failed to", "fault", "careless",
         "neglected", "ignored", "admits", "denies", "lazy", "should have", "poor adherence")  # fmt: skip
CERTAIN = ("must have", "definitely", "certainly", "without doubt", "always", "guaranteed", "proves that", "will cure")


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text beneath a value, with its dotted path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from texts(member, f"{path}.{name}".lstrip("."))
    else:
        for place, member in enumerate(value):
            yield from texts(member, f"{path}.{place}")


def read_by_clinicians(language: str = "en") -> dict[str, str]:
    content = drafts()
    read = {name: one["says"] for name, one in content["evidence"].items()}
    outside = {"reasons": content["reasons"], "evidence": read} if language == "en" else {}
    return dict(texts({**content["wording"][language], **outside}))


def having(words: tuple[str, ...], language: str = "en") -> list[str]:
    pattern = re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, words)) + r")(?![\w-])", re.IGNORECASE)
    found = ((path, pattern.search(text)) for path, text in read_by_clinicians(language).items())
    return [f"{path}: {match.group()!r}" for path, match in found if match]


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?!])\s+", text) if part]


@pytest.mark.parametrize("words", [BRITISH, AMERICAN, BRANDS], ids=["british", "american", "brands"])
def test_no_word_is_known_on_one_side_only(words: tuple[str, ...]) -> None:
    assert having(words) == []


@pytest.mark.parametrize("pair", PAIRS, ids=[one for one, _ in PAIRS])
def test_where_the_sides_differ_both_words_stand(pair: tuple[str, str]) -> None:
    words = drafts()["wording"]["en"]
    entries = {f"{part}.{name}": " ".join(text for _, text in texts(entry)).lower()
               for part in ("topics", "actions") for name, entry in words[part].items()}  # fmt: skip
    assert [name for name, text in entries.items() if (pair[0] in text) and (pair[1] not in text)] == []


def test_no_sentence_holds_more_than_one_can_take_in() -> None:
    advice = drafts()["wording"]["en"]["topics"]
    told = [(path, one) for path, text in texts(advice) for one in sentences(text)]
    assert [f"{path}: {one}" for path, one in told if len(one.split()) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize("words", [BLAME, CERTAIN], ids=["blame", "certainty"])
def test_no_one_is_blamed_and_nothing_is_more_certain_than_it_is(words: tuple[str, ...]) -> None:
    assert having(words) == []


def test_headlines_fit_in_every_language() -> None:
    for language, words in drafts()["wording"].items():
        long = {topic: len(one["headline"]) for topic, one in words["topics"].items() if len(one["headline"]) > 80}
        assert long == {}, language


@cache
def single_topic_cards(language: str) -> tuple[tuple[str, str], ...]:
    """Each card about one topic that a worked case brings, with the name of the case."""
    found = []
    for case in drafts()["cases"]:
        chart = chart_of(case, release())
        decision = evaluate(release(), chart, case["hook"], _at(case))
        cards = build_cards(decision, release(), Audience(max_cards=5, language=language), CALL, DataQuality()).cards
        found += [(case["name"], _without_pair(card["detail"], language)) for card in cards if _topics(card) == 1]
    return tuple(found)


def _without_pair(detail: str, language: str) -> str:
    """The text beside the one line that names two causes: it stands on few cards, and is worth its words."""
    title = f"**{drafts()['wording'][language]['phrases']['tells_apart']}**"
    return "\n\n".join(part for part in detail.split("\n\n") if not part.startswith(title))


def _topics(card: Mapping[str, Any]) -> int:
    return len(card["extension"][EXTENSION]["recommendations"])


def _at(case: Mapping[str, Any]) -> datetime:
    moment = datetime.fromisoformat(case["at"])
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@pytest.mark.parametrize(("language", "most"), [("en", MOST_WORDS), ("es", MOST_WORDS_SPANISH)])
def test_a_card_about_one_matter_is_read_in_less_than_a_minute(language: str, most: int) -> None:
    words = {name: len(detail.split()) for name, detail in single_topic_cards(language)}
    assert {name: count for name, count in words.items() if count > most} == {}


def test_most_cards_have_about_as_many_words_as_they_should() -> None:
    counts = [len(detail.split()) for _, detail in single_topic_cards("en")]
    assert median(counts) <= MANY_WORDS
