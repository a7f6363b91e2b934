"""Pain relief, in the order of its safety."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

TOPIC = "analgesiaOptions"


def _with(findings: dict[str, Any] | None = None, **told: Any) -> Any:
    conditions = ["heel-pain", *told.pop("conditions", [])]
    return visit(conditions=conditions, findings={"pain-severity": 6, **(findings or {})}, **told)


def test_pain_of_four_or_more_asks_for_relief() -> None:
    assert TOPIC in _with({"pain-severity": 4}).advice
    assert TOPIC not in _with({"pain-severity": 3.9}).advice


def test_pain_that_limits_the_day_asks_for_relief() -> None:
    assert TOPIC in visit(conditions=["heel-pain"], findings={"activities-limited": True}).advice


def test_pain_of_unknown_strength_does_not() -> None:
    assert TOPIC not in visit(conditions=["heel-pain"]).advice


def test_a_pain_score_of_two_scales_is_read_alike() -> None:
    millimetres = [{"system": "loinc", "code": "38214-3", "value": 62, "unit": "mm"}]
    assert TOPIC in visit(conditions=["heel-pain"], observations=millimetres).advice


ANY_NSAID, PARACETAMOL_FIRST = "analgesia-options", "analgesia-options-at-risk"


@pytest.mark.parametrize(
    "told",
    [
        {"conditions": ["pregnancy"]},
        {"medications": ["anticoagulant"]},
        {"conditions": ["coagulopathy"]},
        {"conditions": ["chronic-kidney-disease"]},
        {"conditions": ["heart-failure"]},
        {"conditions": ["gastrointestinal-bleed-or-ulcer"]},
        {"conditions": [{"concept": "gastrointestinal-bleed-or-ulcer", "standing": "past"}]},
        {"medications": ["antiplatelet"]},
        {"medications": ["lithium"]},
        {"medications": ["methotrexate"]},
        {"medications": ["ace-inhibitor-or-arb", "diuretic"]},
    ],
)
def test_a_patient_whom_an_nsaid_could_harm_is_offered_paracetamol_first(told: dict[str, Any]) -> None:
    assert _with(**told).about(TOPIC).rule == PARACETAMOL_FIRST


def test_a_patient_without_a_known_risk_is_offered_the_whole_list() -> None:
    assert _with().about(TOPIC).rule == ANY_NSAID


def test_an_allergy_to_an_analgesic_holds_every_list_back() -> None:
    assert _with(conditions=["analgesic-allergy"]).held_back[TOPIC] == "nsaid-allergy"
    assert _with(conditions=["analgesic-allergy", "pregnancy"]).held_back[TOPIC] == "nsaid-allergy"


@pytest.mark.parametrize("drug", ["ace-inhibitor-or-arb", "diuretic", "paracetamol", "fish-oil"])
def test_a_drug_that_is_no_reason_against_it_changes_nothing(drug: str) -> None:
    assert _with(medications=[drug]).about(TOPIC).rule == ANY_NSAID


@pytest.mark.parametrize(("egfr", "list_offered"), [(59, PARACETAMOL_FIRST), (60, ANY_NSAID)])
def test_kidney_function_below_sixty_is_a_risk(egfr: int, list_offered: str) -> None:
    measured = [{"system": "loinc", "code": "98979-8", "value": egfr, "unit": "mL/min/{1.73_m2}"}]
    assert _with(observations=measured).about(TOPIC).rule == list_offered


def test_a_record_of_not_being_pregnant_is_no_risk() -> None:
    assert _with(conditions=[{"concept": "pregnancy", "standing": "negated"}]).about(TOPIC).rule == ANY_NSAID


def test_pain_relief_does_not_stand_beside_a_suspected_stress_fracture() -> None:
    assert _with({"calcaneal-squeeze-test": True}).held_back[TOPIC] == "stress-fracture-open"


def test_pain_nobody_scored_is_asked_for() -> None:
    assert "pain-severity" in visit(conditions=["heel-pain"]).asked
