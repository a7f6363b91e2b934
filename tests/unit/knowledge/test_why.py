"""Why a rule spoke, or why not, and the smallest change that would turn it. On the small release."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from knowledge.chart import Chart, Coding, Entry
from knowledge.decision import Decision
from knowledge.engine import evaluate
from knowledge.flipping import smallest_flips
from knowledge.release import Release, compile_release
from knowledge.truth import Truth
from knowledge.why import in_plain_words, why
from tests.unit.knowledge.charts import NOW, amount, condition, finding
from tests.unit.knowledge.small_release import content, rule, small_release

PLANTAR = finding("place", [Coding("heel-pain-location", "plantar-medial")])
HEEL_PAIN = condition("1", reference="Condition/pain")
SQUEEZE = finding("squeeze")


def decided(*entries: Entry, release: Release | None = None, hook: str = "patient-view") -> tuple[Release, Decision]:
    release = release or small_release()
    return release, evaluate(release, Chart(entries), hook, NOW)


def told(name: str, *entries: Entry, **more: Any) -> dict[str, Any]:
    release, decision = decided(*entries, **more)
    return why(release, decision, name)


def test_a_rule_that_spoke_names_its_facts_their_records_and_its_sources() -> None:
    fracture = told("fracture", PLANTAR, SQUEEZE)
    assert (fracture["result"], fracture["outcome"]) == ("shown", "true")
    squeeze = next(fact for fact in fracture["because"] if fact["fact"] == "squeeze")
    assert squeeze["state"] == "present"
    assert squeeze["evidence"][0]["reference"] == SQUEEZE.reference
    assert fracture["citations"][0].keys() == {"name", "label", "url", "grade", "section", "says"}
    assert fracture["would_flip"]


def test_a_rule_that_lacks_something_names_it() -> None:
    fracture = told("fracture", PLANTAR)
    assert (fracture["result"], fracture["outcome"]) == ("not-due", "unknown")
    assert "squeeze" in {one.get("finding") for one in fracture["missing"]}
    assert [{"fact": "squeeze", "finding": "squeeze", "title": "Squeeze", "state": "present"}] in fracture["would_flip"]


def test_advice_held_back_by_a_danger_says_so() -> None:
    assert told("care", PLANTAR, SQUEEZE)["result"] == "held-back"


def test_a_rule_of_another_hook_says_of_which() -> None:
    elsewhere = told("fracture", PLANTAR, SQUEEZE, hook="encounter-discharge")
    assert elsewhere["result"] == "elsewhere"
    assert "patient-view" in elsewhere["reason"]


def test_a_rule_whose_topic_another_rule_tells_of_names_it() -> None:
    whole = content()
    whole["rules"]["more"] = {**whole["rules"]["care"], "rank": 99}
    release = compile_release(whole, "sha256:more")
    other = told("more", PLANTAR, release=release)
    assert (other["result"], other["reason"]) == ("told-by-another", "care")


def test_two_recorded_findings_that_both_carry_it_must_both_change() -> None:
    release = with_rule({"any": ["squeeze", "hop"]})
    [change] = told("care", HEEL_PAIN, SQUEEZE, finding("hop"), release=release)["would_flip"]
    assert {(one["finding"], one["state"]) for one in change} == {("squeeze", "absent"), ("hop", "absent")}


def test_a_rule_that_broke_says_so() -> None:
    release, decision = decided(PLANTAR)
    assert why(release, replace(decision, failed=("care",)), "care")["result"] == "failed"


def with_rule(when: Any) -> Release:
    whole = content()
    whole["rules"]["care"] = rule(when=when)
    return compile_release(whole, "sha256:why")


def test_thresholds_are_named_with_their_unit() -> None:
    release = with_rule({"all": ["heel-complaint", {"number": {"fact": "severity", "min": 4}}]})
    [threshold] = told("care", PLANTAR, release=release)["thresholds"]
    assert threshold == {"fact": "severity", "title": "Severity", "bound": "4", "unit": "{score}"}


def test_two_findings_where_one_is_not_enough() -> None:
    both = with_rule({"all": ["squeeze", "hop"]})
    [change] = told("care", HEEL_PAIN, release=both)["would_flip"]
    assert {(one["finding"], one["state"]) for one in change} == {("squeeze", "present"), ("hop", "present")}


def test_a_rule_that_nothing_flips_says_so() -> None:
    never = told("care", HEEL_PAIN, release=with_rule({"all": ["squeeze", {"not": "squeeze"}]}))
    assert never["would_flip"] == []
    assert "  no change would flip it" in list(in_plain_words(never))


def test_a_caution_that_holds_back_is_told_with_its_facts() -> None:
    pain = finding("severity", amount(6, "{score}"))
    [caution] = told("needle", PLANTAR, pain)["cautions"]
    assert (caution["reason"], caution["held"], caution["condition"]["truth"]) == ("anticoagulated", True, "unknown")
    [caution] = (thinned := told("needle", PLANTAR, pain, finding("anticoagulated")))["cautions"]
    assert [fact["fact"] for fact in caution["because"]] == ["anticoagulated"]
    lines = list(in_plain_words(thinned))
    assert lines[lines.index("  caution anticoagulated: holds it back") + 1] == "    [yes] Anticoagulated"
    [caution] = (free := told("needle", PLANTAR, pain, finding("anticoagulated", False)))["cautions"]
    assert not caution["held"]
    assert "  caution anticoagulated: does not hold it back" in list(in_plain_words(free))


def test_the_numbers_of_a_caution_are_thresholds_too() -> None:
    assert [(one["fact"], one["bound"]) for one in told("care", PLANTAR)["thresholds"]] == [("age", "16")]


@pytest.mark.parametrize(
    ("carried", "words"),
    [
        ({"evidence": ["nobody"]}, "(by Nobody)"),
        ({"ours": "We chose it."}, "(We chose it.)"),
        ({"evidence": ["nobody"], "ours": "Rounded."}, "(by Nobody. Rounded.)"),
        ({"meaning": "Above it there is pain."}, "(Above it there is pain.)"),
    ],
)
def test_a_threshold_names_what_carries_it(carried: dict[str, Any], words: str) -> None:
    needle = told("needle", PLANTAR, release=small_release(thresholds={"severity": {"4": carried}}))
    [threshold] = needle["thresholds"]
    assert threshold.items() >= carried.items()
    assert f"  threshold: Severity 4 {words}" in list(in_plain_words(needle))


@pytest.mark.parametrize(
    "when",
    [
        {"any": ["squeeze", "hop"]},
        {"all": ["squeeze", {"not": "hop"}]},
        {"at_least": {"n": 2, "of": ["squeeze", "hop", "bruise"]}},
    ],
)
@pytest.mark.parametrize("entries", [(HEEL_PAIN,), (HEEL_PAIN, SQUEEZE), (HEEL_PAIN, SQUEEZE, finding("hop"))])
def test_each_flip_turns_the_rule_and_no_part_of_it_does(when: Any, entries: tuple[Entry, ...]) -> None:
    release, decision = decided(*entries, release=with_rule(when))
    care = release.rule("care")
    now = care.when.truth(decision.facts) is Truth.TRUE
    flips = smallest_flips(release, decision.facts, care)
    assert flips

    def turns(answers: tuple[Any, ...]) -> bool:
        facts = dict(decision.facts)
        for answer in answers:
            facts[answer.name] = answer
        supposed = release.facts.complete({name: facts[name] for name in release.facts.readers})
        return (care.when.truth(supposed) is Truth.TRUE) is not now

    for flip in flips:
        assert turns(flip)
        assert not any(turns(part) for size in range(len(flip)) for part in combinations(flip, size))


def test_it_is_told_in_plain_words() -> None:
    lines = list(in_plain_words(told("fracture", PLANTAR)))
    assert lines[0] == "fracture -> stressFracture: not-due; its condition is unknown"
    assert "  not recorded, and would decide: Squeeze; Hop; Bruise" in lines
    held = list(in_plain_words(told("care", PLANTAR, SQUEEZE)))
    assert held[0].startswith("care -> coreCare: held-back (")
    assert any(line.startswith("  because: Place: plantar-medial [Observation/") for line in held)
    assert any(line.startswith("  source: ") for line in held)
    ordered = told("injection", hook="order-sign")
    assert any(line == "  because: Injection ordered: absent" for line in in_plain_words(ordered))
