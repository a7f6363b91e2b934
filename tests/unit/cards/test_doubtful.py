"""What a card says of records that are too old or disagree."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cards import response
from cards.detail import MOST_WORDS
from cards.wording import Wording
from knowledge.decision import Decision, Doubt
from tests.unit.cards.small import ORIGIN, RELEASE, card_of, cards_of, decide
from tests.unit.cards.test_detail import parts

OLD = date(2025, 3, 4)
RECENT = date(2026, 11, 22)
CARE = {"heel_pain": True, "duration": 7, "redness": False, "squeeze": False, "pop": False}


def doubting(*doubts: Doubt, **known: bool | int | str) -> Decision:
    return replace(decide(**(known or CARE)), doubts=doubts)


def test_what_is_too_old_is_named_with_its_day_and_not_asked_for_twice() -> None:
    decision = replace(decide(heel_pain=True, duration=7), doubts=(Doubt("redness", "stale", OLD, ("heelInfected",)),))
    said = parts(card_of(decision))
    assert said["Not known"] == "Squeeze test. An answer could change this advice."
    assert said["Check"] == "Redness, last recorded 4 Mar 2025."


def test_what_disagrees_is_named_with_its_day_if_it_has_one() -> None:
    said = parts(card_of(doubting(Doubt("duration", "contradictory", RECENT, ("dailyCare",)))))
    assert said["Check"].endswith(", recorded differently (22 Nov). An answer could change this advice.")
    undated = parts(card_of(doubting(Doubt("duration", "contradictory", None, ("dailyCare",)))))
    assert undated["Check"].endswith(", recorded differently. An answer could change this advice.")
    unsaid = parts(card_of(doubting(Doubt("duration", "stale", None, ("dailyCare",)))))
    assert "recorded" not in unsaid["Check"]


def test_a_disagreement_that_would_change_nothing_says_so() -> None:
    said = parts(card_of(doubting(Doubt("duration", "contradictory", RECENT, ()))))
    assert said["Check"].endswith("It would not change this advice.")


def test_where_only_doubts_could_change_it_nothing_else_is_called_unknown() -> None:
    known = {"heel_pain": True, "pop": True, "gap": True, "redness": True, "squeeze": False, "place": "inner"}
    decision = doubting(Doubt("heel-raise", "stale", OLD, ("tendonTorn",)), duration=1, **known)
    said = parts(card_of(decision))
    assert said["Check"] == "Single-leg heel raise, last recorded 4 Mar 2025. An answer could change this advice."
    assert "Not known" not in said


def test_a_card_names_what_concerns_it_and_any_danger() -> None:
    elsewhere = Doubt("place", "stale", OLD, ("newShoes",))
    assert "Check" not in parts(card_of(doubting(elsewhere)))
    danger = Doubt("squeeze", "stale", OLD, ("boneBroken",))
    assert "Check" in parts(card_of(doubting(danger)))
    looked_at = Doubt("duration", "stale", OLD, ("newShoes",))
    assert "Check" in parts(card_of(doubting(looked_at)))


def test_what_nobody_can_be_asked_is_named_in_the_extension_alone() -> None:
    decision = doubting(Doubt("heel-complaint", "stale", OLD, ("dailyCare",)))
    assert "Check" not in parts(card_of(decision))
    told = response(decision, cards_of(decision), RELEASE, ORIGIN, 0)["extension"]["org.w3id.heel-pain-cds"]
    assert told["stale"] == [{"fact": "heel-complaint", "changes": ["dailyCare"]}]
    assert "contradictory" not in told


def test_the_extension_leaves_out_what_nothing_hangs_on() -> None:
    decision = doubting(Doubt("duration", "contradictory", RECENT, ()))
    told = response(decision, cards_of(decision), RELEASE, ORIGIN, 0)["extension"]["org.w3id.heel-pain-cds"]
    assert told["contradictory"] == [{"fact": "duration"}]


def test_many_doubts_do_not_make_a_long_card() -> None:
    named = ("duration", "squeeze", "redness", "pop", "gap", "place", "heel-raise")
    decision = doubting(*(Doubt(name, "stale", OLD, ("dailyCare", "boneBroken")) for name in named))
    said = card_of(decision)["detail"].rpartition("\n\n")[0]
    assert len(said.split()) <= MOST_WORDS


def test_a_release_of_before_is_read_with_our_words_in_its_language() -> None:
    spanish = Wording(RELEASE, "es")
    assert spanish.phrase("check") == "Check"  # the small release has no Spanish
    from knowledge.release import load_release

    assert Wording(load_release("3.0.0"), "es").phrase("check") == "Por comprobar"
    assert Wording(load_release("3.0.0"), "en").phrase("check") == "Check"
