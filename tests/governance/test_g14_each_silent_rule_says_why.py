"""G-14: every rule that was silent can be asked why: false, excluded, or unknown with the missing element named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cds_service.evaluate_file import evaluate_file
from cds_service.settings import Settings
from knowledge.cases import chart_of, instant_of
from knowledge.engine import evaluate
from knowledge.release import load_release
from knowledge.why import why
from tests.replaying import request_of

RELEASE = load_release()
NOT_SHOWN = {"told-by-another", "held-back", "elsewhere", "not-due"}


def explained(told: dict[str, Any]) -> bool:
    """Whether a silent rule names what stopped it."""
    match told["result"], told["outcome"]:
        case "not-due", "unknown":
            return bool(told["missing"]) or has_bounds_that_straddle(told["condition"])
        case "not-due", _:
            return told["condition"]["truth"] == "false"
        case _:
            return bool(told["reason"])


def has_bounds_that_straddle(node: dict[str, Any]) -> bool:
    """A number that is recorded, but not well enough to compare it: a range with the threshold inside."""
    here = "compared" in node and node["truth"] == "unknown" and node["state"] != "unknown"
    return here or any(has_bounds_that_straddle(member) for member in node.get("of", ()))


@pytest.mark.parametrize("name", ["child", "rupture-tests-missing", "steroid-order"])
def test_no_rule_is_silent_without_a_reason(name: str) -> None:
    content = json.dumps(request_of(name)).encode()
    at = datetime(2026, 11, 25, 10, tzinfo=UTC)
    [evaluation] = evaluate_file(content, Settings.from_env({}), RELEASE, None, at)
    for rule in RELEASE.rules:
        told = why(RELEASE, evaluation.decision, rule.name)
        if told["result"] != "shown":
            assert told["result"] in NOT_SHOWN
            assert explained(told), told


def test_each_rule_is_false_for_want_of_something_or_held_back_in_some_case_and_says_so() -> None:
    silent: dict[str, set[str]] = {rule.name: set() for rule in RELEASE.rules}
    held = set()
    for case in RELEASE.content["cases"]:
        decision = evaluate(RELEASE, chart_of(case, RELEASE), case["hook"], instant_of(case["at"]))
        for name, outcome in decision.outcomes.items():
            if outcome.value not in {"true", *silent[name]}:
                silent[name].add(outcome.value)
                assert explained(why(RELEASE, decision, name))
        for withheld in decision.withheld:
            if withheld.rule not in held:
                told = why(RELEASE, decision, withheld.rule)
                assert (told["result"], told["reason"]) == ("held-back", withheld.reason)
                held.add(withheld.rule)
    assert all(silent.values())
    assert len(held) > 20
