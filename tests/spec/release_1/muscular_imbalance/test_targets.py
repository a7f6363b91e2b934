"""Targets for physiotherapy."""

from __future__ import annotations

import pytest

from tests.spec.release_1.clinic import visit

TOPIC = "physiotherapyTargets"


@pytest.mark.parametrize(
    ("findings", "is_target"),
    [
        ({"ankle-dorsiflexion": 9}, True),
        ({"ankle-dorsiflexion": 10}, False),
        ({"heel-raise-repetition-deficit": 6}, True),
        ({"heel-raise-repetition-deficit": 5}, False),
        ({}, False),
    ],
)
def test_under_ten_degrees_or_six_heel_raises_fewer_is_a_target(findings: dict[str, int], is_target: bool) -> None:
    assert (TOPIC in visit(conditions=["heel-pain"], findings=findings).advice) is is_target


@pytest.mark.parametrize("recorded", ["calf-weakness", "short-achilles"])
def test_a_weak_or_short_calf_on_record_is_a_target(recorded: str) -> None:
    assert TOPIC in visit(conditions=["heel-pain", recorded]).advice


def test_a_stiff_ankle_without_a_heel_complaint_is_nobodys_business() -> None:
    assert not visit(findings={"ankle-dorsiflexion": 2}).advice


def test_no_stretching_target_is_set_while_a_rupture_is_suspected() -> None:
    seen = visit(findings={"pain-location": "posterior", "thompson-test": True, "ankle-dorsiflexion": 2})
    assert seen.held_back[TOPIC] == "achilles-rupture-open"
