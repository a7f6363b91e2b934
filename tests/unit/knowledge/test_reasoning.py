"""A condition as a tree: the truth of its parts, what could still decide it, and its words."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from knowledge.chart import Chart, Coding, Entry, Side
from knowledge.decision import Fact, Facts
from knowledge.reasoning import as_lines, could_be, in_words, open_leaves, told, tree_of
from knowledge.release import Release
from knowledge.truth import Truth
from tests.unit.knowledge.charts import NOW, amount, finding
from tests.unit.knowledge.small_release import content, small_release

SIGNS = ("squeeze", "hop", "bruise")
CONDITIONS: list[Any] = [
    "squeeze",
    {"all": ["squeeze", "hop", "bruise"]},
    {"any": ["squeeze", {"all": ["hop", "bruise"]}]},
    {"none": ["squeeze", "hop"]},
    {"all": ["squeeze", {"not": {"any": ["hop", "bruise"]}}]},
    {"at_least": {"n": 2, "of": ["squeeze", "hop", "bruise"]}},
    {"all": ["squeeze", {"recorded": "hop"}]},
    {"all": ["squeeze", {"not": {"recorded": {"all": ["hop", "bruise"]}}}]},
    {"any": ["squeeze", {"unknown": "hop"}]},
    "fracture-suspected",
]


def facts_of(release: Release, *entries: Entry) -> Facts:
    return release.facts.establish(Chart(entries), release.concepts, NOW)


def known(release: Release, truths: dict[str, Truth]) -> Facts:
    facts = facts_of(release)
    for name, truth in truths.items():
        facts = release.facts.suppose(facts, Fact(name, truth))[0]
    return facts


@pytest.mark.parametrize("source", CONDITIONS, ids=str)
def test_open_is_what_some_answers_to_the_rest_make_decisive(source: Any) -> None:
    """Compared with every way in which what is unknown could be answered."""
    release = small_release()
    tree = tree_of(release, source)
    for truths in product(Truth, repeat=3):
        now = dict(zip(SIGNS, truths, strict=True))
        unknown = [name for name, truth in now.items() if truth is Truth.UNKNOWN]
        decisive = {name for name in unknown if decides(release, tree.condition, now, unknown, name)}
        assert set(open_leaves(tree, known(release, now))) == decisive, now


def decides(release: Release, condition: Any, now: dict[str, Truth], unknown: list[str], name: str) -> bool:
    """Whether, with some answers to the others, this one makes the condition true or not."""
    rest = [other for other in unknown if other != name]
    for answers in product(Truth, repeat=len(rest)):
        supposed = {**now, **dict(zip(rest, answers, strict=True))}
        found = {condition.truth(known(release, {**supposed, name: one})) is Truth.TRUE for one in Truth}
        if len(found) == 2:
            return True
    return False


def test_two_signs_of_two_heels_are_less_than_their_parts_say() -> None:
    release = small_release()
    tree = tree_of(release, {"at_least": {"n": 2, "of": ["squeeze", "hop"]}})
    facts = facts_of(release, finding("squeeze", side=Side.LEFT), finding("hop", side=Side.RIGHT))
    assert could_be(tree, facts) == (Truth.UNKNOWN, Truth.TRUE)
    assert open_leaves(tree, facts) == []  # nothing that nobody recorded would settle it


def test_a_number_and_a_choice_are_open_until_they_are_known() -> None:
    release = small_release()
    tree = tree_of(
        release,
        {"all": [{"number": {"fact": "severity", "min": 4}}, {"choice": {"fact": "place", "any_of": ["calf"]}}]},
    )
    assert open_leaves(tree, facts_of(release)) == ["severity", "place"]
    assert open_leaves(tree, facts_of(release, finding("severity", amount(6, "{score}")))) == ["place"]
    assert open_leaves(tree, facts_of(release, finding("severity", amount(2, "{score}")))) == []


def test_the_tree_is_told_as_data() -> None:
    release = small_release()
    pain = {"number": {"fact": "severity", "min": 4, "below": 9}}
    tree = tree_of(release, {"all": [pain, {"unknown": "hop"}]})
    said = told(tree, release, facts_of(release, finding("severity", amount(6, "{score}"))))
    number, unknown = said["of"]
    assert (said["operator"], said["says"], said["truth"]) == ("all", "all of these", "true")
    assert number == {
        "says": "Severity: at least 4, under 9",
        "truth": "true",
        "fact": "severity",
        "state": "6 {score}",
        "compared": {"min": "4", "below": "9"},
    }
    assert unknown == {"says": "nothing recorded of: Hop", "truth": "true", "fact": "hop", "state": "unknown"}


PLACE = {"choice": {"fact": "place", "any_of": ["plantar-medial", "posterior"]}}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("squeeze", ["[yes] Squeeze"]),
        ({"not": "squeeze"}, ["[no] not: Squeeze"]),
        ({"not": {"recorded": "hop"}}, ["[no] not on record: Hop"]),
        ({"all": ["squeeze"]}, ["[yes] Squeeze"]),
        ({"recorded": {"number": {"fact": "severity", "above": 4}}}, ["[yes] on record: Severity: over 4 (6)"]),
        (PLACE, ["[yes] Place: plantar-medial or posterior (plantar-medial)"]),
        ("under-16", ["[not known] Under 16: Age: under 16 a"]),
        ({"all": ["squeeze", "under-16"]}, ["[not known] all of these", "  [not known] Under 16: Age: under 16 a"]),
        ({"none": ["squeeze", "bruise"]}, ["[no] none of these", "  [yes] Squeeze"]),
        (
            {"at_least": {"n": 2, "of": ["squeeze", "bruise", "anticoagulated"]}},
            [
                "[not known] at least 2 of these",
                "  [yes] Squeeze",
                "  [not known] Bruise",
                "  [not known] Anticoagulated",
            ],
        ),
        (
            {"any": ["fracture-suspected", {"all": ["fracture-suspected", "hop"]}]},
            [
                "[yes] any of these",
                "  [yes] Fracture suspected, any of these",
                "    [yes] Squeeze",
                "  [yes] all of these",
                "    [yes] Fracture suspected, any of these, as above",
                "    [yes] Hop",
            ],
        ),
    ],
)
def test_it_is_told_in_words_as_far_as_it_carries_the_truth(source: Any, lines: list[str]) -> None:
    release = small_release()
    place = finding("place", [Coding("heel-pain-location", "plantar-medial")])
    facts = facts_of(release, finding("squeeze"), finding("hop"), finding("severity", amount(6, "{score}")), place)
    assert list(as_lines(told(tree_of(release, source), release, facts))) == lines


def test_of_many_answers_only_their_number_is_told() -> None:
    many = ["plantar-medial", "calf", "posterior", "sole", "side"]
    release = small_release(facts={"place": {**content()["facts"]["place"], "answers": many}})
    assert tree_of(release, {"choice": {"fact": "place", "any_of": many}}).says == "Place: any of 5"


@pytest.mark.parametrize(
    ("unit", "words"), [("wk", "wk"), ("{score}", ""), ("4 {score}", "4"), ("mL/min/{1.73_m2}", "mL/min/1.73 m2")]
)
def test_a_unit_is_told_without_what_it_counts(unit: str, words: str) -> None:
    assert in_words(unit) == words
