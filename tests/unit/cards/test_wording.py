"""The words of a release, as cards use them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cards.worded import wording_problems
from cards.wording import Wording
from knowledge.decision import Fact, Interval
from knowledge.truth import Truth
from tests.unit.cards.small import RELEASE, content, release_of

WORDS = Wording(RELEASE, "en")


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (Fact("pop", Truth.TRUE), "sudden pop"),
        (Fact("pop", Truth.FALSE), "no pop"),
        (Fact("pop", Truth.UNKNOWN), None),
        (Fact("duration", Truth.TRUE, Interval(Decimal(6), Decimal(8)), "wk"), "pain for 6 to 8 weeks"),
        (Fact("duration", Truth.UNKNOWN, unit="wk"), None),
        (Fact("place", Truth.TRUE, choices=("inner", "outer")), "pain on the inner side, pain on the outer side"),
        (Fact("place", Truth.TRUE, choices=("somewhere-odd",)), None),
        (Fact("heel-complaint", Truth.TRUE), None),
    ],
)
def test_a_fact_is_said_as_far_as_it_is_known_and_worded(fact: Fact, said: str | None) -> None:
    assert WORDS.fact(fact) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        ("1.9", "2.1", "2"),
        ("2.8", "2.9", "2.8"),
        ("19.9", "19.98", "19.9"),
        ("2.4", "2.5", "2.4"),
        ("3", "3.6", "3 to 3.6"),
        ("10.2", "10.2", "10.2"),
        (None, "3", "at most 3"),
        ("3", None, "at least 3"),
    ],
)
def test_a_number_known_nearly_is_said_as_one(low: str | None, high: str | None, said: str) -> None:
    number = Interval(*(None if end is None else Decimal(end) for end in (low, high)))
    assert WORDS.fact(Fact("duration", Truth.TRUE, number, "wk")) == f"pain for {said} weeks"


def test_what_is_not_known_is_asked_for_by_name() -> None:
    assert WORDS.ask("heel-raise") == "single-leg heel raise"
    assert WORDS.ask("heel-complaint") is None


def test_a_phrase_is_filled_and_nothing_in_the_filling_is_interpreted() -> None:
    said = WORDS.phrase("recorded_on", facts="{date} {facts.real}", date="22 Nov")
    assert said == "{date} {facts.real} (22 Nov)"


def test_only_a_release_that_has_a_review_clock_must_word_that_it_is_overdue() -> None:
    whole = content()
    del whole["wording"]["en"]["phrases"]["review_overdue"]
    assert wording_problems(release_of(whole)) == []
    [problem] = wording_problems(release_of({**whole, "about": {}}))
    assert problem.startswith("wording.en.phrases.review_overdue: is missing; expected something like")
