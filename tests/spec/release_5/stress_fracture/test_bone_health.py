"""A stress fracture is confirmed: why did the bone give way (R11)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import CHILD, visit

TOPIC = "boneHealthReview"
HEEL = {"pain-location": "plantar-medial"}


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start"])
def test_a_stress_fracture_of_the_heel_bone_on_record(hook: str) -> None:
    assert visit(hook, conditions=["calcaneal-stress-fracture"]).about(TOPIC).indicator == "warning"


@pytest.mark.parametrize(
    "told",
    [
        {"conditions": ["stress-fracture-follow-up"]},
        {"conditions": [{"concept": "stress-fracture", "standing": "past"}]},
        {"findings": {"heel-radiograph-result": "fracture"}},
        {"findings": {"heel-mri-result": "fracture"}},
    ],
)
def test_an_earlier_one_or_one_on_a_picture_counts(told: dict[str, Any]) -> None:
    seen = visit(conditions=told.get("conditions", ["heel-pain"]), findings={**HEEL, **told.get("findings", {})})
    assert TOPIC in seen.advice


def test_a_suspected_one_is_imaged_first() -> None:
    seen = visit(findings={**HEEL, "calcaneal-squeeze-test": True})
    assert TOPIC not in seen.advice
    assert "heel-radiograph-result" in seen.asked


def test_a_fracture_by_violence_is_not_a_stress_fracture() -> None:
    seen = visit(conditions=["calcaneal-fracture"], findings={"heel-radiograph-result": "fracture"})
    assert TOPIC not in seen.advice


def test_without_a_heel_complaint_an_old_stress_fracture_is_not_mentioned() -> None:
    assert not visit(conditions=[{"concept": "stress-fracture", "standing": "past"}]).advice


def test_under_16_it_is_held_back() -> None:
    assert visit(born=CHILD, conditions=["calcaneal-stress-fracture"]).held_back[TOPIC] == "under-16"
