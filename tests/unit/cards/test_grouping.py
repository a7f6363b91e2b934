"""Few cards, the most urgent first, none of the dangers lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cards import CallContext, build_cards
from cards.audience import Audience
from knowledge.decision import Decision, Recommended, Withheld
from tests.unit.cards.small import AT, CALL, PERFECT, RELEASE, cards_of, decide, drafted, facts

OURS = "org.w3id.heel-pain-cds"
EVERYTHING = ("rupture", "infection", "fracture", "squeeze-needed", "care", "shoes")


def showing(*rules: str) -> Decision:
    """A decision that shows what these rules recommend, in this order."""
    named = [RELEASE.rule(name) for name in rules]
    recommended = tuple(Recommended(rule.topic, rule.name, rule.indicator, (), ()) for rule in named)
    return Decision(AT, "patient-view", facts(heel_pain=True), {}, recommended, (), (), ())


def test_dangers_share_one_card_and_daily_advice_another() -> None:
    cards = cards_of(showing(*EVERYTHING), audience=Audience(max_cards=5)).cards
    assert [card["extension"][OURS]["recommendations"] for card in cards] == [
        ["tendonTorn", "heelInfected"],
        ["boneBroken"],
        ["squeezeNeeded"],
        ["dailyCare", "newShoes"],
    ]


def test_the_most_urgent_leads_whatever_the_order_of_the_decision() -> None:
    cards = cards_of(showing(*reversed(EVERYTHING)), audience=Audience(max_cards=5)).cards
    assert [card["indicator"] for card in cards] == ["critical", "warning", "info", "info"]
    assert cards[0]["source"]["topic"]["code"] == "heelInfected"


def test_at_most_three_cards_are_shown_and_the_rest_is_listed() -> None:
    shown = cards_of(showing(*EVERYTHING))
    assert len(shown.cards) == 3
    assert shown.topics == ("tendonTorn", "heelInfected", "boneBroken", "squeezeNeeded")
    assert shown.withheld == (
        Withheld("dailyCare", "care", "card-limit"),
        Withheld("newShoes", "shoes", "card-limit"),
    )


def test_each_draft_order_has_one_card_with_all_that_is_to_be_said_of_it() -> None:
    drafts = drafted("MedicationRequest/a", "MedicationRequest/b")
    shown = cards_of(decide("order-sign", injection_drafted=drafts, recent_injection=True))
    assert [card["extension"][OURS]["recommendations"] for card in shown.cards] == [
        ["injectionRepeated", "injectionDoubtful"]
    ] * 2
    assert shown.topics == ("injectionRepeated", "injectionDoubtful")
    assert len({card["uuid"] for card in shown.cards}) == 2


def test_critical_cards_are_given_beyond_any_limit() -> None:
    drafts = drafted("MedicationRequest/a", "MedicationRequest/b")
    decision = decide("order-sign", injection_drafted=drafts, recent_injection=True)
    assert len(cards_of(decision, audience=Audience(max_cards=1)).cards) == 2


def test_a_topic_shown_on_one_card_is_not_called_held_back_on_another() -> None:
    shown = cards_of(decide("order-sign", injection_drafted=drafted("A/1", "A/2")), audience=Audience(max_cards=1))
    assert len(shown.cards) == 1
    assert shown.withheld == ()


def test_an_order_topic_without_a_known_draft_still_has_its_card() -> None:
    assert len(cards_of(showing("injection-doubtful")).cards) == 1


def test_who_is_not_a_clinician_gets_no_cards_and_the_reason_is_listed() -> None:
    shown = cards_of(showing("rupture"), context=CallContext(CALL.decision_id, "runner-1", None, "patient"))
    assert (shown.cards, shown.topics) == ((), ())
    assert shown.withheld == (Withheld("tendonTorn", "rupture", "reader-not-clinician"),)


def test_a_broken_rule_is_told_after_the_critical_and_before_all_else() -> None:
    decision = replace(showing("rupture", "fracture", "care"), failed=("infection",))
    cards = cards_of(decision).cards
    assert [card["source"]["topic"]["code"] for card in cards] == ["tendonTorn", "adviceIncomplete", "boneBroken"]
    assert cards[1]["indicator"] == "warning"
    assert cards[1]["detail"].startswith("Some rules could not be evaluated.")
    assert str(CALL.decision_id) in cards[1]["detail"]


def test_a_broken_rule_is_told_when_an_order_it_may_concern_is_written() -> None:
    decision = decide("order-sign", injection_drafted=drafted("MedicationRequest/a"))
    codes = [card["source"]["topic"]["code"] for card in cards_of(replace(decision, failed=("x",))).cards]
    assert codes == ["adviceIncomplete", "injectionDoubtful"]


def test_a_broken_rule_is_no_matter_for_a_patient_without_the_complaint() -> None:
    assert cards_of(replace(decide(), failed=("infection",))).cards == ()


def test_what_the_rules_withheld_stays_listed() -> None:
    shown = cards_of(decide(heel_pain=True, squeeze=True, duration=7))
    assert Withheld("dailyCare", "care", "danger-open") in shown.withheld


def test_the_same_decision_always_gives_the_same_cards() -> None:
    decision = showing(*EVERYTHING)
    assert cards_of(decision) == cards_of(decision)


def test_two_decisions_share_no_identity() -> None:
    other = CallContext(type(CALL.decision_id)(int=7), "runner-1")
    one, two = (build_cards(showing("rupture"), RELEASE, Audience(), c, PERFECT).cards[0] for c in (CALL, other))
    assert one["uuid"] != two["uuid"]
    assert one["suggestions"][0]["uuid"] != two["suggestions"][0]["uuid"]


@pytest.mark.parametrize("number", [0, 6])
def test_no_client_may_ask_for_none_or_for_many_cards(number: int) -> None:
    with pytest.raises(ValueError, match="expected 1 to 5"):
        Audience(max_cards=number)


def test_no_client_may_ask_for_an_intent_that_orders_something() -> None:
    with pytest.raises(ValueError, match="order_intent"):
        Audience(order_intent="original-order")
