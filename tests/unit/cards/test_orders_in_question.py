"""A card about a draft order: its removal, what else holds of it, words of one rule, and drugs nobody can read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cards import CallContext
from cards.audience import Audience
from cards.worded import wording_problems
from knowledge.chart import Entry, Kind
from knowledge.decision import Decision, Fact
from knowledge.release import Release
from knowledge.truth import Truth
from tests.unit.cards.small import CALL, card_of, cards_of, content, decide, drafted, release_of

DRAFT = "MedicationRequest/a"


def ruled(**more: Any) -> Release:
    """The small release in which a repeated injection is withdrawn and both order rules say their own words."""
    whole = content()
    whole["recommendations"]["injectionRepeated"] |= {"withdraw": True, "actions": ["image"], **more}
    whole["wording"]["en"]["rules"] = {
        "injection-doubtful": {"also": "Doubtful by its own rule."},
        "injection-repeated": {"headline": "too early for another injection", "do": ["Wait three months."]},
    }
    return release_of(whole)


def repeated(release: Release, *references: str, **more: Any) -> Decision:
    return decide("order-sign", release, injection_drafted=drafted(*references), recent_injection=True, **more)


def test_a_rule_may_say_otherwise_than_its_topic() -> None:
    release = ruled()
    card = card_of(repeated(release, DRAFT), release=release)
    assert card["summary"].endswith("too early for another injection")
    assert "Wait three months." in card["detail"]
    assert "Doubtful by its own rule." in card["detail"]


def test_the_draft_may_be_removed_and_nothing_is_ticked() -> None:
    release = ruled()
    release.content["actions"]["image"]["recommended"] = True
    offered = card_of(repeated(release, DRAFT), release=release)["suggestions"]
    assert [one["actions"][0]["type"] for one in offered] == ["create", "delete"]
    assert offered[1]["actions"][0]["resourceId"] == DRAFT
    assert "resource" not in offered[1]["actions"][0]
    assert not any("isRecommended" in one for one in offered)


@pytest.mark.parametrize("reference", ["MedicationRequest/?", "Appointment/a", "MedicationRequest/<b>"])
def test_what_has_no_id_or_is_no_order_is_not_removed(reference: str) -> None:
    release = ruled()
    offered = card_of(repeated(release, reference), release=release)["suggestions"]
    assert [one["actions"][0]["type"] for one in offered] == ["create"]


def test_each_of_two_drafts_offers_its_own_removal() -> None:
    release = ruled()
    made = cards_of(repeated(release, DRAFT, "MedicationRequest/b"), release=release).cards
    assert [one["suggestions"][-1]["actions"][0]["resourceId"] for one in made] == [DRAFT, "MedicationRequest/b"]
    assert len({one["suggestions"][-1]["uuid"] for one in made}) == 2


def test_the_removal_finds_room_beside_many_orders() -> None:
    release = ruled(actions=["image", "boot", "physiotherapy", "blood"])
    offered = card_of(repeated(release, DRAFT), release=release)["suggestions"]
    assert [one["actions"][0]["type"] for one in offered] == ["create", "create", "create", "delete"]


def test_one_rule_may_offer_and_rest_on_something_else() -> None:
    release = ruled(by_rule={"injection-repeated": {"actions": ["boot"], "evidence": "opinion", "withdraw": False}})
    card = card_of(repeated(release, DRAFT), release=release)
    assert [one["label"] for one in card["suggestions"]] == ["Walking boot"]
    assert release.content["evidence"]["opinion"]["label"] in card["detail"]


def beside(words: dict[str, Any]) -> dict[str, Any]:
    """The card of a draft of which two rules of one topic hold."""
    whole = content()
    whole["rules"]["injection-again"] = {
        **whole["rules"]["injection-repeated"],
        "rank": 9,
        "when": {"all": ["injection-drafted", "redness"]},
    }
    whole["wording"]["en"]["rules"] = words
    release = release_of(whole)
    return card_of(repeated(release, DRAFT, redness=True), release=release)


def test_a_lesser_rule_of_the_same_topic_is_told_too_with_its_facts() -> None:
    card = beside({"injection-again": {"also": "Red as well."}})
    assert "Red as well." in card["detail"]
    assert "redness" in {fact["name"] for fact in card["extension"]["org.w3id.heel-pain-cds"]["facts"]}


def test_a_lesser_rule_without_words_of_its_own_adds_nothing() -> None:
    assert "redness" not in {
        fact["name"] for fact in beside({})["extension"]["org.w3id.heel-pain-cds"].get("facts", ())
    }


def test_the_words_of_a_rule_are_checked_like_those_of_a_topic() -> None:
    whole = content()
    whole["wording"]["en"]["rules"] = {"rupture": {"headline": "x" * 81, "do": []}}
    problems = wording_problems(release_of(whole))
    assert [one.partition(":")[0] for one in problems] == [
        "wording.en.rules.rupture.headline",
        "wording.en.rules.rupture.do",
    ]


def unread(hook: str, *references: str) -> Decision:
    """A decision in which drugs being ordered could not be read."""
    entries = tuple(Entry(Kind.MEDICATION, reference, draft=True) for reference in references)
    found = decide(hook)
    fact = Fact("draft-drug-unread", Truth.TRUE, orders=entries)
    return replace(found, facts={**found.facts, fact.name: fact})


@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
def test_a_drug_that_could_not_be_read_is_said_to_be_unchecked(hook: str) -> None:
    card = card_of(unread(hook, "A/1", "A/2"))
    assert card["indicator"] == "warning"
    assert card["source"]["topic"]["code"] == "draftNotInterpreted"
    assert "2" in card["detail"]


def test_elsewhere_or_to_a_patient_it_is_no_matter() -> None:
    assert cards_of(unread("patient-view", "A/1")).cards == ()
    assert (
        cards_of(unread("order-sign", "A/1"), context=CallContext(CALL.decision_id, "runner-1", None, "patient")).cards
        == ()
    )


def test_with_room_for_one_card_both_warnings_of_the_service_are_still_given() -> None:
    decision = replace(unread("order-sign", "A/1"), failed=("infection",))
    codes = [card["source"]["topic"]["code"] for card in cards_of(decision, audience=Audience(max_cards=1)).cards]
    assert codes == ["adviceIncomplete", "draftNotInterpreted"]
