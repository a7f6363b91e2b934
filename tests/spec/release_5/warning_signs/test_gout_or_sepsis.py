"""Hot heel in a patient with gout (R21): gout never makes it harmless."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import CHILD, visit

TOPIC = "goutOrSepsis"
HOT = {"pain-location": "retrocalcaneal", "heel-warmth": True}
JOINT = {**HOT, "joint-movement-restricted": True}


def urate(milligrams: float) -> list[dict[str, Any]]:
    return [{"system": "loinc", "code": "3084-1", "value": milligrams, "unit": "mg/dL"}]


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start"])
def test_a_hot_restricted_joint_with_gout_is_critical(hook: str) -> None:
    assert visit(hook, findings=JOINT, conditions=["gout"]).about(TOPIC).indicator == "critical"


def test_a_swollen_one_is_also_called_a_suspected_infection() -> None:
    seen = visit(findings={**JOINT, "heel-swelling": True}, conditions=["gout"])
    assert {TOPIC, "heelInfection"} <= seen.advice


def test_a_hot_bursa_or_tendon_with_gout_is_a_warning() -> None:
    seen = visit(findings={**HOT, "joint-movement-restricted": False}, conditions=["gout"])
    assert seen.about(TOPIC).indicator == "warning"


def test_whether_the_joint_moves_is_asked_for() -> None:
    assert "joint-movement-restricted" in visit(findings=HOT, conditions=["gout"]).asked


@pytest.mark.parametrize("standing", ["current", "past"])
def test_gout_in_the_past_counts(standing: str) -> None:
    assert TOPIC in visit(findings=HOT, conditions=[{"concept": "gout", "standing": standing}]).advice


def test_urate_above_7_counts_without_known_gout() -> None:
    assert TOPIC in visit(findings=HOT, observations=urate(7.1)).advice
    assert TOPIC not in visit(findings=HOT, observations=urate(7.0)).advice


def test_a_heel_that_is_not_hot_has_nothing_to_do_with_it() -> None:
    assert TOPIC not in visit(findings={**HOT, "heel-warmth": False}, conditions=["gout"]).advice


def test_signs_of_infection_come_before_gout() -> None:
    seen = visit(findings=HOT, conditions=["gout", "fever"])
    assert seen.held_back[TOPIC] == "infection-open"
    assert "heelInfection" in seen.advice


def test_an_anticoagulant_changes_nothing() -> None:
    assert TOPIC in visit(findings=JOINT, conditions=["gout"], medications=["anticoagulant"]).advice


def test_under_16_it_is_a_matter_of_paediatrics() -> None:
    assert visit(born=CHILD, findings=JOINT, conditions=["gout"]).held_back[TOPIC] == "under-16"
