"""A pop at the back of the heel, and nobody did the calf squeeze (R02)."""

from __future__ import annotations

import pytest

from tests.spec.release_5.clinic import visit
from tests.spec.release_5.harmless import HARMLESS_CARE

TOPIC = "achillesRuptureTestsNeeded"
POP = {"pain-location": "posterior", "sudden-pop": True}


def test_a_pop_behind_the_heel_without_a_calf_squeeze_asks_for_it() -> None:
    seen = visit(findings=POP)
    assert seen.about(TOPIC).indicator == "warning"
    assert "thompson-test" in seen.asked


def test_an_unclear_calf_squeeze_is_asked_for_again() -> None:
    assert TOPIC in visit(findings={**POP, "thompson-test": "equivocal"}).advice


@pytest.mark.parametrize("result", [True, False])
def test_a_clear_calf_squeeze_is_not_asked_for_again(result: bool) -> None:
    assert TOPIC not in visit(findings={**POP, "thompson-test": result}).advice


def test_without_a_pop_nothing_is_asked_for() -> None:
    assert TOPIC not in visit(findings={**POP, "sudden-pop": False}).advice
    assert TOPIC not in visit(findings={"pain-location": "posterior"}).advice


def test_a_pop_under_the_heel_is_not_a_question_of_the_achilles_tendon() -> None:
    assert TOPIC not in visit(findings={**POP, "pain-location": "plantar-medial"}).advice


def test_a_pop_at_a_place_nobody_wrote_down_is_taken_seriously() -> None:
    assert TOPIC in visit(findings={"sudden-pop": True}).advice


def test_a_pop_of_unknown_place_in_plantar_fasciitis_is_taken_for_the_plantar_fascia() -> None:
    assert TOPIC not in visit(conditions=["plantar-fasciitis"], findings={"sudden-pop": True}).advice


def test_when_two_other_signs_already_speak_for_rupture_the_referral_is_said_instead() -> None:
    seen = visit(findings={**POP, "palpable-gap": True, "plantarflexion-weakness": True})
    assert TOPIC not in seen.advice
    assert "achillesRupture" in seen.advice


def test_an_injury_code_that_does_not_say_rupture_asks_for_the_test() -> None:
    assert TOPIC in visit("problem-list-item-create", conditions=["achilles-injury"]).advice


def test_no_care_for_a_harmless_cause_is_advised_until_the_test_is_done() -> None:
    seen = visit(findings={**POP, "worse-after-running": True, "runs-regularly": True, "pain-severity": 6})
    assert not seen.advice & HARMLESS_CARE


def test_a_pop_with_a_negative_calf_squeeze_is_looked_at_again_rather_than_exercised() -> None:
    seen = visit(findings={**POP, "thompson-test": False, "worse-after-running": True})
    assert "seekCare" in seen.advice
    assert not seen.advice & HARMLESS_CARE
