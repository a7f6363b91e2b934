"""Running shoes."""

from __future__ import annotations

import pytest

from tests.spec.release_5.clinic import visit

TOPIC = "footwearAdvice"


@pytest.mark.parametrize(("kilometres", "shown"), [(482.7, False), (482.8, True), (650, True), (900, True)])
def test_shoes_are_looked_at_from_300_miles(kilometres: float, shown: bool) -> None:
    assert (TOPIC in visit(conditions=["heel-pain"], findings={"shoe-distance": kilometres}).advice) is shown


def test_shoes_of_unknown_mileage_are_asked_about() -> None:
    seen = visit(conditions=["heel-pain"])
    assert TOPIC not in seen.advice
    assert "shoe-distance" in seen.asked


@pytest.mark.parametrize("complaint", ["barefoot-pain", "shoe-counter-pain"])
def test_pain_barefoot_or_from_the_heel_counter_calls_for_a_look_at_the_shoes(complaint: str) -> None:
    assert TOPIC in visit(conditions=["heel-pain"], findings={complaint: True}).advice


def test_shoes_are_also_spoken_of_at_discharge() -> None:
    assert TOPIC in visit("encounter-discharge", conditions=["heel-pain"], findings={"shoe-distance": 700}).advice
