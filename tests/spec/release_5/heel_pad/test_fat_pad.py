"""Pain in the middle of the heel, worse barefoot, with the signs of the fascia absent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

TOPIC = "fatPadCare"
TYPICAL: dict[str, Any] = {
    "pain-location": "plantar-central",
    "barefoot-pain": True,
    "medial-tubercle-tenderness": False,
    "windlass-test": False,
}
CLEARED: dict[str, Any] = {
    "night-pain": True,
    "rest-pain": False,
    "calcaneal-squeeze-test": False,
    "palpable-mass": False,
    "weight-loss": False,
    "dactylitis": False,
    "symptom-duration": 6,
}


def test_pain_in_the_middle_of_the_heel_worse_barefoot_is_the_fat_pad() -> None:
    assert visit(findings=TYPICAL).about(TOPIC).indicator == "info"


@pytest.mark.parametrize(
    "changed",
    [
        {"pain-location": "plantar-medial"},
        {"barefoot-pain": False},
        {"medial-tubercle-tenderness": True},
        {"windlass-test": True},
    ],
)
def test_another_place_or_a_sign_of_the_fascia_is_not(changed: dict[str, Any]) -> None:
    assert TOPIC not in visit(findings={**TYPICAL, **changed}).advice


@pytest.mark.parametrize("finding", ["barefoot-pain", "medial-tubercle-tenderness", "windlass-test"])
def test_what_nobody_looked_for_is_asked(finding: str) -> None:
    seen = visit(findings={name: value for name, value in TYPICAL.items() if name != finding})
    assert TOPIC not in seen.advice
    assert finding in seen.asked


def test_both_heels_may_hurt() -> None:
    assert TOPIC in visit(findings={**TYPICAL, "bilateral-pain": True}).advice


def test_pain_at_night_fits_once_bone_tumour_and_spondyloarthritis_were_looked_for() -> None:
    assert TOPIC in visit(findings={**TYPICAL, **CLEARED}).advice


@pytest.mark.parametrize("finding", ["calcaneal-squeeze-test", "palpable-mass", "weight-loss", "dactylitis"])
def test_pain_at_night_with_one_of_them_not_looked_for_does_not(finding: str) -> None:
    seen = visit(findings={name: value for name, value in {**TYPICAL, **CLEARED}.items() if name != finding})
    assert TOPIC in seen.held_back
