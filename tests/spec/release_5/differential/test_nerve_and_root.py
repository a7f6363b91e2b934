"""Trapped nerve at the heel (R17) and pain from the S1 root (R18)."""

from __future__ import annotations

import pytest

from tests.spec.release_5.clinic import CHILD, visit

NERVE = "nerveEntrapment"
ROOT = "lumbarRadiculopathy"
HEEL = {"pain-location": "medial-ankle"}
BURNING = {**HEEL, "neuropathic-symptoms": True}
BAXTER = {"abductor-hallucis-tenderness": True, "little-toe-abduction-weak": True}
S1 = {"pain-location": "posterior", "back-pain": True, "s1-signs": True, "achilles-tenderness": False}


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "problem-list-item-create"])
@pytest.mark.parametrize("test", ["tinel-tarsal-tunnel", "dorsiflexion-eversion-test"])
def test_burning_with_either_tarsal_tunnel_test(hook: str, test: str) -> None:
    assert visit(hook, findings={**BURNING, test: True}).about(NERVE).indicator == "info"


def test_burning_alone_is_not_enough_and_the_tests_are_asked_for() -> None:
    seen = visit(findings=BURNING)
    assert NERVE not in seen.advice
    assert {"tinel-tarsal-tunnel", "dorsiflexion-eversion-test"} <= seen.asked


def test_a_positive_test_without_burning_is_not_enough() -> None:
    assert NERVE not in visit(findings={**HEEL, "neuropathic-symptoms": False, "tinel-tarsal-tunnel": True}).advice


def test_baxter_nerve_needs_no_loss_of_feeling() -> None:
    assert NERVE in visit(findings={**HEEL, "neuropathic-symptoms": False, **BAXTER}).advice


@pytest.mark.parametrize("missing", list(BAXTER))
def test_baxter_nerve_needs_both_of_its_signs(missing: str) -> None:
    assert NERVE not in visit(findings={**HEEL, **BAXTER, missing: False}).advice


def test_a_weak_foot_makes_it_a_warning() -> None:
    findings = {**BURNING, "tinel-tarsal-tunnel": True}
    assert visit(findings={**findings, "foot-motor-weakness": True}).about(NERVE).indicator == "warning"
    assert "foot-motor-weakness" in visit(findings=findings).asked


def test_a_tarsal_tunnel_on_record_is_said_again_only_when_the_foot_is_weak() -> None:
    findings = {**BURNING, "tinel-tarsal-tunnel": True}
    known = ["tarsal-tunnel-syndrome"]
    assert visit(conditions=known, findings=findings).held_back[NERVE] == "already-diagnosed"
    assert NERVE in visit(conditions=known, findings={**findings, "foot-motor-weakness": True}).advice


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start"])
def test_back_pain_with_s1_signs_and_a_tendon_that_is_not_tender(hook: str) -> None:
    assert visit(hook, findings=S1).about(ROOT).indicator == "info"


@pytest.mark.parametrize("change", [{"achilles-tenderness": True}, {"back-pain": False}, {"s1-signs": False}])
def test_each_part_of_the_pattern_is_needed(change: dict[str, bool]) -> None:
    assert ROOT not in visit(findings={**S1, **change}).advice


def test_a_tendon_that_nobody_felt_is_asked_for() -> None:
    seen = visit(findings={name: value for name, value in S1.items() if name != "achilles-tenderness"})
    assert ROOT not in seen.advice
    assert "achilles-tenderness" in seen.asked


def test_cauda_equina_comes_first() -> None:
    seen = visit(findings={**S1, "saddle-anaesthesia": True})
    assert seen.held_back[ROOT] == "spinal-emergency-open"
    assert "spinalEmergency" in seen.advice


def test_under_16_both_are_held_back() -> None:
    seen = visit(born=CHILD, findings={**S1, **BURNING, "pain-location": "posterior", "tinel-tarsal-tunnel": True})
    assert (seen.held_back[ROOT], seen.held_back[NERVE]) == ("under-16", "under-16")
