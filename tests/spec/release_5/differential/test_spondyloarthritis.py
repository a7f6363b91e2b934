"""Possible spondyloarthritis (R16)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import CHILD, visit

TOPIC = "spondyloarthritis"
ENTHESIS = {"pain-location": "achilles-insertion", "first-step-pain": False}


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "problem-list-item-create"])
@pytest.mark.parametrize("born", ["2008-01-01", "1986-05-05", "1956-05-05"])
def test_dactylitis_is_enough_at_any_adult_age(hook: str, born: str) -> None:
    seen = visit(hook, born=born, conditions=["heel-pain"], findings={"dactylitis": True})
    assert seen.about(TOPIC).indicator == "warning"


@pytest.mark.parametrize(
    "feature",
    [
        {"findings": {"symptom-duration": 12}},
        {"findings": {"bilateral-pain": True}},
        {"findings": {"pain-location": ["achilles-insertion", "plantar-medial"]}},
        {"findings": {"inflammatory-back-pain": True}},
        {"findings": {"recent-gu-gi-infection": True}},
        {"findings": {"spa-family-history": True}},
        {"conditions": ["psoriasis"]},
        {"conditions": [{"concept": "psoriasis", "standing": "past"}]},
        {"conditions": ["uveitis"]},
        {"conditions": [{"concept": "uveitis", "standing": "past"}]},
        {"conditions": ["inflammatory-bowel-disease"]},
    ],
)
def test_enthesitis_without_a_mechanical_cause_and_one_feature(feature: dict[str, Any]) -> None:
    findings = {**ENTHESIS, **feature.get("findings", {})}
    assert TOPIC in visit(findings=findings, conditions=feature.get("conditions", ["heel-pain"])).advice


def test_enthesitis_without_any_feature_is_not_referred() -> None:
    assert TOPIC not in visit(findings={**ENTHESIS, "symptom-duration": 11, "bilateral-pain": False}).advice


def test_pain_of_the_first_steps_is_mechanical_unless_stiffness_lasts_over_half_an_hour() -> None:
    steps = {**ENTHESIS, "first-step-pain": True, "inflammatory-back-pain": True}
    assert TOPIC not in visit(findings={**steps, "morning-stiffness-duration": 30}).advice
    assert TOPIC in visit(findings={**steps, "morning-stiffness-duration": 31}).advice


def test_a_rise_of_load_is_a_mechanical_cause() -> None:
    load = {"usual-weekly-distance": 30, "recent-weekly-distance": 40}
    assert TOPIC not in visit(conditions=["psoriasis"], findings={**ENTHESIS, **load}).advice


def test_first_steps_that_nobody_asked_about_are_a_question_in_psoriasis() -> None:
    seen = visit(conditions=["psoriasis"], findings={"pain-location": "achilles-insertion"})
    assert TOPIC not in seen.advice
    assert "first-step-pain" in seen.asked


def test_the_middle_of_the_heel_pad_is_no_enthesis() -> None:
    seen = visit(conditions=["psoriasis"], findings={"pain-location": "plantar-central", "first-step-pain": False})
    assert TOPIC not in seen.advice


def test_a_known_disease_or_a_referral_is_not_said_again() -> None:
    known = visit(conditions=["heel-pain", "spondyloarthritis"], findings={"dactylitis": True})
    assert known.held_back[TOPIC] == "already-diagnosed"
    referred = visit(conditions=["heel-pain"], findings={"dactylitis": True}, orders=["rheumatology-referral"])
    assert referred.held_back[TOPIC] == "already-arranged"


def test_under_16_it_is_held_back() -> None:
    assert visit(born=CHILD, conditions=["heel-pain"], findings={"dactylitis": True}).held_back[TOPIC] == "under-16"
