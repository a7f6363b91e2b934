"""A score of the squeeze is a squeeze that was done (R09, R13), and a fracture of the foot at a painful heel."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

FRACTURE, SQUEEZE, RETURN = "calcanealStressFracture", "calcanealSqueezeNeeded", "returnToRunNotMet"
RISING = {"pain-location": "plantar-central", "worse-through-run": True}


@pytest.mark.parametrize(
    ("told", "suspected"),
    [
        ({"squeeze-pain-score": 1}, True),
        ({"squeeze-pain-score": 0}, False),
        ({"squeeze-pain-score": 0, "calcaneal-squeeze-test": True}, True),
        ({"squeeze-pain-score": 4, "calcaneal-squeeze-test": "equivocal"}, True),
        ({}, False),
    ],
)
def test_pain_on_the_squeeze_is_a_positive_squeeze(told: dict[str, Any], suspected: bool) -> None:
    assert (FRACTURE in visit(findings={**RISING, **told}).advice) is suspected


@pytest.mark.parametrize("score", [0, 3])
def test_a_squeeze_that_was_scored_is_not_asked_for(score: int) -> None:
    assert SQUEEZE not in visit(findings={**RISING, "squeeze-pain-score": score}).advice
    assert SQUEEZE in visit(findings=RISING).advice


FOOT_PAIN = ["foot-stress-fracture", "heel-pain"]


@pytest.mark.parametrize(
    "told",
    [
        {"conditions": [{"concept": "foot-stress-fracture", "began": "2026-11-01"}, "heel-pain"]},
        {"conditions": FOOT_PAIN, "findings": {"squeeze-pain-score": 2}},
        {"conditions": FOOT_PAIN, "findings": {"walking-pain-score": 1}},
        {"conditions": ["foot-stress-fracture"], "findings": {"pain-location": "calcaneal-walls", "hop-pain": True}},
        {"findings": {"heel-radiograph-result": "fracture", "pain-location": "calcaneal-walls"}},
        {"findings": {"heel-mri-result": "fracture", "pain-location": "calcaneal-walls"}},
    ],
)
def test_a_fresh_or_painful_stress_fracture_at_the_heel_waits_with_running(told: dict[str, Any]) -> None:
    assert RETURN in visit(**told).advice


@pytest.mark.parametrize(
    "told",
    [
        {"conditions": [{"concept": "foot-stress-fracture", "began": "2026-11-01"}]},
        {"conditions": [{"concept": "foot-stress-fracture", "began": "2026-08-01"}, "heel-pain"]},
        {"conditions": FOOT_PAIN},
    ],
)
def test_elsewhere_long_ago_or_undated_without_pain_it_is_silent(told: dict[str, Any]) -> None:
    assert RETURN not in visit(**told).advice


def test_a_fracture_pictured_long_ago_does_not_count_as_fresh() -> None:
    seen = visit(weeks_ago=(10, {"heel-radiograph-result": "fracture"}), findings={"pain-location": "calcaneal-walls"})
    assert RETURN not in seen.advice
