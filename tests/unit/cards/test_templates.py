"""No release leaves the build with an order that is not FHIR, or with words that are not plain."""

from __future__ import annotations

from typing import Any

import pytest

from cards.templates import empties, templates, validate_templates
from tests.unit.cards.small import RELEASE, changed


def test_a_sound_release_has_no_faults() -> None:
    assert validate_templates(RELEASE) == []


def test_every_order_is_tried_for_each_side_and_each_intent() -> None:
    tried = [(one.side.value, one.intent) for one in templates(RELEASE) if one.action == "image"]
    assert sorted(tried) == [
        (side, intent) for side in ("left", "right", "unknown") for intent in ("order", "plan", "proposal")
    ]


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (
            "actions.boot.priority",
            5,
            "actions.boot (by fracture, side left, intent proposal, language en): 1 validation error",
        ),
        ("actions.refer.category.display", "", "ServiceRequest.category.0.text is empty"),
        ("actions.antibiotic.recommended", True, "actions.antibiotic.recommended: a drug"),
        ("evidence.trial.url", "http://example.org/trial", "evidence.trial.url: expected an https address"),
        ("source.url", "https://example.org/a b", "evidence.source.url"),
        ("evidence.trial.says", "see [this](x)", "evidence.trial.says: 'see [this](x)' holds markup"),
        ("wording.en.phrases.why", None, "wording.en.phrases.why: is missing; expected something like 'Why'"),
        ("wording.en.phrases.recorded_on", "{facts}", "phrases.recorded_on: must hold {date}, {facts}"),
        ("wording.en.topics.newShoes.headline", "x" * 81, "topics.newShoes.headline: longer than 80"),
        ("wording.en.topics.newShoes.do", [], "topics.newShoes.do: expected 1 to 4"),
        ("wording.en.topics.newShoes.do", ["<b>now</b>"], "topics.newShoes.do.0: '<b>now</b>' holds markup"),
        ("wording.en.actions.boot.label", "x" * 61, "actions.boot.label: longer than 60"),
        ("wording.en.facts.pop.absent", None, "facts.pop.absent: is missing"),
        ("wording.en.facts.duration.value", "weeks", "facts.duration.value: must hold {value}"),
        ("wording.en.facts.place.answers.inner", None, "facts.place.answers.inner: is missing"),
        ("wording.en.facts.unheard-of", {"present": "x", "absent": "y"}, "facts.unheard-of: there is no such fact"),
    ],
)
def test_a_fault_is_named_with_its_place(path: str, value: Any, complaint: str) -> None:
    problems = validate_templates(changed(path, value))
    assert any(complaint in problem for problem in problems), problems


def test_a_topic_that_clients_could_not_remember_is_refused() -> None:
    release = changed("recommendations.new-shoes", {"override_reasons": [], "evidence": "trial"})
    assert any("recommendations.new-shoes: a topic is of letters" in one for one in validate_templates(release))


def test_empty_values_are_found_at_any_depth() -> None:
    value = {"a": [{"b": None}, {"c": ""}], "d": {}, "e": 0, "f": False}
    assert list(empties(value, "X")) == ["X.a.0.b", "X.a.1.c", "X.d"]
