"""Suspected stress fracture of the heel bone (R09)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import CHILD, visit
from tests.spec.release_5.harmless import HARMLESS_CARE

TOPIC = "calcanealStressFracture"
WALLS = {"pain-location": "calcaneal-walls"}
PATTERN = {**WALLS, "eases-with-activity": False, "hop-pain": True}
RISK = {"reds-concern": True}


def test_a_painful_calcaneal_squeeze_alone_is_a_suspected_stress_fracture() -> None:
    assert visit(findings={**WALLS, "calcaneal-squeeze-test": True}).about(TOPIC).indicator == "warning"


def test_a_painful_squeeze_needs_no_other_complaint() -> None:
    assert TOPIC in visit(findings={"calcaneal-squeeze-test": True}).advice


@pytest.mark.parametrize("result", [False, "equivocal"])
def test_a_squeeze_that_is_negative_or_unclear_is_not_painful(result: object) -> None:
    assert TOPIC not in visit(findings={**WALLS, "calcaneal-squeeze-test": result}).advice


@pytest.mark.parametrize("sign", ["hop-pain", "calcaneal-wall-tenderness"])
def test_without_a_squeeze_pattern_sign_and_risk_together_are_enough(sign: str) -> None:
    assert TOPIC in visit(findings={**WALLS, "eases-with-activity": False, sign: True, **RISK}).advice


def test_pain_that_rises_through_the_run_counts_as_not_warming_up() -> None:
    assert TOPIC in visit(findings={**WALLS, "worse-through-run": True, "hop-pain": True, **RISK}).advice


def test_pain_that_warms_up_is_not_the_pattern() -> None:
    assert TOPIC not in visit(findings={**PATTERN, **RISK, "eases-with-activity": True}).advice


def test_pain_of_which_nobody_knows_whether_it_warms_up_is_not_the_pattern() -> None:
    assert TOPIC not in visit(findings={**WALLS, "hop-pain": True, **RISK}).advice


def test_the_pattern_without_a_bone_risk_is_not_enough() -> None:
    assert TOPIC not in visit(findings=PATTERN).advice


@pytest.mark.parametrize(
    "risk",
    [
        {"findings": {"menses-per-year": 9}},
        {"findings": {"usual-weekly-distance": 30, "recent-weekly-distance": 34}},
        {"medications": ["corticosteroid"]},
        {"conditions": ["low-bone-density"]},
        {"conditions": ["pregnancy"]},
        {"conditions": ["lactation"]},
        {"conditions": ["eating-disorder"]},
        {"conditions": ["amenorrhoea"]},
        {"conditions": [{"concept": "stress-fracture", "standing": "past"}]},
        {
            "runs": [
                {"date": "2026-11-10", "km": 8},
                {"date": "2026-11-14", "km": 8},
                {"date": "2026-11-17", "km": 8},
                {"date": "2026-11-24", "km": 9},
            ]
        },
        {"conditions": ["stress-fracture-follow-up"]},
        {"observations": [{"system": "loinc", "code": "39156-5", "value": 18.4, "unit": "kg/m2"}]},
    ],
)
def test_each_bone_risk_completes_the_pattern(risk: dict[str, Any]) -> None:
    findings = {**PATTERN, **risk.get("findings", {})}
    assert TOPIC in visit(**{**risk, "findings": findings}).advice


@pytest.mark.parametrize(
    "risk",
    [
        {"findings": {"menses-per-year": 10}},
        {"findings": {"usual-weekly-distance": 30, "recent-weekly-distance": 33}},
        {"medications": [{"concept": "corticosteroid", "route": "inhaled"}]},
        {"observations": [{"system": "loinc", "code": "39156-5", "value": 18.5, "unit": "kg/m2"}]},
    ],
)
def test_what_is_just_short_of_a_bone_risk_does_not(risk: dict[str, Any]) -> None:
    findings = {**PATTERN, **risk.get("findings", {})}
    assert TOPIC not in visit(**{**risk, "findings": findings}).advice


def test_a_painful_hop_with_pain_only_in_the_tendon_is_not_the_heel_bone() -> None:
    assert TOPIC not in visit(findings={**PATTERN, **RISK, "pain-location": "achilles-midportion"}).advice


def test_a_child_with_a_painful_squeeze_is_not_a_case_for_this_advice() -> None:
    assert TOPIC not in visit(born=CHILD, findings={**WALLS, "calcaneal-squeeze-test": True}).advice


def test_a_patient_of_unknown_age_is_not_left_without_it() -> None:
    assert TOPIC in visit(born=None, findings={**WALLS, "calcaneal-squeeze-test": True}).advice


def test_a_painful_left_squeeze_is_not_undone_by_a_painless_right_one() -> None:
    seen = visit(findings=WALLS, left={"calcaneal-squeeze-test": True}, right={"calcaneal-squeeze-test": False})
    assert TOPIC in seen.advice


def test_a_normal_film_does_not_exclude_it() -> None:
    seen = visit(findings={**WALLS, "calcaneal-squeeze-test": True, "heel-radiograph-result": "normal"})
    assert TOPIC in seen.advice


def test_a_stress_fracture_that_is_on_record_is_not_suspected_again() -> None:
    seen = visit(conditions=["calcaneal-stress-fracture"], findings={"calcaneal-squeeze-test": True})
    assert seen.held_back[TOPIC] == "already-diagnosed"
    assert not seen.advice & HARMLESS_CARE


def test_no_running_advice_stands_beside_a_suspected_stress_fracture() -> None:
    everything = {
        "calcaneal-squeeze-test": True,
        "pain-location": "plantar-medial",
        "first-step-pain": True,
        "shoe-distance": 700,
        "pain-severity": 7,
        "runs-regularly": True,
        "usual-weekly-distance": 20,
        "recent-weekly-distance": 40,
    }
    seen = visit(conditions=["plantar-fasciitis"], findings=everything)
    assert not seen.advice & HARMLESS_CARE
    assert seen.held_back["plantarCoreCare"] == "stress-fracture-open"


def test_warning_signs_are_still_said_beside_a_suspected_stress_fracture() -> None:
    seen = visit(findings={**WALLS, "calcaneal-squeeze-test": True, "systemically-unwell": True})
    assert {TOPIC, "seekCare"} <= seen.advice
