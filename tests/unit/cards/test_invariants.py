"""Whatever a decision says, its cards are safe and our own schema accepts them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cards import CallContext, DataQuality, build_cards, response
from cards.audience import Audience
from cards.text import utf16_length
from cds_service.wire import schema
from knowledge.chart import Entry, Kind, Side
from knowledge.decision import Decision, Evidence, Fact, Method, Withheld
from knowledge.engine import judge
from knowledge.truth import Truth
from tests.unit.cards.small import AT, CALL, ORIGIN, RELEASE, facts

RESPONSE = Draft202012Validator(schema("response"))
HOSTILE = st.sampled_from(
    ["Observation/o1", "Condition/?", "<img src=x>/1", "Observation/[a](https://evil.example)", "Observation/a b", ""]
)
EVIDENCE = st.lists(
    st.builds(
        Evidence,
        st.one_of(HOSTILE, st.text(max_size=20)),
        st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2026, 11, 25))),
        st.sampled_from(Method),
        side=st.sampled_from(Side),
    ),
    max_size=3,
).map(tuple)
DRAFTS = st.lists(st.builds(Entry, st.just(Kind.ORDER), HOSTILE, draft=st.just(True)), max_size=3).map(tuple)


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    """Any decision of the small release, with rules broken at random."""
    numbers = st.integers(0, 500)
    places = st.lists(st.sampled_from(["inner", "outer"]), min_size=1, max_size=2, unique=True).map(" ".join)
    presences = [n for n in RELEASE.facts.readers if RELEASE.facts.kinds[n] == "presence"]
    known: dict[str, Any] = {name: draw(st.sampled_from([True, False, None])) for name in presences}
    known |= {"duration": draw(st.one_of(st.none(), numbers)), "place": draw(st.one_of(st.none(), places))}
    found = facts(**{name: value for name, value in known.items() if value is not None})
    for name, fact in found.items():
        if fact.truth is not Truth.UNKNOWN:
            found[name] = replace(fact, evidence=draw(EVIDENCE))
    if found["injection-drafted"].truth is Truth.TRUE:
        found["injection-drafted"] = replace(found["injection-drafted"], orders=draw(DRAFTS))
    decision = judge(RELEASE, found, draw(st.sampled_from(["patient-view", "order-sign"])), AT)
    return replace(decision, failed=draw(st.sampled_from([(), ("rupture",), ("care", "shoes")])))


INTENTS = st.sampled_from(["proposal", "plan", "order"])
AUDIENCES = st.builds(Audience, max_cards=st.integers(1, 5), order_intent=INTENTS)
QUALITIES = st.builds(DataQuality, st.integers(0, 3), st.integers(0, 3), st.booleans())
CONTEXTS = st.sampled_from(
    [CALL, CallContext(CALL.decision_id, "p"), CallContext(CALL.decision_id, "p", "e", "patient")]
)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(decisions(), AUDIENCES, CONTEXTS, QUALITIES)
def test_any_answer_fits_the_schema_and_is_safe_to_show(
    decision: Decision, audience: Audience, context: CallContext, quality: DataQuality
) -> None:
    cards = build_cards(decision, RELEASE, audience, context, quality)
    answer = response(decision, cards, RELEASE, replace(ORIGIN, decision_id=context.decision_id), quality.unread)
    assert [error.message for error in RESPONSE.iter_errors(answer)] == []
    for card in cards.cards:
        assert utf16_length(card["summary"]) < 140
        assert "<" not in card["detail"]
        assert "evil" not in str(card)
        assert sum("isRecommended" in one for one in card.get("suggestions", ())) <= 1


@settings(derandomize=True, max_examples=150, deadline=None)
@given(decisions(), AUDIENCES)
def test_no_danger_is_lost_and_no_more_cards_are_shown_than_asked_for(decision: Decision, audience: Audience) -> None:
    cards = build_cards(decision, RELEASE, audience, CALL, DataQuality())
    critical = {one.topic for one in decision.recommended if one.indicator == "critical"}
    unavoidable = sum(
        card["indicator"] == "critical" or card["source"]["topic"]["code"] == "adviceIncomplete" for card in cards.cards
    )
    assert critical <= set(cards.topics)
    assert len(cards.cards) <= max(audience.max_cards, unavoidable)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(decisions(), AUDIENCES, CONTEXTS)
def test_every_recommendation_is_either_shown_or_listed_as_held_back(
    decision: Decision, audience: Audience, context: CallContext
) -> None:
    cards = build_cards(decision, RELEASE, audience, context, DataQuality())
    held = {one.topic for one in cards.withheld if isinstance(one, Withheld)}
    assert {one.topic for one in decision.recommended} <= set(cards.topics) | held


def test_facts_without_any_record_make_sound_cards_too() -> None:
    bare = {name: Fact(name, Truth.TRUE) for name in ("pop", "gap", "heel-pain", "redness")}
    found = facts(**{name.replace("-", "_"): fact for name, fact in bare.items()})
    decision = judge(RELEASE, found, "patient-view", AT)
    cards = build_cards(decision, RELEASE, Audience(), CALL, DataQuality())
    answer = response(decision, cards, RELEASE, ORIGIN, 0)
    assert list(RESPONSE.iter_errors(answer)) == []
