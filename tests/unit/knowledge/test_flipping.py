"""The smallest changes that turn a rule, also where findings alone are not enough."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.chart import Chart, Coding, Entry
from knowledge.decision import Fact
from knowledge.explain import state
from knowledge.flipping import smallest_flips
from knowledge.release import Release
from knowledge.truth import Truth
from tests.unit.knowledge.charts import NOW, amount, condition, finding
from tests.unit.knowledge.small_release import rule, small_release

HEEL_PAIN = condition("1", reference="Condition/pain")
HARM = finding("squeeze"), finding("hop"), finding("bruise")
PLANTAR = finding("place", [Coding("heel-pain-location", "plantar-medial")])
RISES: dict[str, Any] = {
    "before": {"title": "Before", "kind": "number", "unit": "km", "finding": "before"},
    "now": {"title": "Now", "kind": "number", "unit": "km", "finding": "now"},
    "rise": {"title": "Rise", "kind": "number", "unit": "%", "increase": {"from": "before", "to": "now"}},
    "step": {"title": "Step", "kind": "number", "unit": "km", "increase": {"from": "before", "to": "now"}},
}


def flips(when: Any, *entries: Entry, **facts: Any) -> list[dict[str, str]]:
    """The changes told for a rule of this condition; each is applied, and turns it, and no part of it does."""
    release = small_release(rules={"care": rule(when=when)}, facts=facts)
    recorded = release.facts.establish(Chart(entries), release.concepts, NOW)
    found = smallest_flips(release, recorded, release.rule("care"))
    before = release.rule("care").when.truth(recorded) is Truth.TRUE
    for changes in found:
        assert holds(release, recorded, changes) is not before
        for one in changes:
            assert holds(release, recorded, tuple(o for o in changes if o is not one)) is before
    return [{one.name: state(one) for one in changes} for changes in found]


def holds(release: Release, facts: Any, changes: tuple[Fact, ...]) -> bool:
    for one in changes:
        facts = release.facts.suppose(facts, one)[0]
    return release.rule("care").when.truth(facts) is Truth.TRUE


def test_three_findings_where_two_are_not_enough() -> None:
    signs = ["squeeze", "hop", "bruise"]
    assert flips({"all": signs}) == [dict.fromkeys(signs, "present")]
    assert flips({"any": signs}, *HARM) == [dict.fromkeys(signs, "absent")]
    assert flips({"none": signs}, *HARM) == [dict.fromkeys(signs, "absent")]


def test_what_no_finding_tells_of_can_flip_it_too() -> None:
    assert flips("draft-injection") == [{"draft-injection": "present"}]
    assert flips("heel-pain-recorded", HEEL_PAIN) == [{"heel-pain-recorded": "absent"}]
    assert flips({"number": {"fact": "age", "min": 16}}) == [{"age": "16 a"}]
    assert flips({"not": "under-16"}) == [{"age": "16 a"}]
    assert flips({"all": ["draft-injection", {"not": "heel-pain-recorded"}]}, HEEL_PAIN) == [
        {"draft-injection": "present", "heel-pain-recorded": "absent"}
    ]


def test_of_enough_signs_as_many_as_it_takes() -> None:
    drafts = ["draft-injection", "physiotherapy-ordered", "nsaid"]
    assert flips({"at_least": {"n": 2, "of": drafts}}) == [
        {"draft-injection": "present", "physiotherapy-ordered": "present"}
    ]
    signs = ["squeeze", "hop", "bruise", "anticoagulated"]
    both = flips({"all": [{"at_least": {"n": 1, "of": signs}}]}, *HARM, finding("anticoagulated"))
    assert both == [dict.fromkeys(signs, "absent")]


def test_a_rule_that_holds_for_want_of_something_is_flipped_by_recording_it() -> None:
    assert flips({"unknown": "heel-pain-recorded"}) == [{"heel-pain-recorded": "present"}]
    assert flips({"recorded": "heel-pain-recorded"}) == [{"heel-pain-recorded": "present"}]
    assert flips({"recorded": "heel-pain-recorded"}, HEEL_PAIN) == [{"heel-pain-recorded": "absent"}]
    assert flips({"not": {"recorded": "heel-pain-recorded"}}, HEEL_PAIN) == [{"heel-pain-recorded": "absent"}]


def test_a_part_that_finds_no_way_after_the_others_goes_first() -> None:
    """An age under 16 would do for the one part, and take the other away."""
    found = flips({"all": [{"number": {"fact": "age", "below": 20}}, {"not": "under-16"}, "nsaid"]})
    assert found == [{"age": "16 a", "nsaid": "present"}]


def test_a_record_may_have_to_be_missing() -> None:
    found = flips({"all": [{"unknown": "heel-pain-recorded"}, "draft-injection"]}, HEEL_PAIN)
    assert found == [{"heel-pain-recorded": "unknown", "draft-injection": "present"}]


def test_conditions_that_contradict_each_other_are_flipped_by_nothing() -> None:
    assert flips({"all": ["draft-injection", {"not": "draft-injection"}, "heel-complaint"]}) == []
    assert flips({"all": ["nsaid", {"not": "heel-pain-recorded"}, {"any": ["heel-pain-recorded"]}]}) == []
    assert flips({"all": ["nsaid", "draft-injection", {"none": ["nsaid", "draft-injection"]}]}) == []


def test_what_the_rest_brings_about_is_left_out() -> None:
    found = flips({"all": ["heel-pain-recorded", "heel-complaint", "draft-injection"]})
    assert found == [{"heel-pain-recorded": "present", "draft-injection": "present"}]
    either = {"any": ["nsaid", "draft-injection"]}
    assert flips({"all": [either, "draft-injection"]}) == [{"draft-injection": "present"}]


@pytest.mark.parametrize(("rise", "end"), [("rise", "15 km"), ("step", "60 km")])
def test_a_rise_is_told_by_the_numbers_it_lies_between(rise: str, end: str) -> None:
    facts = {name: {k: v for k, v in fact.items() if k != "finding"} for name, fact in RISES.items()}
    for name in ("before", "now"):
        facts[name]["observations"] = {"loinc": [f"{name}-1"]}
    when = {"number": {"fact": rise, "min": 50}}
    assert flips(when, **facts) == [{"before": "10 km", "now": end}]


def test_a_rise_from_what_is_recorded_needs_its_end_alone() -> None:
    facts = {name: dict(fact) for name, fact in RISES.items()}
    for name in ("before", "now"):
        facts[name] = {"title": name, "kind": "number", "unit": "km", "observations": {"loinc": [f"{name}-1"]}}
    before = finding("before-1", amount(20, "km"), system="loinc")
    assert flips({"number": {"fact": "rise", "min": 50}}, before, **facts) == [{"now": "30 km"}]
    assert flips({"number": {"fact": "rise", "min": 50, "max": 40}}, before, **facts) == []


def test_of_several_numbers_that_would_do_the_nearest_is_told() -> None:
    severe = {"any": [{"number": {"fact": "severity", "min": 4}}, {"number": {"fact": "severity", "max": 1}}]}
    assert flips(severe, finding("severity", amount(3, "{score}"))) == [{"severity": "4 {score}"}]
    assert flips(severe, finding("severity", amount(2, "{score}"))) == [{"severity": "1 {score}"}]
