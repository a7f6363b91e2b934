"""What rules and limits rest on: a source, consensus, or nothing."""

from __future__ import annotations

from typing import Any

from knowledge.coverage import coverage, coverage_problems, limits
from knowledge.release import Release
from tests.unit.knowledge.small_release import content, rule, small_release

OURS = {"ours": {**content()["evidence"]["nobody"], "unconfirmed": True}}
TIMED = {"hop": {**content()["facts"]["hop"], "stale_after_days": 90}}


def found(release: Release) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(limit.where, limit.says): limit.evidence for limit in limits(release)}


def test_thresholds_of_rules_and_of_facts_that_follow_rest_on_the_rules() -> None:
    assert found(small_release()) == {
        ("rules.needle", "severity min 4"): ("nobody",),
        ("facts.fracture-suspected", "at least 2 of 2"): ("nobody",),
        ("facts.under-16", "age below 16"): ("nobody",),
        ("facts.severity", "plausible [0, 10]"): (),
    }


def test_every_condition_of_a_rule_is_looked_through() -> None:
    age = {"number": {"fact": "age", "min": 16, "max": 65}}
    asked = {"at_least": {"n": 1, "of": [{"none": [age]}, {"recorded": "hop"}, {"unknown": "hop"}]}}
    told = rule(when={"all": ["heel-complaint", {"not": age}]}, asked_with=asked)
    says = [limit.says for limit in limits(small_release(rules={"told": told})) if limit.where == "rules.told"]
    assert says == ["age min 16", "age max 65", "at least 1 of 3", "age min 16", "age max 65"]


def test_a_fact_of_its_own_evidence_rests_on_that() -> None:
    own = {"under-16": {**content()["facts"]["under-16"], "evidence": ["ours"]}}
    assert found(small_release(facts=own, evidence=OURS))[("facts.under-16", "age below 16")] == ("ours",)
    unread = {"old": {"title": "Old", "kind": "presence", "when": {"number": {"fact": "age", "min": 65}}}}
    assert ("facts.old", "age min 65") not in found(small_release(facts=unread))


def test_limits_of_facts_rest_on_what_the_release_says_of_them_all() -> None:
    runs = {"title": "Runs", "kind": "number", "unit": "km"}
    runs |= {"activity": {"measure": "longest", "days": 30, "fewest": 3}}
    facts = {**TIMED, "runs": runs}
    told = found(small_release(facts=facts, evidence=OURS, about={"fact_limits": "ours"}))
    assert told[("facts.hop", "stale_after_days 90")] == ("ours",)
    assert told[("facts.runs", "days 30")] == told[("facts.runs", "fewest 3")] == ("ours",)


def test_the_counts_tell_source_consensus_and_nothing_apart() -> None:
    assert coverage(small_release()) == {
        "rules": {"all": 4, "cited": 4, "consensus": 0, "nothing": 0},
        "limits": {"all": 4, "cited": 3, "consensus": 0, "nothing": 1},
    }
    stated = small_release(evidence=OURS, about={"fact_limits": "ours"})
    assert coverage(stated)["limits"] == {"all": 4, "cited": 3, "consensus": 1, "nothing": 0}


def test_only_a_release_that_states_its_limits_is_held_to_it() -> None:
    assert coverage_problems(small_release()) == []
    assert coverage_problems(small_release(evidence=OURS, about={"fact_limits": "ours"})) == []


def test_what_rests_on_nothing_or_on_what_does_not_exist_is_told() -> None:
    bare: dict[str, Any] = {**TIMED["hop"], "evidence": []}
    told = coverage_problems(small_release(facts={"hop": bare}, evidence=OURS, about={"fact_limits": "ours"}))
    assert told == ["facts.hop: stale_after_days 90 rests on nothing"]
    missing = coverage_problems(small_release(about={"fact_limits": "gone"}))
    assert missing == ["facts.severity: 'gone' is not defined among the evidence"]
