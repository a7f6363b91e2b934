"""How plantar fasciitis is told from other causes: by place and by timing."""

from __future__ import annotations

import pytest

from tests.spec.release_1.clinic import visit

CARE = "plantarCoreCare"
TENDON = {"achillesMidportionCare", "achillesInsertionalCare"}


@pytest.mark.parametrize(
    "place",
    [
        {"pain-location": "plantar-medial"},
        {"pain-location": "plantar-central"},
        {"medial-tubercle-tenderness": True},
        {"windlass-test": True},
    ],
)
@pytest.mark.parametrize(
    "timing", [{"first-step-pain": True}, {"eases-with-activity": True, "dull-ache-after-activity": True}]
)
def test_pain_under_the_heel_on_the_first_steps_is_plantar_heel_pain(
    place: dict[str, object], timing: dict[str, object]
) -> None:
    seen = visit(findings={**place, **timing})
    assert CARE in seen.advice
    assert not seen.advice & TENDON


def test_place_without_timing_is_not_enough_and_the_timing_is_asked() -> None:
    seen = visit(findings={"pain-location": "plantar-medial"})
    assert CARE not in seen.advice
    assert "first-step-pain" in seen.asked


def test_timing_without_place_is_not_enough_and_the_place_is_asked() -> None:
    seen = visit(findings={"first-step-pain": True})
    assert CARE not in seen.advice
    assert "pain-location" in seen.asked


def test_first_step_pain_at_the_back_of_the_heel_is_not_plantar() -> None:
    seen = visit(findings={"pain-location": "posterior", "first-step-pain": True})
    assert CARE not in seen.advice
    assert "achillesInsertionalCare" in seen.advice


def test_a_negative_windlass_test_does_not_rule_plantar_heel_pain_out() -> None:
    findings = {"pain-location": "plantar-medial", "first-step-pain": True, "windlass-test": False}
    assert CARE in visit(findings=findings).advice


def test_pain_that_only_eases_is_not_enough_without_the_ache_afterwards() -> None:
    findings = {"pain-location": "plantar-medial", "eases-with-activity": True, "dull-ache-after-activity": False}
    assert CARE not in visit(findings=findings).advice


def test_burning_or_numbness_points_elsewhere() -> None:
    findings = {"pain-location": "plantar-medial", "first-step-pain": True, "neuropathic-symptoms": True}
    seen = visit(findings=findings)
    assert CARE not in seen.advice
    assert "seekCare" in seen.advice


def test_a_recorded_diagnosis_is_believed() -> None:
    assert CARE in visit("problem-list-item-create", conditions=["plantar-fasciitis"]).advice


def test_ledderhose_disease_is_not_plantar_fasciitis() -> None:
    assert CARE not in visit(conditions=["plantar-fasciitis", "plantar-fibromatosis"]).advice


def test_two_painful_places_get_care_for_both() -> None:
    findings = {"pain-location": ["plantar-medial", "achilles-midportion"], "first-step-pain": True}
    assert {CARE, "achillesMidportionCare"} <= visit(findings=findings).advice
