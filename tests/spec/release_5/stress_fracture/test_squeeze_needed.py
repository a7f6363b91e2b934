"""Nobody squeezed the heel bone, and the answer would change the plan (R09)."""

from __future__ import annotations

import pytest

from tests.spec.release_5.clinic import CHILD, visit

TOPIC = "calcanealSqueezeNeeded"
HEEL = {"pain-location": "plantar-medial", "first-step-pain": True}


def test_pain_that_rises_through_the_run_asks_for_the_squeeze() -> None:
    seen = visit(findings={**HEEL, "worse-through-run": True})
    assert seen.about(TOPIC).indicator == "info"
    assert "calcaneal-squeeze-test" in seen.asked


def test_a_bone_risk_asks_for_the_squeeze() -> None:
    assert TOPIC in visit(findings=HEEL, medications=["corticosteroid"]).advice


def test_plain_heel_pain_does_not_ask_for_it() -> None:
    assert TOPIC not in visit(findings=HEEL).advice


@pytest.mark.parametrize("result", [True, False])
def test_a_squeeze_that_was_done_is_not_asked_for(result: bool) -> None:
    assert TOPIC not in visit(findings={**HEEL, "worse-through-run": True, "calcaneal-squeeze-test": result}).advice


def test_an_unclear_squeeze_is_asked_for_again() -> None:
    findings = {**HEEL, "worse-through-run": True, "calcaneal-squeeze-test": "equivocal"}
    assert TOPIC in visit(findings=findings).advice


def test_it_is_not_asked_for_when_the_suspicion_already_stands() -> None:
    findings = {**HEEL, "worse-through-run": True, "hop-pain": True, "reds-concern": True}
    seen = visit(findings=findings)
    assert TOPIC not in seen.advice
    assert "calcanealStressFracture" in seen.advice


def test_it_is_not_asked_for_when_only_the_tendon_hurts() -> None:
    assert TOPIC not in visit(findings={"pain-location": "achilles-midportion", "worse-through-run": True}).advice


def test_it_is_not_asked_for_in_a_child() -> None:
    assert TOPIC not in visit(born=CHILD, findings={**HEEL, "worse-through-run": True}).advice


def test_it_gives_way_to_a_suspected_rupture() -> None:
    seen = visit(findings={"pain-location": "posterior", "worse-through-run": True, "thompson-test": True})
    assert TOPIC not in seen.advice
    assert seen.held_back[TOPIC] == "achilles-rupture-open"
