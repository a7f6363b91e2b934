"""A decision in plain sight."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from knowledge.chart import Chart, Coding
from knowledge.decision import Interval
from knowledge.engine import evaluate
from knowledge.explain import as_lines, explain, spelled
from tests.unit.knowledge.charts import NOW, amount, condition, day, finding
from tests.unit.knowledge.small_release import small_release

RELEASE = small_release()
CHART = Chart(
    (
        condition("1", reference="Condition/pain", began=day("2026-10-01")),
        condition(text="heel pain", reference="Condition/undated", noted=None),
        finding("place", [Coding("heel-pain-location", "plantar-medial")]),
        finding("squeeze", True),
        finding("hop", False),
        finding("severity", amount(8)),
    ),
    birth=day("1980-05-01"),
)
DECISION = evaluate(RELEASE, CHART, "patient-view", NOW)


def test_every_fact_is_told_with_its_state_and_evidence() -> None:
    facts = {fact["name"]: fact for fact in explain(DECISION, RELEASE)["facts"]}
    assert set(facts) == set(RELEASE.content["facts"])
    states = {name: fact["state"] for name, fact in facts.items()}
    assert states["squeeze"] == "present"
    assert states["hop"] == "absent"
    assert states["bruise"] == "unknown"
    assert states["age"] == "46 a"
    assert states["severity"] == "8 {score}"
    assert states["place"] == "plantar-medial"
    assert "evidence" not in facts["bruise"]
    assert facts["heel-pain-recorded"]["evidence"] == [
        {"reference": "Condition/pain", "method": "code", "date": "2026-10-01", "system": "snomed", "code": "1"},
        {"reference": "Condition/undated", "method": "text"},
    ]
    resting_on = {item["reference"] for item in facts["heel-complaint"]["evidence"]}
    assert resting_on == {"Condition/pain", "Condition/undated", "Observation/place"}


def test_every_rule_is_told_with_its_outcome() -> None:
    rules = {rule["name"]: rule for rule in explain(DECISION, RELEASE)["rules"]}
    assert rules["fracture"] == {
        "name": "fracture",
        "topic": "stressFracture",
        "outcome": "true",
        "on_this_hook": True,
    }
    assert rules["injection"]["on_this_hook"] is False


def test_what_came_of_it_is_told() -> None:
    explanation = explain(DECISION, RELEASE)
    assert explanation["at"] == "2026-11-22T10:00:00+00:00"
    assert explanation["hook"] == "patient-view"
    assert explanation["recommended"] == ["stressFracture"]
    assert explanation["withheld"] == [
        {"topic": "coreCare", "rule": "care", "reason": "fracture-open"},
        {"topic": "needling", "rule": "needle", "reason": "anticoagulated"},
    ]
    assert (explanation["unknown"], explanation["failed"]) == ([], [])


def test_a_terminal_shows_known_facts_first_then_rules_then_what_came_of_it() -> None:
    lines = list(as_lines(explain(DECISION, RELEASE)))
    assert lines[0] == "Facts"
    pain = "Condition/pain 2026-10-01 by code; Condition/undated by text"
    assert f"  heel-pain-recorded: present  [{pain}]" in lines
    assert lines.index("  hop: absent  [Observation/hop 2026-11-22 by code]") < lines.index("  bruise: unknown")
    assert lines.index("  bruise: unknown") < lines.index("Rules") < lines.index("  fracture: true -> stressFracture")
    assert "  injection: false -> injectionCaution (not on this hook)" in lines
    assert lines[-2:] == ["Withheld: coreCare (fracture-open)", "Withheld: needling (anticoagulated)"]


def test_a_terminal_shows_what_would_change_the_advice_and_what_failed() -> None:
    decision = evaluate(RELEASE, Chart(CHART.entries[2:3]), "patient-view", NOW)
    lines = list(as_lines(explain(replace(decision, failed=("care",)), RELEASE)))
    assert "Would change the advice if known: squeeze" in lines
    assert lines[-1] == "FAILED: rule care could not be evaluated; see the service log"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (Interval(Decimal(6), Decimal(6)), "6"),
        (Interval(Decimal("6.04"), Decimal("6.04")), "6"),
        (Interval(Decimal("29.96"), Decimal("29.96")), "29.96"),
        (Interval(Decimal("18.46"), Decimal("18.46")), "18.46"),
        (Interval(Decimal("0.59"), Decimal("0.59")), "0.59"),
        (Interval(Decimal("37.9999999"), Decimal("37.9999999")), "38"),
        (Interval(Decimal("6.25"), Decimal("6.25")), "6.2"),
        (Interval(Decimal(100), Decimal(100)), "100"),
        (Interval(Decimal(5), Decimal(6)), "5 to 6"),
        (Interval(Decimal(60), None, low_open=True), "over 60"),
        (Interval(Decimal(60), None), "at least 60"),
        (Interval(None, Decimal(15), high_open=True), "under 15"),
        (Interval(None, Decimal(15)), "at most 15"),
        (Interval(None, None), "unknown"),
    ],
)
def test_a_number_within_bounds_is_spelled(number: Interval, words: str) -> None:
    assert spelled(number) == words
