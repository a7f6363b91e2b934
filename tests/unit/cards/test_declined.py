"""What was declined a short while ago is not said again, unless it is critical or about an order."""

from __future__ import annotations

from dataclasses import replace

from cards import CardSet
from knowledge.decision import Decision
from tests.unit.cards.small import CALL, cards_of, decide, drafted

ACHING = decide(heel_pain=True, duration=7)


def after(*declined: str, decision: Decision = ACHING) -> CardSet:
    return cards_of(decision, context=replace(CALL, declined=frozenset(declined)))


def test_it_is_held_back_and_says_so() -> None:
    assert "dailyCare" in cards_of(ACHING).topics
    quiet = after("dailyCare")
    assert "dailyCare" not in quiet.topics
    [held] = [one for one in quiet.withheld if one.reason == "declined"]
    assert held.topic == "dailyCare"
    assert held.rule


def test_what_is_not_due_is_not_listed() -> None:
    assert after("boneBroken") == cards_of(ACHING)


def test_the_most_urgent_is_said_all_the_same() -> None:
    critical = replace(ACHING, recommended=tuple(replace(one, indicator="critical") for one in ACHING.recommended))
    assert after("dailyCare", decision=critical) == cards_of(critical)


def test_what_is_about_a_draft_order_is_said_of_each() -> None:
    ordering = decide("order-sign", heel_pain=True, injection_drafted=drafted("ServiceRequest/1"))
    [topic] = {one.topic for one in ordering.recommended if one.orders}
    assert after(topic, decision=ordering) == cards_of(ordering)
    assert topic in cards_of(ordering).topics
