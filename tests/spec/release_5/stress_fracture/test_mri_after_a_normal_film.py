"""The radiograph shows no fracture and the suspicion remains (R10)."""

from __future__ import annotations

import pytest

from tests.spec.release_5.clinic import CHILD, visit

TOPIC = "stressFractureMri"
SUSPECTED = {"pain-location": "calcaneal-walls", "calcaneal-squeeze-test": True}
NORMAL = {**SUSPECTED, "heel-radiograph-result": "normal"}


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start"])
@pytest.mark.parametrize("film", ["normal", "equivocal", "spur"])
def test_a_film_without_a_fracture_does_not_settle_the_suspicion(hook: str, film: str) -> None:
    assert visit(hook, findings={**SUSPECTED, "heel-radiograph-result": film}).about(TOPIC).indicator == "warning"


def test_a_film_that_shows_the_fracture_settles_it() -> None:
    assert TOPIC not in visit(findings={**SUSPECTED, "heel-radiograph-result": "fracture"}).advice


def test_before_the_film_no_mri_is_asked_for() -> None:
    seen = visit(findings=SUSPECTED)
    assert TOPIC not in seen.advice
    assert "heel-radiograph-result" in seen.asked


def test_a_normal_film_without_a_suspicion_needs_no_mri() -> None:
    assert TOPIC not in visit(findings={**NORMAL, "calcaneal-squeeze-test": False}).advice


def test_an_mri_that_is_ordered_or_reported_is_not_asked_for_again() -> None:
    assert visit(findings=NORMAL, orders=["heel-mri"]).held_back[TOPIC] == "already-arranged"
    assert visit(findings={**NORMAL, "heel-mri-result": "equivocal"}).held_back[TOPIC] == "already-arranged"


@pytest.mark.parametrize("draft", ["heel-radiograph", "heel-ultrasound"])
def test_another_film_or_an_ultrasound_being_ordered_gets_the_advice(draft: str) -> None:
    assert TOPIC in visit("order-select", findings=NORMAL, drafts=[draft]).advice


@pytest.mark.parametrize("draft", ["heel-mri", "night-splint"])
def test_an_mri_or_anything_else_being_ordered_does_not(draft: str) -> None:
    assert TOPIC not in visit("order-select", findings=NORMAL, drafts=[draft]).advice


def test_a_child_is_not_given_the_way_of_an_adult() -> None:
    assert TOPIC not in visit(born=CHILD, findings=NORMAL).advice
