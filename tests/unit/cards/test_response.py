"""The whole response, and how it reads in a terminal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cards import build_cards, response
from cards.audience import Audience
from cards.reading import as_lines
from knowledge.decision import Decision, Evidence, Fact, Method
from knowledge.truth import Truth
from tests.unit.cards.small import CALL, ORIGIN, PERFECT, RELEASE, cards_of, content, decide, release_of, seen

OURS = "org.w3id.heel-pain-cds"


def answered(decision: Decision, unread: int = 0) -> dict[str, Any]:
    return response(decision, cards_of(decision), RELEASE, ORIGIN, unread)


def test_silence_says_which_knowledge_was_silent() -> None:
    assert answered(decide()) == {
        "cards": [],
        "extension": {
            OURS: {
                "decisionId": str(CALL.decision_id),
                "evaluatedAt": "2026-11-25T10:00:00Z",
                "knowledge": {"name": "heel-pain-runner", "version": "0.0.1", "digest": RELEASE.digest},
                "engine": dict(ORIGIN.engine),
                "policy": {"digest": ORIGIN.policy_digest},
                "unread": 0,
            }
        },
    }


def test_the_extension_lists_what_is_shown_held_back_and_unknown() -> None:
    ours = answered(decide(heel_pain=True, squeeze=True, duration=7), 2)["extension"][OURS]
    assert ours["recommendations"] == ["boneBroken"]
    assert ours["withheld"] == [{"topic": "dailyCare", "reason": "danger-open"}]
    assert "redness" in ours["unknown"]
    assert ours["unread"] == 2
    assert "failed" not in ours


def with_about(**about: Any) -> dict[str, Any]:
    """The answer to a broken heel, by a release that states this of itself."""
    release, decision = release_of({**content(), "about": about}), decide(heel_pain=True, squeeze=True, duration=7)
    cards = build_cards(decision, release, Audience(), CALL, PERFECT)
    return response(decision, cards, release, ORIGIN, 0)


def test_who_is_out_of_scope_is_told_by_a_code() -> None:
    held = with_about(out_of_scope=["danger-open"])["extension"][OURS]["withheld"]
    assert held == [{"topic": "dailyCare", "reason": "danger-open", "code": "out-of-scope"}]
    assert "code" not in with_about(out_of_scope=["another"])["extension"][OURS]["withheld"][0]


def test_an_overdue_review_stands_in_the_extension_and_on_the_card() -> None:
    overdue = with_about(review={"by": "2026-11-24"})
    assert overdue["extension"][OURS]["knowledge"]["reviewOverdueSince"] == "2026-11-24"
    assert "looked at again by 2026-11-24; check for newer guidance" in overdue["cards"][0]["detail"]
    assert "looked at again" not in with_about(review={"by": "2026-11-25"})["cards"][0]["detail"]


def test_broken_rules_are_named() -> None:
    assert answered(replace(decide(), failed=("infection",)))["extension"][OURS]["failed"] == ["infection"]


def test_a_card_lists_its_facts_with_the_records_they_rest_on() -> None:
    undated = Evidence("Condition/c1", None, Method.CODE)
    decision = decide(heel_pain=Fact("", Truth.TRUE, evidence=(seen("pain"), undated)), duration=7)
    card = answered(decision)["cards"][0]
    assert card["extension"][OURS]["facts"] == [
        {
            "name": "heel-pain",
            "value": "present",
            "evidence": [{"reference": "Observation/pain", "date": "2026-11-24"}, {"reference": "Condition/c1"}],
        },
        {
            "name": "duration",
            "value": "7 wk",
            "evidence": [{"reference": "Observation/duration", "date": "2026-11-24"}],
        },
    ]


def test_a_reference_that_is_none_is_left_out() -> None:
    odd = (seen("a", reference="Observation/?"), seen("b", reference="[x](https://evil.example)"))
    card = answered(decide(heel_pain=Fact("", Truth.TRUE, evidence=odd), duration=7))["cards"][0]
    assert card["extension"][OURS]["facts"][0] == {"name": "heel-pain", "value": "present"}


def test_a_card_on_no_fact_at_all_lists_none() -> None:
    decision = decide(heel_pain=True, duration=7)
    bare = replace(decision, recommended=tuple(replace(one, facts=()) for one in decision.recommended))
    assert answered(bare)["cards"][0]["extension"][OURS] == {"recommendations": ["dailyCare"]}


def test_a_card_reads_in_a_terminal_as_in_a_chart() -> None:
    lines = as_lines(answered(decide(heel_pain=True, squeeze=True, duration=7)), RELEASE.content["reasons"])
    assert lines == [
        "WARNING  Heel pain, squeeze test painful: suspected broken heel bone, stop running and image",
        "  Why: Heel pain, squeeze test painful (24 Nov).",
        "  Not known: Redness. An answer could change this advice.",
        "  Do: Stop running.",
        "  How sure: Half of the made-up patients were better. High certainty. Test trial 2020",
        "    (https://example.org/trial)",
        f"  heel-pain-runner 0.0.1 · sha256 3f9a3f9a3f9a · decision {CALL.decision_id}",
        "  [*] Radiograph of the heel: Radiograph of the heel in two planes",
        "  [ ] Walking boot: Walking boot, six weeks",
        "  Reasons to decline: Already done",
        "",
        "Held back: dailyCare (A danger is open.)",
        "Would change the advice if known: redness",
        "heel-pain-runner 0.0.1, evaluated for 2026-11-25T10:00:00Z",
    ]


def test_a_card_without_suggestions_or_reasons_reads_shorter() -> None:
    lines = as_lines(answered(decide(heel_pain=True, place="outer")))
    assert not any("[ ]" in line or "decline" in line for line in lines)


def test_silence_is_explained() -> None:
    assert as_lines(answered(decide()))[0] == "No card: nothing on record calls for heel-pain advice."


def test_silence_because_all_is_held_back_gives_the_reasons() -> None:
    decision = decide(heel_pain=True, squeeze=True, duration=7)
    lines = as_lines(answered(replace(decision, recommended=())))
    assert lines[:2] == ["No card: what would apply is held back.", "Held back: dailyCare (danger-open)"]


def test_only_the_first_of_many_unknown_findings_are_named() -> None:
    lines = as_lines(answered(replace(decide(), unknown=tuple(f"f{number}" for number in range(1, 12)))))
    assert "Would change the advice if known: f1, f2, f3, f4, f5, f6, f7, f8 and 3 more" in lines


def test_faults_are_told() -> None:
    lines = as_lines(answered(replace(decide(), failed=("infection", "care")), 3))
    assert "Rules that could not be evaluated: infection, care" in lines
    assert "Resources that could not be read: 3" in lines
