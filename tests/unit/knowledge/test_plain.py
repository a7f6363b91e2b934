"""A condition in plain words, whatever it is made of."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.plain import in_words, rule_told
from tests.unit.knowledge.small_release import content, rule, small_release

PLACE = {"choice": {"fact": "place", "any_of": ["plantar-medial", "posterior"]}}


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("squeeze", {"says": "Squeeze", "fact": "squeeze"}),
        ({"not": "hop"}, {"says": "Not", "of": [{"says": "Hop", "fact": "hop"}]}),
        ({"recorded": "hop"}, {"says": "It is on record that", "of": [{"says": "Hop", "fact": "hop"}]}),
        ({"unknown": "hop"}, {"says": "Nothing is known of: Hop", "fact": "hop"}),
        ({"number": {"fact": "age", "min": 16, "below": 65}},
         {"says": "Age: at least 16 a and less than 65 a", "fact": "age"}),
        ({"number": {"fact": "age", "above": 16, "max": 65}},
         {"says": "Age: more than 16 a and at most 65 a", "fact": "age"}),
        (PLACE, {"says": "Place: under the heel or behind", "fact": "place"}),
        ({"none": ["hop"]}, {"says": "None of these", "of": [{"says": "Hop", "fact": "hop"}]}),
        ({"at_least": {"n": 1, "of": ["hop"]}},
         {"says": "At least 1 of these", "of": [{"says": "Hop", "fact": "hop"}]}),
    ],
)  # fmt: skip
def test_each_kind_of_condition_is_said(condition: Any, told: dict[str, Any]) -> None:
    assert in_words(condition, small_release()) == told


def test_a_fact_that_follows_from_others_shows_them() -> None:
    told = in_words({"all": ["under-16"]}, small_release())
    below = {"says": "Age: less than 16 a", "fact": "age"}
    assert told == {"says": "All of these", "of": [{"says": "Under 16", "fact": "under-16", "of": [below]}]}


def test_answers_nobody_worded_are_said_by_their_code() -> None:
    words = content()["wording"]["en"]
    bare = {"en": {**words, "facts": {name: said for name, said in words["facts"].items() if name != "place"}}}
    assert in_words(PLACE, small_release(wording=bare))["says"] == "Place: plantar-medial or posterior"


def test_a_rule_is_told_whole() -> None:
    told = rule_told("care", small_release())
    assert told["advice"] == {"headline": "About coreCare", "do": ["Do it."], "orders": ["refer"]}
    assert [(hold["reason"], hold["also_while_unknown"]) for hold in told["withheld"]] == [
        ("under-16", False),
        ("already-arranged", False),
    ]
    assert [citation["name"] for citation in told["citations"]] == ["nobody"]
    assert told["cases"] == ["a heel that hurts below"]
    assert (told["hazards"], "requirement" in told) == ([], False)


def test_a_caution_that_also_holds_while_unknown_says_so() -> None:
    assert rule_told("needle", small_release())["withheld"][0]["also_while_unknown"] is True


def test_a_number_of_the_evidence_document_is_told_with_what_it_asks_where_that_stands() -> None:
    rules = {"care": rule(source_rule="R22", topic="coreCare")}
    assert rule_told("care", small_release(rules=rules))["requirement"] == {"number": "R22"}
    asked = small_release(rules=rules, requirements={"R22": "Care."})
    assert rule_told("care", asked)["requirement"] == {"number": "R22", "asks": "Care."}
