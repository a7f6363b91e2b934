"""The one line that every client shows."""

from __future__ import annotations

from decimal import Decimal

from knowledge.decision import Fact, Interval
from knowledge.truth import Truth
from tests.unit.cards.small import card_of, changed, decide, seen

LONG = "a sign of some kind that takes very many words to describe in full"


def test_it_names_two_facts_of_the_patient_and_the_action() -> None:
    card = card_of(decide(heel_pain=True, pop=True, gap=True, heel_raise=False))
    assert card["summary"] == "Sudden pop, gap felt: suspected torn tendon, refer today"


def test_what_makes_the_complaint_gives_way_to_what_makes_the_difference() -> None:
    decision = decide(heel_pain=True, gap=True, heel_raise=False)
    assert card_of(decision)["summary"] == "Gap felt, heel pain: suspected torn tendon, refer today"


def test_one_fact_is_dropped_where_two_do_not_fit() -> None:
    release = changed("wording.en.facts.gap.present", LONG)
    release.content["wording"]["en"]["facts"]["pop"]["present"] = LONG
    decision = decide(pop=True, gap=True, release=release)
    assert card_of(decision, release=release)["summary"] == f"A{LONG[1:]}: suspected torn tendon, refer today"


def test_the_headline_stands_alone_where_no_fact_fits() -> None:
    release = changed("wording.en.facts.pop.present", LONG * 3)
    release.content["wording"]["en"]["facts"]["gap"]["present"] = LONG * 3
    decision = decide(pop=True, gap=True, release=release)
    assert card_of(decision, release=release)["summary"] == "Suspected torn tendon, refer today"


def test_length_is_counted_in_utf16_so_that_no_client_cuts_it() -> None:
    release = changed("wording.en.facts.pop.present", "🦶" * 60)
    decision = decide(pop=True, gap=True, release=release)
    assert card_of(decision, release=release)["summary"] == "Gap felt: suspected torn tendon, refer today"


def test_a_shorter_fact_takes_the_place_of_one_that_does_not_fit() -> None:
    release = changed("wording.en.facts.pop.present", LONG * 3)
    decision = decide(pop=True, gap=True, heel_pain=True, release=release)
    assert card_of(decision, release=release)["summary"] == "Gap felt, heel pain: suspected torn tendon, refer today"


def test_where_it_hurts_gives_way_to_what_was_found() -> None:
    decision = decide(heel_pain=True, place="inner", duration=1)
    assert card_of(decision)["summary"] == "Heel pain, pain on the inner side: look at the shoes"


def test_the_age_is_named_only_when_little_else_is_known() -> None:
    age = Fact("", Truth.TRUE, Interval(Decimal(40), Decimal(40)), "a")
    decision = decide(heel_pain=True, age=age, duration=7)
    assert card_of(decision)["summary"] == "Heel pain, pain for 7 weeks: begin daily care"


def test_absent_facts_are_left_to_the_detail() -> None:
    decision = decide(pop=Fact("", Truth.TRUE, evidence=(seen("pop"),)), heel_raise=False)
    assert card_of(decision)["summary"] == "Sudden pop: suspected torn tendon, refer today"


def test_a_recommendation_without_worded_facts_has_its_headline() -> None:
    release = changed("wording.en.facts.pop", None)
    for name in ("gap", "heel-pain"):
        del release.content["wording"]["en"]["facts"][name]
    decision = decide(pop=True, gap=True, release=release)
    assert card_of(decision, release=release)["summary"] == "Suspected torn tendon, refer today"
