"""When self-care is not the answer."""

from __future__ import annotations

import pytest

from tests.spec.release_1.clinic import CHILD, HARMLESS_CARE, visit

TOPIC = "seekCare"
FASCIITIS = {"pain-location": "plantar-medial", "first-step-pain": True}


@pytest.mark.parametrize(
    "sign",
    [
        {"night-pain": True},
        {"rest-pain": True},
        {"severe-swelling": True},
        {"unable-to-bear-weight": True},
        {"systemically-unwell": True},
        {"heel-erythema": True, "heel-warmth": True},
        {"heel-erythema": True, "heel-swelling": True},
        {"skin-break": True},
        {"plantar-ecchymosis": True},
        {"plantar-fascia-defect": True},
        {"palpable-mass": True},
        {"weight-loss": True},
        {"calf-swelling-unilateral": True},
        {"cold-pulseless-foot": True},
        {"saddle-anaesthesia": True},
        {"foot-motor-weakness": True},
        {"heel-radiograph-result": "fracture"},
        {"heel-mri-result": "lesion"},
    ],
)
def test_each_warning_sign_calls_for_assessment_and_stops_harmless_care(sign: dict[str, object]) -> None:
    seen = visit(findings={**FASCIITIS, "pain-severity": 6, "runs-regularly": True, **sign})
    assert TOPIC in seen.advice
    assert not seen.advice & HARMLESS_CARE


@pytest.mark.parametrize(
    "harmless",
    [
        {"night-pain": False},
        {"heel-swelling": True},
        {"heel-erythema": True, "heel-warmth": False, "heel-swelling": False},
        {"heel-warmth": True},
        {"heel-radiograph-result": "normal"},
    ],
)
def test_what_falls_short_of_a_warning_sign_does_not(harmless: dict[str, object]) -> None:
    seen = visit(findings={**FASCIITIS, **harmless})
    assert TOPIC not in seen.advice
    assert "plantarCoreCare" in seen.advice


def test_a_warning_sign_that_was_not_looked_for_is_asked_about_and_not_assumed() -> None:
    seen = visit(findings=FASCIITIS)
    assert "plantarCoreCare" in seen.advice
    assert {"night-pain", "rest-pain", "severe-swelling"} <= seen.asked


@pytest.mark.parametrize("weeks", [2, 6, 20])
def test_self_care_that_failed_for_two_weeks_calls_for_assessment(weeks: int) -> None:
    assert TOPIC in visit(conditions=["heel-pain"], findings={"self-care-duration": weeks}).advice


def test_one_week_of_self_care_is_too_early() -> None:
    assert TOPIC not in visit(conditions=["heel-pain"], findings={"self-care-duration": 1}).advice


@pytest.mark.parametrize("course", ["worsening-pain", "activities-limited", "neuropathic-symptoms"])
def test_worsening_limiting_or_numb_pain_calls_for_assessment(course: str) -> None:
    assert TOPIC in visit(conditions=["heel-pain"], findings={course: True}).advice
    assert TOPIC not in visit(conditions=["heel-pain"], findings={course: False}).advice


def test_failed_self_care_does_not_stop_the_care_of_the_cause() -> None:
    seen = visit(findings={**FASCIITIS, "self-care-duration": 4})
    assert {TOPIC, "plantarCoreCare"} <= seen.advice


@pytest.mark.parametrize("asked", ["physiotherapy", "podiatry-referral", "sports-medicine-referral"])
def test_failed_self_care_is_not_repeated_once_a_professional_is_asked(asked: str) -> None:
    seen = visit(conditions=["heel-pain"], findings={"worsening-pain": True}, orders=[asked])
    assert seen.held_back[TOPIC] == "already-arranged"


def test_a_warning_sign_is_said_though_a_professional_is_asked() -> None:
    assert TOPIC in visit(conditions=["heel-pain"], findings={"night-pain": True}, orders=["podiatry-referral"]).advice


def test_a_child_with_a_warning_sign_is_sent_too() -> None:
    assert TOPIC in visit(born=CHILD, findings={"pain-location": "posterior", "night-pain": True}).advice


def test_it_gives_way_to_a_suspected_rupture() -> None:
    seen = visit(findings={"pain-location": "posterior", "thompson-test": True, "severe-swelling": True})
    assert TOPIC not in seen.advice


@pytest.mark.parametrize("tested", [{"thompson-test": True}, {"sudden-pop": True}])
@pytest.mark.parametrize(
    "sign", ["cold-pulseless-foot", "calf-swelling-unilateral", "saddle-anaesthesia", "systemically-unwell"]
)
def test_what_cannot_wait_is_said_beside_a_possible_rupture(tested: dict[str, bool], sign: str) -> None:
    assert TOPIC in visit(findings={"pain-location": "posterior", **tested, sign: True}).advice


@pytest.mark.parametrize("place", ["achilles-midportion", "achilles-insertion"])
def test_a_tendon_that_hurts_under_a_fluoroquinolone_is_not_loaded(place: str) -> None:
    seen = visit(findings={"pain-location": place, "worse-after-running": True}, medications=["fluoroquinolone"])
    assert TOPIC in seen.advice
    assert not seen.advice & HARMLESS_CARE


def test_a_fluoroquinolone_does_not_matter_under_the_heel() -> None:
    assert "plantarCoreCare" in visit(findings=FASCIITIS, medications=["fluoroquinolone"]).advice


def test_a_fever_with_heel_pain_calls_for_assessment() -> None:
    assert TOPIC in visit(conditions=["fever"], findings=FASCIITIS).advice


@pytest.mark.parametrize("alone", [{"heel-erythema": True, "heel-warmth": True}, {"palpable-mass": True}])
def test_a_sign_at_the_heel_itself_needs_no_other_complaint(alone: dict[str, object]) -> None:
    assert TOPIC in visit(findings=alone).advice


@pytest.mark.parametrize("illness", ["cellulitis", "osteomyelitis", "deep-vein-thrombosis"])
def test_an_infection_or_clot_on_record_stops_harmless_care(illness: str) -> None:
    seen = visit(conditions=["heel-pain", illness], findings=FASCIITIS)
    assert TOPIC in seen.advice
    assert not seen.advice & HARMLESS_CARE
