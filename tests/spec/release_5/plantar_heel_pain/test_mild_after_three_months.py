"""Plantar heel pain that lasts and is mild, and heel pain beside arterial disease: neither ends in silence."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

LASTING = {"symptom-duration": 14, "core-care-duration": 8}


def _after(**found: Any) -> frozenset[str]:
    told = {name.replace("_", "-"): value for name, value in found.items()}
    return visit(conditions=["plantar-fasciitis"], findings={**LASTING, **told}).advice


@pytest.mark.parametrize("pain", [0, 2, 3.9])
def test_mild_pain_after_three_months_goes_on_with_core_care(pain: float) -> None:
    shown = _after(pain_severity=pain)
    assert "plantarCoreCare" in shown
    assert "plantarAdjuncts" not in shown


def test_pain_of_four_is_given_more_and_pain_that_nobody_scored_goes_to_physiotherapy() -> None:
    assert "plantarCoreCare" not in _after(pain_severity=4)
    assert "plantarAdjuncts" in _after(pain_severity=4)
    assert "plantarCoreCare" not in _after()
    assert "plantarPhysiotherapy" in _after()


def test_mild_pain_with_core_care_left_out_goes_to_physiotherapy() -> None:
    shown = _after(pain_severity=2, core_care_duration=1)
    assert "plantarPhysiotherapy" in shown
    assert "plantarCoreCare" not in shown


def _scored(now: float, earlier: float, date: str) -> frozenset[str]:
    old = {"system": "heel-findings", "code": "pain-severity", "value": earlier, "unit": "{score}", "date": date}
    return visit(
        conditions=["plantar-fasciitis"], findings={**LASTING, "pain-severity": now}, observations=[old]
    ).advice


@pytest.mark.parametrize(("earlier", "now"), [(4, 3), (2.5, 2), (3, 3.5), (3, 3)])
def test_mild_pain_that_hardly_changed_in_twelve_weeks_is_given_more(earlier: float, now: float) -> None:
    shown = _scored(now, earlier, "2026-08-01")
    assert "plantarAdjuncts" in shown
    assert "plantarCoreCare" not in shown


@pytest.mark.parametrize(("earlier", "now"), [(5, 3), (4, 2.8), (2, 0), (9, 3.9)])
def test_a_fall_by_two_points_or_30_percent_is_an_improvement(earlier: float, now: float) -> None:
    shown = _scored(now, earlier, "2026-08-01")
    assert "plantarCoreCare" in shown
    assert "plantarAdjuncts" not in shown


def test_a_score_of_eight_weeks_ago_says_nothing_of_twelve() -> None:
    assert "plantarCoreCare" in _scored(3, 3, "2026-10-01")


ARTERIES = ["heel-pain", "peripheral-arterial-disease"]
SAFE_LIMB = {"cold-pulseless-foot": False, "vascular-rest-pain": False, "rest-pain": False, "skin-break": False}


@pytest.mark.parametrize("found", [{}, SAFE_LIMB])
def test_heel_pain_with_arterial_disease_and_a_safe_limb_is_told_to_look_at_the_circulation(found: Any) -> None:
    seen = visit(conditions=ARTERIES, findings=found)
    assert seen.about("seekCare").rule == "seek-care-arterial-disease"
    assert "homeCare" not in seen.advice


def test_a_limb_in_danger_is_said_by_its_own_card() -> None:
    seen = visit(conditions=ARTERIES, findings={"cold-pulseless-foot": True})
    assert "limbIschaemia" in seen.advice
    assert "seekCare" not in seen.advice


def test_without_arterial_disease_nothing_is_said_of_the_circulation() -> None:
    assert "seekCare" not in visit(conditions=["heel-pain"]).advice
