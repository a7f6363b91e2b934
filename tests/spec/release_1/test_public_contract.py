"""What a caller may rely on: topics, hooks and urgency are those of the public contract."""

from __future__ import annotations

import csv

import pytest

from tests.shared_material import shared
from tests.spec.release_1.clinic import knowledge

SHORT = {
    "patient-view": "PV",
    "encounter-start": "ES",
    "encounter-discharge": "ED",
    "problem-list-item-create": "PL",
    "appointment-book": "AB",
    "order-select": "OS",
    "order-sign": "OG",
}


@pytest.fixture(scope="module")
def contract() -> dict[str, dict[str, str]]:
    with shared("contract/recommendations.csv").open(encoding="utf-8") as file:
        return {row["topic"]: row for row in csv.DictReader(file)}


def test_every_recommendation_is_one_of_the_public_contract(contract: dict[str, dict[str, str]]) -> None:
    assert set(knowledge().content["recommendations"]) <= set(contract)


def test_the_rules_of_a_topic_speak_on_its_hooks(contract: dict[str, dict[str, str]]) -> None:
    spoken: dict[str, set[str]] = {}
    for rule in knowledge().rules:
        spoken.setdefault(rule.topic, set()).update(SHORT[hook] for hook in rule.hooks)
    assert spoken == {topic: set(contract[topic]["hooks"].split()) for topic in spoken}


def test_every_rule_is_as_urgent_as_its_topic_may_be(contract: dict[str, dict[str, str]]) -> None:
    for rule in knowledge().rules:
        assert rule.indicator in contract[rule.topic]["indicator"].split("|"), rule.name


def test_every_recommendation_has_a_rule_and_every_action_a_recommendation() -> None:
    content = knowledge().content
    assert {rule.topic for rule in knowledge().rules} == set(content["recommendations"])
    offered = {name for one in content["recommendations"].values() for name in one.get("actions", ())}
    assert offered == set(content["actions"])


def test_every_evidence_is_cited_and_every_override_reason_offered() -> None:
    content = knowledge().content
    cited = {name for rule in content["rules"].values() for name in rule["evidence"]}
    assert cited | {one["evidence"] for one in content["recommendations"].values()} == set(content["evidence"])
    offered = {name for one in content["recommendations"].values() for name in one["override_reasons"]}
    assert offered == set(content["override_reasons"])
