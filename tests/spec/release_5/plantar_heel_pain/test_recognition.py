"""How plantar heel pain is recognised (R22): by place, first-step pain and a tender tubercle, or by diagnosis."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

CARE = "plantarCoreCare"
TYPICAL: dict[str, Any] = {
    "pain-location": "plantar-medial",
    "first-step-pain": True,
    "medial-tubercle-tenderness": True,
}


def _without(finding: str) -> dict[str, Any]:
    return {name: value for name, value in TYPICAL.items() if name != finding}


def test_first_step_pain_at_a_tender_inner_heel_is_plantar_heel_pain() -> None:
    seen = visit(findings=TYPICAL)
    assert CARE in seen.advice
    assert not seen.advice & {"achillesMidportionCare", "achillesInsertionalCare", "fatPadCare"}


def test_pain_that_eases_and_aches_again_afterwards_is_start_up_pain_too() -> None:
    ache = {"eases-with-activity": True, "dull-ache-after-activity": True}
    assert CARE in visit(findings={**_without("first-step-pain"), **ache}).advice


def test_a_painless_tubercle_speaks_against_it() -> None:
    assert CARE not in visit(findings={**TYPICAL, "medial-tubercle-tenderness": False, "windlass-test": False}).advice


def test_an_unexamined_tubercle_is_asked_about() -> None:
    seen = visit(findings=_without("medial-tubercle-tenderness"))
    assert CARE not in seen.advice
    assert "medial-tubercle-tenderness" in seen.asked


def test_a_positive_windlass_test_rules_it_in_and_a_negative_one_not_out() -> None:
    assert CARE in visit(findings={**_without("medial-tubercle-tenderness"), "windlass-test": True}).advice
    assert CARE in visit(findings={**TYPICAL, "windlass-test": False}).advice


def test_no_first_step_pain_speaks_against_it() -> None:
    assert CARE not in visit(findings={**TYPICAL, "first-step-pain": False, "eases-with-activity": False}).advice


def test_first_step_pain_nobody_asked_about_is_asked() -> None:
    seen = visit(findings=_without("first-step-pain"))
    assert CARE not in seen.advice
    assert "first-step-pain" in seen.asked


def test_first_step_pain_at_the_back_of_the_heel_is_not_plantar() -> None:
    assert CARE not in visit(findings={"pain-location": "posterior", "first-step-pain": True}).advice


def test_burning_or_numbness_points_elsewhere() -> None:
    assert CARE not in visit(findings={**TYPICAL, "neuropathic-symptoms": True}).advice


@pytest.mark.parametrize("sign", ["night-pain", "rest-pain", "sudden-pop"])
def test_pain_at_night_or_rest_or_after_a_pop_is_no_plain_plantar_heel_pain(sign: str) -> None:
    seen = visit(findings={**TYPICAL, sign: True})
    assert CARE not in seen.advice
    assert CARE in seen.held_back


def test_a_recorded_diagnosis_is_believed() -> None:
    assert CARE in visit("problem-list-item-create", conditions=["plantar-fasciitis"]).advice


def test_ledderhose_disease_is_not_plantar_fasciitis() -> None:
    assert CARE not in visit(conditions=["plantar-fasciitis", "plantar-fibromatosis"]).advice


def test_a_suspected_stress_fracture_closes_it() -> None:
    assert CARE in visit(findings={**TYPICAL, "calcaneal-squeeze-test": True}).held_back
