"""Possible tumour or bone lesion (R15)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import CHILD, visit
from tests.spec.release_5.harmless import HARMLESS_CARE

TOPIC = "boneLesionSuspected"
HEEL = {"pain-location": "plantar-medial"}


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start"])
@pytest.mark.parametrize("pain", ["night-pain", "rest-pain"])
@pytest.mark.parametrize(
    "second",
    [
        {"findings": {"weight-loss": True}},
        {"conditions": ["active-cancer"]},
        {"conditions": [{"concept": "active-cancer", "standing": "past"}]},
        {"findings": {"symptom-duration": 13}},
        {"findings": {"core-care-duration": 13}},
        {"findings": {"calcaneal-wall-tenderness": True, "worsening-pain": True}},
        {"findings": {"pressure-sensitivity": True, "symptom-duration": 6}},
    ],
)
def test_night_or_rest_pain_with_a_second_feature(hook: str, pain: str, second: dict[str, Any]) -> None:
    findings = {**HEEL, pain: True, **second.get("findings", {})}
    seen = visit(hook, findings=findings, conditions=second.get("conditions", ["heel-pain"]))
    assert seen.about(TOPIC).indicator == "warning"


def test_night_pain_for_twelve_weeks_alone_is_looked_at_but_not_called_a_lesion() -> None:
    seen = visit(findings={**HEEL, "night-pain": True, "symptom-duration": 12})
    assert TOPIC not in seen.advice
    assert "seekCare" in seen.advice


def test_weight_loss_that_nobody_asked_for_is_a_question_beside_night_pain() -> None:
    assert "weight-loss" in visit(findings={**HEEL, "night-pain": True}).asked


def test_weight_loss_without_night_or_rest_pain_is_not_enough() -> None:
    assert TOPIC not in visit(findings={**HEEL, "weight-loss": True, "night-pain": False, "rest-pain": False}).advice


def test_a_mass_alone_is_enough() -> None:
    assert TOPIC in visit(findings={**HEEL, "palpable-mass": True}).advice


@pytest.mark.parametrize(
    "pattern", [{"pain-location": "calcaneal-walls"}, {"first-step-pain": False, "eases-with-activity": False}]
)
def test_a_pattern_that_fits_nothing_counts_after_three_months(pattern: dict[str, Any]) -> None:
    assert TOPIC in visit(findings={**HEEL, **pattern, "symptom-duration": 13}).advice
    assert TOPIC not in visit(findings={**HEEL, **pattern, "symptom-duration": 12}).advice


@pytest.mark.parametrize("picture", ["heel-radiograph-result", "heel-mri-result"])
def test_a_lesion_on_a_picture_is_enough(picture: str) -> None:
    assert TOPIC in visit(findings={**HEEL, picture: "lesion"}).advice


def test_first_step_pain_that_lasts_is_not_called_a_lesion() -> None:
    assert TOPIC not in visit(findings={**HEEL, "first-step-pain": True, "symptom-duration": 40}).advice


def test_no_harmless_care_stands_beside_it() -> None:
    assert not visit(conditions=["plantar-fasciitis"], findings={"palpable-mass": True}).advice & HARMLESS_CARE


def test_in_a_child_it_is_a_matter_of_paediatrics() -> None:
    seen = visit(born=CHILD, findings={**HEEL, "palpable-mass": True})
    assert seen.held_back[TOPIC] == "under-16"
    assert "childRedFlag" in seen.advice
