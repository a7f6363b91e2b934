"""Suspected infection of heel or joint (R03)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit
from tests.spec.release_5.harmless import HARMLESS_CARE

TOPIC = "heelInfection"
HEEL = {"pain-location": "posterior"}
HOT = {"heel-warmth": True}
SWOLLEN = {"heel-swelling": True}
RED = {"heel-erythema": True}


def temperature(degrees: float) -> list[dict[str, Any]]:
    return [{"system": "loinc", "code": "8310-5", "value": degrees, "unit": "Cel"}]


def crp(milligrams: float) -> list[dict[str, Any]]:
    return [{"system": "loinc", "code": "1988-5", "value": milligrams, "unit": "mg/L"}]


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "problem-list-item-create"])
def test_heel_pain_with_a_temperature_of_38_is_an_infection_until_seen(hook: str) -> None:
    assert visit(hook, findings=HEEL, observations=temperature(38.0)).about(TOPIC).indicator == "critical"


def test_a_temperature_of_37_9_is_none() -> None:
    assert TOPIC not in visit(findings=HEEL, observations=temperature(37.9)).advice


def test_a_fever_without_a_heel_complaint_is_none_of_our_business() -> None:
    assert not visit(observations=temperature(39.5)).advice


def test_a_hot_red_and_swollen_heel_needs_no_fever() -> None:
    assert TOPIC in visit(findings={**HEEL, **HOT, **RED, **SWOLLEN}, observations=temperature(36.8)).advice


@pytest.mark.parametrize("missing", ["heel-warmth", "heel-erythema", "heel-swelling"])
def test_two_of_hot_red_and_swollen_are_not_all_three(missing: str) -> None:
    assert TOPIC not in visit(findings={**HEEL, **HOT, **RED, **SWOLLEN, missing: False}).advice


def test_redness_that_nobody_recorded_is_asked_for_in_a_hot_and_swollen_heel() -> None:
    seen = visit(findings={**HEEL, **HOT, **SWOLLEN})
    assert TOPIC not in seen.advice
    assert "heel-erythema" in seen.asked


def test_a_hot_swollen_joint_that_hardly_moves_is_septic_until_proven_otherwise() -> None:
    joint = {**HEEL, **HOT, **SWOLLEN, "joint-movement-restricted": True}
    assert TOPIC in visit(findings=joint, observations=temperature(36.8)).advice
    assert TOPIC not in visit(findings={**joint, "joint-movement-restricted": False}).advice
    assert "joint-movement-restricted" in visit(findings={**HEEL, **HOT, **SWOLLEN}).asked


@pytest.mark.parametrize("sign", [SWOLLEN, RED, {"severe-swelling": True}])
@pytest.mark.parametrize(
    "way_in",
    [
        {"findings": {"skin-break": True}},
        {"findings": {"heel-injection-recent": True}},
        {"procedures": [{"concept": "heel-injection", "date": "2026-10-20"}]},
        {"conditions": ["diabetes"]},
        {"conditions": ["immunosuppression"]},
        {"conditions": ["intravenous-drug-use"]},
        {"medications": ["methotrexate"]},
        {"medications": ["corticosteroid"]},
    ],
)
def test_swelling_or_redness_with_a_way_in_for_germs(sign: dict[str, bool], way_in: dict[str, Any]) -> None:
    told = {**way_in, "findings": {**HEEL, **sign, **way_in.get("findings", {})}}
    assert TOPIC in visit(**told).advice


def test_an_injection_of_eight_weeks_ago_is_no_way_in() -> None:
    seen = visit(findings={**HEEL, **SWOLLEN}, procedures=[{"concept": "heel-injection", "date": "2026-09-30"}])
    assert TOPIC not in seen.advice


def test_diabetes_without_swelling_or_redness_is_no_infection() -> None:
    assert TOPIC not in visit(conditions=["diabetes"], findings={**HEEL, "heel-swelling": False}).advice


def test_a_raised_crp_counts_only_with_pain_at_rest() -> None:
    assert TOPIC in visit(findings={**HEEL, "rest-pain": True}, observations=crp(24)).advice
    assert TOPIC not in visit(findings={**HEEL, "rest-pain": True}, observations=crp(10)).advice
    assert TOPIC not in visit(findings={**HEEL, "rest-pain": False}, observations=crp(24)).advice
    assert "rest-pain" in visit(findings=HEEL, observations=crp(24)).asked


def test_no_harmless_care_stands_beside_it() -> None:
    seen = visit(
        conditions=["heel-pain", "diabetes"], findings={**SWOLLEN, "first-step-pain": True, "pain-severity": 7}
    )
    assert not seen.advice & HARMLESS_CARE


def test_an_infection_that_has_its_own_card_is_not_said_twice() -> None:
    assert "seekCare" not in visit(findings={**HEEL, **HOT, **RED, **SWOLLEN}).advice
