"""Pain relief, in the order of its safety."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_1.clinic import visit

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


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"conditions": ["analgesic-allergy"]}, "nsaid-allergy"),
        ({"conditions": ["pregnancy"]}, "pregnancy"),
        ({"medications": ["anticoagulant"]}, "anticoagulant"),
        ({"conditions": ["coagulopathy"]}, "bleeding-disorder"),
        ({"conditions": ["chronic-kidney-disease"]}, "nsaid-risk"),
        ({"conditions": ["heart-failure"]}, "nsaid-risk"),
        ({"conditions": ["gastrointestinal-bleed-or-ulcer"]}, "nsaid-risk"),
        ({"conditions": [{"concept": "gastrointestinal-bleed-or-ulcer", "standing": "past"}]}, "nsaid-risk"),
        ({"medications": ["antiplatelet"]}, "nsaid-risk"),
        ({"medications": ["lithium"]}, "nsaid-risk"),
        ({"medications": ["methotrexate"]}, "nsaid-risk"),
        ({"medications": ["ace-inhibitor-or-arb", "diuretic"]}, "nsaid-risk"),
    ],
)
def test_the_list_of_options_is_held_back_from_a_patient_it_could_harm(told: dict[str, Any], reason: str) -> None:
    assert _with(**told).held_back[TOPIC] == reason


@pytest.mark.parametrize("drug", ["ace-inhibitor-or-arb", "diuretic", "paracetamol", "fish-oil"])
def test_a_drug_that_is_no_reason_against_it_does_not_hold_it_back(drug: str) -> None:
    assert TOPIC in _with(medications=[drug]).advice


@pytest.mark.parametrize(("egfr", "shown"), [(59, False), (60, True)])
def test_kidney_function_below_sixty_holds_it_back(egfr: int, shown: bool) -> None:
    measured = [{"system": "loinc", "code": "98979-8", "value": egfr, "unit": "mL/min/{1.73_m2}"}]
    assert (TOPIC in _with(observations=measured).advice) is shown


def test_a_record_of_not_being_pregnant_does_not_hold_it_back() -> None:
    assert TOPIC in _with(conditions=[{"concept": "pregnancy", "standing": "negated"}]).advice


def test_pain_relief_does_not_stand_beside_a_suspected_stress_fracture() -> None:
    assert _with({"calcaneal-squeeze-test": True}).held_back[TOPIC] == "stress-fracture-open"
