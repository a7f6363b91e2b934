"""R35 and R36: pictures too early, or of the wrong kind first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import CHILD, visit

NEEDLESS, SEQUENCE = "imagingNotIndicated", "imagingSequence"
EARLY = {"symptom-duration": 3}
SQUEEZE = {"pain-location": "calcaneal-walls", "calcaneal-squeeze-test": True}


def _advice(draft: str, **told: Any) -> frozenset[str]:
    return visit("order-sign", drafts=[draft], **told).advice


@pytest.mark.parametrize("draft", ["heel-radiograph", "heel-mri", "heel-ultrasound"])
@pytest.mark.parametrize("diagnosis", ["plantar-fasciitis", "achilles-tendinopathy"])
def test_each_picture_is_questioned_before_six_weeks(draft: str, diagnosis: str) -> None:
    assert NEEDLESS in _advice(draft, conditions=[diagnosis], findings=EARLY)


@pytest.mark.parametrize("findings", [{"symptom-duration": 6}, {}])
def test_from_six_weeks_or_for_an_unknown_time_it_passes(findings: dict[str, Any]) -> None:
    assert NEEDLESS not in _advice("heel-radiograph", conditions=["plantar-fasciitis"], findings=findings)


@pytest.mark.parametrize(
    "flag", ["night-pain", "calcaneal-squeeze-test", "palpable-mass", "plantar-ecchymosis", "dactylitis", "skin-break"]
)
def test_each_reason_to_look_lets_it_pass(flag: str) -> None:
    assert NEEDLESS not in _advice("heel-mri", conditions=["plantar-fasciitis"], findings={**EARLY, flag: True})


def test_a_child_gets_no_adult_advice_on_pictures() -> None:
    seen = visit("order-sign", born=CHILD, drafts=["heel-radiograph"], conditions=["plantar-fasciitis"], findings=EARLY)
    assert seen.held_back[NEEDLESS] == "under-16"


def test_a_film_comes_before_mri_for_a_stress_fracture() -> None:
    assert SEQUENCE in _advice("heel-mri", findings=SQUEEZE)
    assert SEQUENCE not in _advice("heel-radiograph", findings=SQUEEZE)
    assert SEQUENCE not in _advice("heel-mri", findings={**SQUEEZE, "heel-radiograph-result": "normal"})
    assert SEQUENCE not in _advice("heel-mri", findings=SQUEEZE, conditions=["pregnancy"])
    assert SEQUENCE not in _advice("heel-mri", findings=SQUEEZE, orders=["heel-radiograph"])


def test_mri_is_not_the_first_test_of_a_clear_rupture() -> None:
    clear = {"pain-location": "achilles-midportion", "thompson-test": True, "palpable-gap": True}
    assert SEQUENCE in _advice("heel-mri", findings=clear)
    assert SEQUENCE not in _advice("heel-ultrasound", findings=clear)


def test_without_a_suspicion_mri_passes() -> None:
    assert SEQUENCE not in _advice("heel-mri", findings={"pain-location": "calcaneal-walls"})
