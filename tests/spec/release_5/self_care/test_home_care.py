"""Relative rest, ice and compression."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

TOPIC = "homeCare"


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "problem-list-item-create", "encounter-discharge"])
def test_fresh_heel_pain_is_given_home_care(hook: str) -> None:
    assert TOPIC in visit(hook, conditions=["heel-pain"], findings={"symptom-duration": 1}).advice


def test_after_six_weeks_it_is_no_longer_first_aid() -> None:
    assert TOPIC in visit(conditions=["heel-pain"], findings={"symptom-duration": 6}).advice
    assert TOPIC not in visit(conditions=["heel-pain"], findings={"symptom-duration": 6.1}).advice


@pytest.mark.parametrize(
    "told",
    [
        {"findings": {"protective-sensation-lost": True}},
        {"conditions": ["peripheral-neuropathy"]},
        {"conditions": ["peripheral-arterial-disease"]},
        {"conditions": ["raynaud"]},
        {"findings": {"ankle-brachial-index": 0.79}},
    ],
)
def test_no_ice_or_compression_on_a_foot_that_cannot_bear_them(told: dict[str, Any]) -> None:
    seen = visit(conditions=["heel-pain", *told.get("conditions", [])], findings=told.get("findings", {}))
    assert seen.held_back[TOPIC] == "ice-or-compression-unsafe"


def test_a_foot_with_intact_sensation_and_circulation_may_be_cooled() -> None:
    findings = {"protective-sensation-lost": False, "cold-pulseless-foot": False, "ankle-brachial-index": 1.0}
    assert TOPIC in visit(conditions=["heel-pain", "diabetes"], findings=findings).advice


def test_a_cold_pulseless_foot_is_not_cooled_but_seen() -> None:
    seen = visit(conditions=["heel-pain"], findings={"cold-pulseless-foot": True})
    assert TOPIC not in seen.advice
    assert "limbIschaemia" in seen.advice


def test_in_diabetes_sensation_is_tested_before_ice() -> None:
    seen = visit(conditions=["heel-pain", "diabetes"])
    assert seen.held_back[TOPIC] == "sensation-untested"
    assert "protective-sensation-lost" in seen.asked


def test_home_care_after_an_unknown_time_is_given_and_the_time_asked() -> None:
    seen = visit(conditions=["heel-pain"])
    assert TOPIC in seen.advice
    assert "symptom-duration" in seen.asked
