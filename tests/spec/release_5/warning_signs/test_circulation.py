"""Acute and chronic limb-threatening ischaemia (R06)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit
from tests.spec.release_5.harmless import HARMLESS_CARE

TOPIC = "limbIschaemia"
HEEL = {"pain-location": "plantar-medial"}
COLD = {**HEEL, "cold-pulseless-foot": True}
ARTERIES: dict[str, Any] = {"conditions": ["peripheral-arterial-disease"]}


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "problem-list-item-create"])
def test_a_cold_or_pulseless_foot_is_critical(hook: str) -> None:
    assert visit(hook, findings=COLD).about(TOPIC).indicator == "critical"


def test_a_warm_foot_with_pulses_is_not() -> None:
    assert TOPIC not in visit(findings={**HEEL, "cold-pulseless-foot": False}).advice


def test_a_foot_that_nobody_felt_is_asked_for() -> None:
    assert "cold-pulseless-foot" in visit(findings=HEEL).asked


@pytest.mark.parametrize("sign", ["neuropathic-symptoms", "foot-motor-weakness"])
def test_a_foot_newly_numb_or_weak_with_arterial_disease_is_critical(sign: str) -> None:
    newly = {**HEEL, sign: True, "symptom-duration": 2}
    assert visit(findings=newly, **ARTERIES).about(TOPIC).indicator == "critical"
    assert TOPIC not in visit(findings=newly).advice
    assert TOPIC not in visit(findings={**newly, "symptom-duration": 3}, **ARTERIES).advice


def test_how_long_a_numb_foot_has_been_so_is_asked_for_in_arterial_disease() -> None:
    seen = visit(findings={**HEEL, "neuropathic-symptoms": True}, **ARTERIES)
    assert TOPIC not in seen.advice
    assert "symptom-duration" in seen.asked


@pytest.mark.parametrize("sign", ["rest-pain", "night-pain", "skin-break"])
def test_rest_pain_or_tissue_loss_over_two_weeks_with_arterial_disease_is_the_chronic_form(sign: str) -> None:
    long = {**HEEL, sign: True, "symptom-duration": 2.5}
    assert visit(findings=long, **ARTERIES).about(TOPIC).indicator == "warning"
    assert TOPIC not in visit(findings={**long, "symptom-duration": 2}, **ARTERIES).advice
    assert TOPIC not in visit(findings=long).advice


@pytest.mark.parametrize(
    "suspected",
    [
        {"conditions": [{"concept": "peripheral-arterial-disease", "standing": "possible"}]},
        {"findings": {"ankle-brachial-index": 0.7}},
    ],
)
def test_suspected_arterial_disease_counts(suspected: dict[str, Any]) -> None:
    findings = {**HEEL, "rest-pain": True, "symptom-duration": 10, **suspected.get("findings", {})}
    assert TOPIC in visit(findings=findings, conditions=suspected.get("conditions", ["heel-pain"])).advice


def test_rest_pain_called_arterial_is_a_warning_by_itself() -> None:
    assert visit(findings={**HEEL, "vascular-rest-pain": True}).about(TOPIC).indicator == "warning"


def test_a_cold_foot_beside_months_of_rest_pain_is_the_chronic_form() -> None:
    seen = visit(findings={**COLD, "vascular-rest-pain": True, "symptom-duration": 12}, **ARTERIES)
    assert seen.about(TOPIC).indicator == "warning"


def test_no_harmless_care_stands_beside_it() -> None:
    seen = visit(findings={**COLD, "first-step-pain": True, "medial-tubercle-tenderness": True})
    assert not seen.advice & HARMLESS_CARE
