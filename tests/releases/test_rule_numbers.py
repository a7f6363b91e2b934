"""Every numbered rule of the evidence document is in the release, under the topics the contract gives it."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from tests.releases.drafted import drafts
from tests.shared_material import shared

FIRST_RELEASE_ONLY = {"weeklyLoadRule"}


def contract() -> Iterator[tuple[str, str]]:
    """Topic and number of the rule behind it."""
    with shared("contract/recommendations.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["topic"] not in FIRST_RELEASE_ONLY]
    yield from ((row["topic"], row["rule"]) for row in rows)


def test_every_topic_of_the_contract_is_given_by_the_rules_of_its_number() -> None:
    authored = {(rule["topic"], rule["source_rule"]) for rule in drafts()["rules"].values()}
    assert authored == set(contract())


def test_all_44_rules_are_there() -> None:
    numbers = {rule["source_rule"] for rule in drafts()["rules"].values()}
    assert {f"R{number:02}" for number in range(1, 45)} <= numbers


def test_what_no_clinician_has_confirmed_is_graded_as_expert_opinion() -> None:
    awaiting = [evidence for evidence in drafts()["evidence"].values() if evidence.get("unconfirmed")]
    assert awaiting
    assert {evidence["grade"] for evidence in awaiting} == {"expert"}
