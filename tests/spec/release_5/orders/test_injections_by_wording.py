"""A steroid injection on record is known by its words, where they or the site say that it went to the heel."""

from __future__ import annotations

import pytest

from knowledge.chart import Coding, Entry, Kind
from knowledge.concepts import Concepts
from tests.spec.release_5.clinic import knowledge

BOTH = {"heel-injection", "heel-steroid-injection"}


def named(text: str, site: str = "", codes: tuple[Coding, ...] = ()) -> set[str]:
    entry = Entry(Kind.PROCEDURE, "Procedure/p", codes, text, site_text=site)
    return {match.concept for match in Concepts(knowledge().content["concepts"]).of(entry)}


@pytest.mark.parametrize(
    "text",
    [
        "Steroid injection heel",
        "Steroid injection, left heel",
        "Corticosteroid injection into heel",
        "Cortisone injection right heel",
        "Corticosteroid injection of retrocalcaneal bursa",
        "Corticosteroid injection into plantar fascia",
        "Injection of corticosteroid into the heel",
    ],
)
def test_words_of_a_steroid_injection_at_the_heel_are_known(text: str) -> None:
    assert named(text) >= BOTH


def test_the_site_may_stand_apart_from_the_words() -> None:
    assert named("Corticosteroid injection", site="left heel") >= BOTH


@pytest.mark.parametrize("text", ["Steroid injection knee", "Steroid injection", "No steroid injection heel"])
def test_an_injection_elsewhere_or_denied_is_not_one_of_the_heel(text: str) -> None:
    assert not named(text) & BOTH
