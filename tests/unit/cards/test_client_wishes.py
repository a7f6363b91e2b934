"""What a client can apply, and whether it shows anything at all, is its own setting."""

from __future__ import annotations

import pytest

from cards.audience import Audience
from knowledge.decision import Withheld
from tests.unit.cards.small import card_of, cards_of, decide
from tests.unit.cards.test_orders_in_question import DRAFT, repeated, ruled

RED = {"heel_pain": True, "pop": True, "gap": True, "redness": True}


def applying(*actions: str) -> Audience:
    return Audience(actions=frozenset(actions))


def offered(audience: Audience) -> list[str]:
    card = card_of(decide(**RED), audience=audience)
    return [one["actions"][0]["resource"]["resourceType"] for one in card.get("suggestions", ())]


def test_a_client_that_can_apply_everything_is_offered_everything() -> None:
    expected = ["ServiceRequest", "CommunicationRequest", "MedicationRequest", "ServiceRequest"]
    assert offered(Audience()) == offered(applying("create")) == expected


def test_only_orders_the_client_can_create_are_offered() -> None:
    assert set(offered(applying("create:ServiceRequest"))) == {"ServiceRequest"}
    assert offered(applying("create:MedicationRequest", "delete")) == ["MedicationRequest"]


def test_a_client_that_can_apply_nothing_gets_the_advice_without_suggestions() -> None:
    card = card_of(decide(**RED), audience=applying())
    assert "suggestions" not in card
    assert "selectionBehavior" not in card
    assert card["detail"]


@pytest.mark.parametrize(
    ("actions", "types"),
    [(("create",), ["create"]), (("delete:MedicationRequest",), ["delete"]), (("delete:ServiceRequest",), [])],
)
def test_a_draft_is_removed_only_where_the_client_can_remove_it(actions: tuple[str, ...], types: list[str]) -> None:
    card = card_of(repeated(ruled(), DRAFT), release=ruled(), audience=applying(*actions))
    assert [one["actions"][0]["type"] for one in card.get("suggestions", ())] == types


def test_a_silent_client_is_shown_nothing_and_the_log_can_tell_what_it_would_have_been() -> None:
    decision = decide(heel_pain=True, squeeze=True, duration=7)
    loud, silent = cards_of(decision), cards_of(decision, audience=Audience(silent=True))
    assert loud.cards
    assert (silent.cards, silent.topics) == ((), ())
    assert [held.topic for held in silent.withheld if held.reason == "silent"] == list(loud.topics)
    assert Withheld("dailyCare", "care", "danger-open") in silent.withheld


@pytest.mark.parametrize("action", ["", "Create", "remove", "create:", "create:servicerequest", "delete:X Y"])
def test_no_client_may_ask_for_an_action_that_is_none(action: str) -> None:
    with pytest.raises(ValueError, match="expected such as create or delete:MedicationRequest"):
        applying(action)
