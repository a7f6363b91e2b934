"""The worked cases leave no rule untried: each has a patient for whom it speaks, and one whom it lets pass."""

from __future__ import annotations

from functools import cache

from knowledge.cases import chart_of, instant_of
from knowledge.decision import Decision
from knowledge.engine import evaluate
from knowledge.truth import Truth
from tests.releases.drafted import release as drafts


@cache
def decisions() -> list[Decision]:
    release = drafts()
    return [
        evaluate(release, chart_of(case, release), case["hook"], instant_of(case["at"]))
        for case in release.content["cases"]
    ]


def let_pass() -> set[str]:
    """The rules that came out other than true for a patient of whom something that they look at is known."""
    release = drafts()
    read = {rule.name: release.facts.all_beneath(rule.when.reads) for rule in release.rules}
    found = set()
    drafted = {name for name, fact in release.content["facts"].items() if "draft" in fact}
    for decision in decisions():
        # Of what is not among the orders it is known that it is not being ordered.
        ordering = drafted if decision.hook.startswith("order-") else set()
        told = ordering | {name for name in release.facts.readers if decision.facts[name].evidence}
        for name, outcome in decision.outcomes.items():
            if (
                outcome is not Truth.TRUE
                and decision.hook in release.rule(name).hooks
                and not told.isdisjoint(read[name])
            ):
                found.add(name)
    return found


def test_each_rule_speaks_in_some_case() -> None:
    shown = {recommended.rule for decision in decisions() for recommended in decision.recommended}
    assert {rule.name for rule in drafts().rules} <= shown


def test_each_rule_lets_some_patient_of_the_cases_pass() -> None:
    assert {rule.name for rule in drafts().rules} <= let_pass()


def test_there_are_enough_cases() -> None:
    assert len(drafts().content["cases"]) >= 120
