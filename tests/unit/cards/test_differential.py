"""Where the data fit two causes, the card names the finding that would tell them apart."""

from __future__ import annotations

from typing import Any

from knowledge.release import Release
from tests.unit.cards.small import CALL, card_of, cards_of, content, decide, release_of

PAIRS: list[dict[str, Any]] = [
    {
        "name": "bone-or-shoes",
        "between": [["boneBroken"], ["newShoes"]],
        "finding": "squeeze",
        "evidence": ["trial"],
    },
    {
        "name": "bone-or-care",
        "between": [["boneBroken"], ["dailyCare", "newShoes"]],
        "finding": "squeeze",
        "evidence": ["trial"],
    },
]
LINES = {"bone-or-shoes": "squeeze test: bone if painful, shoes if not", "bone-or-care": "squeeze test: bone or care"}


def release_with(*pairs: dict[str, Any]) -> Release:
    whole = content()
    whole["differentials"] = list(pairs)
    whole["wording"]["en"]["differentials"] = LINES
    return release_of(whole)


def titles(detail: str) -> list[str]:
    return [part.partition("** ")[0].strip("*") for part in detail.split("\n\n")]


def test_the_card_says_in_one_line_which_finding_would_tell() -> None:
    release = release_with(*PAIRS)
    card = card_of(decide(release=release, heel_pain=True, place="inner"), release=release)
    assert card["detail"].split("\n\n")[2] == "**Tells apart** Squeeze test: bone if painful, shoes if not."
    assert card["detail"].count("Tells apart") == 1


def test_the_first_pair_that_concerns_the_card_is_named() -> None:
    release = release_with(*PAIRS[::-1])
    card = card_of(decide(release=release, heel_pain=True, place="inner"), release=release)
    assert "**Tells apart** Squeeze test: bone or care." in card["detail"]


def test_a_card_about_another_matter_says_nothing_of_it() -> None:
    release = release_with(PAIRS[0])
    decision = decide(release=release, heel_pain=True, redness=True, place="inner")
    danger, care = cards_of(decision, release).cards
    assert "Tells apart" not in danger["detail"]
    assert "Tells apart" in care["detail"]


def test_nothing_is_said_once_the_finding_is_known() -> None:
    release = release_with(*PAIRS)
    card = card_of(decide(release=release, heel_pain=True, place="inner", squeeze=False), release=release)
    assert "Tells apart" not in card["detail"]
    assert card["detail"].endswith(f"decision {CALL.decision_id}")
