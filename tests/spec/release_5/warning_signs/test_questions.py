"""Which signs of danger a card asks for: those that belong to what is on record, not all there are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

FASCIITIS: dict[str, Any] = {"conditions": ["plantar-fasciitis"], "findings": {"pain-location": "plantar-medial"}}
CARE = "plantarCoreCare"


def test_plain_plantar_heel_pain_is_first_asked_about_a_pop_and_the_heel_bone() -> None:
    asked = visit(**FASCIITIS).about(CARE).unknown
    assert set(asked[:2]) == {"sudden-pop", "calcaneal-squeeze-test"}


@pytest.mark.parametrize("sign", ["saddle-anaesthesia", "cold-pulseless-foot", "wells-dvt-score"])
def test_signs_of_a_far_danger_are_not_asked_for_on_its_card(sign: str) -> None:
    seen = visit(**FASCIITIS)
    assert sign not in seen.about(CARE).unknown
    assert sign in seen.asked


@pytest.mark.parametrize(
    ("told", "sign"),
    [
        ({"findings": {"back-pain": True}}, "saddle-anaesthesia"),
        ({"conditions": ["plantar-fasciitis", "diabetes"]}, "cold-pulseless-foot"),
        ({"conditions": ["plantar-fasciitis", "diabetes"]}, "heel-swelling"),
        ({"findings": {"recent-immobility-or-travel": True}}, "calf-swelling-unilateral"),
    ],
)
def test_they_are_where_the_record_points_to_them(told: dict[str, Any], sign: str) -> None:
    assert sign in visit(**{**FASCIITIS, **told}).about(CARE).unknown
