"""When a bone density scan is suggested (R12)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

TOPIC = "boneDensityScan"
FRACTURE = "calcaneal-stress-fracture"
YOUNG = "2009-05-05"  # 17 years old


def body_mass_index(value: float) -> dict[str, Any]:
    return {"system": "loinc", "code": "39156-5", "value": value, "unit": "kg/m2"}


def z_score(value: float) -> dict[str, Any]:
    return {"system": "loinc", "code": "80938-4", "value": value, "unit": "{score}"}


def seen_with(risks: list[dict[str, Any]], *, fracture: bool = True, **told: Any) -> frozenset[str]:
    conditions = [FRACTURE if fracture else "heel-pain"]
    findings: dict[str, Any] = {}
    observations: list[dict[str, Any]] = []
    for risk in risks:
        conditions += risk.get("conditions", [])
        findings |= risk.get("findings", {})
        observations += risk.get("observations", [])
    return visit(conditions=conditions, findings=findings, observations=observations, **told).advice


HIGH: list[dict[str, Any]] = [
    {"conditions": ["eating-disorder"]},
    {"observations": [body_mass_index(17.5)]},
    {"findings": {"menses-per-year": 5}},
    {"conditions": ["primary-amenorrhoea"]},
    {"observations": [z_score(-2.0)]},
    {"conditions": ["high-risk-stress-fracture"]},
    {"conditions": [{"concept": "stress-fracture", "standing": "past"}]},
]
MODERATE: list[dict[str, Any]] = [
    {"conditions": [{"concept": "eating-disorder", "standing": "past"}]},
    {"findings": {"menses-per-year": 6}},
    {"observations": [body_mass_index(17.6)]},
    {"observations": [z_score(-1.0)]},
]


@pytest.mark.parametrize("risk", HIGH)
def test_one_high_risk_factor_beside_a_stress_fracture_is_enough(risk: dict[str, Any]) -> None:
    assert TOPIC in seen_with([risk])


@pytest.mark.parametrize("risk", MODERATE)
def test_one_moderate_risk_factor_is_not(risk: dict[str, Any]) -> None:
    assert TOPIC not in seen_with([risk])


@pytest.mark.parametrize("place", range(len(MODERATE)))
def test_two_moderate_ones_are(place: int) -> None:
    assert TOPIC in seen_with([MODERATE[place], MODERATE[place - 1]])


def test_limits_of_the_moderate_factors() -> None:
    assert TOPIC not in seen_with([{"findings": {"menses-per-year": 10}}, MODERATE[3]])
    assert TOPIC not in seen_with([{"observations": [body_mass_index(18.5)]}, MODERATE[3]])
    assert TOPIC not in seen_with([{"observations": [z_score(-0.9)]}, MODERATE[1]])


@pytest.mark.parametrize("risk", HIGH[:5])
def test_without_a_stress_fracture_risk_factors_are_not_shown(risk: dict[str, Any]) -> None:
    assert TOPIC not in seen_with([risk], fracture=False)


def test_limits_of_body_mass_index_are_not_for_adolescents() -> None:
    assert TOPIC not in seen_with([{"observations": [body_mass_index(17.0)]}], born=YOUNG)


def test_periods_that_nobody_counted_are_asked_for() -> None:
    seen = visit(conditions=[FRACTURE])
    assert TOPIC not in seen.advice
    assert "menses-per-year" in seen.asked


def test_from_50_three_months_of_a_corticosteroid_beside_a_stress_fracture() -> None:
    long = [{"concept": "corticosteroid", "date": "2026-08-20"}]
    short = [{"concept": "corticosteroid", "date": "2026-09-20"}]
    assert TOPIC in visit(born="1976-11-25", conditions=[FRACTURE], medications=long).advice
    assert TOPIC not in visit(born="1976-11-26", conditions=[FRACTURE], medications=long).advice
    assert TOPIC not in visit(born="1966-11-25", conditions=[FRACTURE], medications=short).advice
    assert TOPIC in visit(born="1966-11-25", conditions=[FRACTURE, "corticosteroid-use"]).advice


def test_from_50_a_fragility_fracture() -> None:
    assert TOPIC in visit(born="1960-01-01", conditions=["heel-pain", "fragility-fracture"]).advice


def test_in_pregnancy_the_scan_waits() -> None:
    seen = visit(conditions=[FRACTURE, "eating-disorder", "pregnancy"])
    assert seen.held_back[TOPIC] == "pregnancy"


def test_a_scan_that_is_arranged_is_not_suggested_again() -> None:
    seen = visit(conditions=[FRACTURE, "eating-disorder"], orders=["bone-density-scan"])
    assert seen.held_back[TOPIC] == "already-arranged"


def test_the_late_effect_of_one_stress_fracture_is_not_two_fractures() -> None:
    seen = visit(conditions=["heel-pain", "stress-fracture-sequela"])
    assert TOPIC not in seen.advice
    assert "boneHealthReview" in seen.advice
