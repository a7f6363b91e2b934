"""Targets for physiotherapy."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

TOPIC = "physiotherapyTargets"


def _bmi(value: float) -> list[dict[str, Any]]:
    return [{"system": "loinc", "code": "39156-5", "value": value, "unit": "kg/m2"}]


@pytest.mark.parametrize(
    ("findings", "is_target"),
    [
        ({"ankle-dorsiflexion": 9.9}, True),
        ({"ankle-dorsiflexion": 10}, False),
        ({"heel-raise-repetition-deficit": 6}, True),
        ({"heel-raise-repetition-deficit": 5}, False),
        ({"heel-raise-deficit": 30}, False),
        ({}, False),
    ],
)
def test_under_ten_degrees_or_six_heel_raises_fewer_is_a_target(findings: dict[str, Any], is_target: bool) -> None:
    assert (TOPIC in visit(conditions=["heel-pain"], findings=findings).advice) is is_target


@pytest.mark.parametrize("recorded", ["calf-weakness", "short-achilles"])
def test_a_weak_or_short_calf_on_record_is_a_target(recorded: str) -> None:
    assert TOPIC in visit(conditions=["heel-pain", recorded]).advice


@pytest.mark.parametrize(("bmi", "is_target"), [(30, False), (30.1, True)])
def test_a_body_mass_index_above_thirty_with_plantar_heel_pain_is_a_target(bmi: float, is_target: bool) -> None:
    assert (TOPIC in visit(conditions=["plantar-fasciitis"], observations=_bmi(bmi)).advice) is is_target


def test_weight_is_no_target_in_achilles_pain_in_pregnancy_or_in_growth() -> None:
    assert TOPIC not in visit(conditions=["achilles-tendinopathy"], observations=_bmi(35)).advice
    assert TOPIC not in visit(conditions=["plantar-fasciitis", "pregnancy"], observations=_bmi(35)).advice
    assert TOPIC not in visit(born="2009-05-05", conditions=["plantar-fasciitis"], observations=_bmi(35)).advice


def test_what_nobody_measured_is_asked_for() -> None:
    assert {"ankle-dorsiflexion", "heel-raise-repetition-deficit"} <= visit(conditions=["heel-pain"]).asked


def test_a_stiff_ankle_without_a_heel_complaint_is_nobodys_business() -> None:
    assert not visit(findings={"ankle-dorsiflexion": 2}).advice


def test_no_stretching_target_is_set_while_a_rupture_is_suspected() -> None:
    seen = visit(findings={"pain-location": "posterior", "thompson-test": True, "ankle-dorsiflexion": 2})
    assert TOPIC in seen.held_back
