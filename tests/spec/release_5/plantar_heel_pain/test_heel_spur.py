"""A heel spur is incidental."""

from __future__ import annotations

import pytest

from tests.spec.release_5.clinic import visit

TOPIC = "heelSpurIncidental"


@pytest.mark.parametrize("picture", ["heel-radiograph-result", "heel-mri-result"])
def test_a_spur_on_a_picture_of_a_painful_heel_is_called_incidental(picture: str) -> None:
    assert TOPIC in visit(conditions=["heel-pain"], findings={picture: "spur"}).advice


def test_a_spur_on_the_problem_list_is_called_incidental() -> None:
    assert TOPIC in visit(conditions=["heel-spur"]).advice


@pytest.mark.parametrize("result", ["normal", "equivocal"])
def test_a_picture_without_a_spur_is_not(result: str) -> None:
    assert TOPIC not in visit(conditions=["heel-pain"], findings={"heel-radiograph-result": result}).advice


def test_a_spur_does_not_change_the_care_of_the_pain() -> None:
    seen = visit(conditions=["plantar-fasciitis"], findings={"heel-radiograph-result": "spur"})
    assert "plantarCoreCare" in seen.advice


def test_a_spur_is_not_discussed_beside_warning_signs() -> None:
    seen = visit(conditions=["heel-spur"], findings={"night-pain": True})
    assert seen.held_back[TOPIC] == "alarm-features"


def test_a_spur_is_not_discussed_beside_a_fracture_on_record() -> None:
    seen = visit(conditions=["heel-spur", "calcaneal-fracture"])
    assert seen.held_back[TOPIC] == "injury-on-record"
