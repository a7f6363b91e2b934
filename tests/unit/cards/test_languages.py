"""The language of a card: the reader's where the release has it, English where it has not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cards.audience import Audience
from cards.languages import language_among
from cards.worded import wording_problems
from cards.wording import Wording
from knowledge.decision import Fact, Interval
from knowledge.release import Release
from knowledge.truth import Truth
from tests.unit.cards.small import RELEASE, card_of, changed, content, decide, release_of

SPANISH = {
    "why": "Por qué",
    "at_least": "al menos {low}",
    "between": "{low} a {high}",
    "months": "ene feb mar abr may jun jul ago sep oct nov dic",
}


def bilingual() -> Release:
    """The small release with a second language, of which only what a test looks at is translated."""
    whole = content()
    english = whole["wording"]["en"]
    facts = {**english["facts"], "duration": {"value": "dolor desde hace {value} semanas", "ask": "duración"}}
    whole["wording"]["es"] = {
        **english,
        "facts": facts,
        "phrases": {**english["phrases"], **SPANISH},
        "reasons": {"danger-open": "Hay un peligro abierto."},
        "evidence": {"opinion": "Un comité inventado lo acordó."},
    }
    return release_of(whole)


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        (["es"], "es"),
        (["es-MX", "en"], "es"),
        (["ES_ar"], "es"),
        (["en-GB", "es"], "en"),
        (["fr", "es", "en"], "es"),
        (["fr"], "en"),
        (["*"], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_that_is_offered_is_spoken(wanted: list[str], spoken: str) -> None:
    assert language_among(wanted, ("en", "es")) == spoken


def test_words_of_a_region_come_before_those_of_its_language() -> None:
    assert language_among(["es-MX"], ("en", "es", "es-MX")) == "es-MX"


def test_a_card_speaks_the_language_of_its_audience() -> None:
    release = bilingual()
    decision = decide(release=release, heel_pain=True, duration=7)
    card = card_of(decision, release=release, audience=Audience(language="es"))
    assert "**Por qué** Heel pain, dolor desde hace 7 semanas (24 nov)." in card["detail"]
    assert "Un comité inventado lo acordó." in card["detail"]
    assert "dolor desde hace 7 semanas" in card["summary"].lower()


def test_a_language_the_release_lacks_is_answered_in_english() -> None:
    decision = decide(heel_pain=True, duration=7)
    assert card_of(decision, audience=Audience(language="fr")) == card_of(decision)


def test_a_number_within_bounds_is_said_in_the_language() -> None:
    words = Wording(bilingual(), "es")
    numbers = (Interval(Decimal(6), Decimal(8)), Interval(Decimal(3), None))
    said = [words.fact(Fact("duration", Truth.TRUE, number, "wk")) for number in numbers]
    assert said == ["dolor desde hace 6 a 8 semanas", "dolor desde hace al menos 3 semanas"]


def test_reasons_come_in_the_language_as_far_as_it_has_them() -> None:
    reasons = Wording(bilingual(), "es").reasons
    assert reasons["danger-open"] == "Hay un peligro abierto."
    assert reasons["card-limit"] == "There was no room on the screen."
    assert Wording(RELEASE, "en").reasons == RELEASE.content["reasons"]


def test_a_release_older_than_a_phrase_is_read_with_ours() -> None:
    words = Wording(changed("wording.en.phrases.months", None), "en")
    assert words.months[10] == "Nov"


def test_a_year_has_twelve_months_in_every_language() -> None:
    problems = wording_problems(changed("wording.en.phrases.months", "Jan Feb"))
    assert problems == ["wording.en.phrases.months: expected the short names of twelve months"]
