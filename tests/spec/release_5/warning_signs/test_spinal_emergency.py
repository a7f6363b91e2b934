"""Cauda equina, or strength that goes on being lost (R05)."""

from __future__ import annotations

import pytest

from tests.spec.release_5.clinic import visit

TOPIC = "spinalEmergency"
HEEL = {"pain-location": "posterior"}


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "problem-list-item-create"])
@pytest.mark.parametrize("sign", ["saddle-anaesthesia", "leg-radiation-bilateral"])
def test_each_sign_of_cauda_equina_alone_is_an_emergency(hook: str, sign: str) -> None:
    assert visit(hook, findings={**HEEL, sign: True}).about(TOPIC).indicator == "critical"


def test_both_heels_painful_is_not_pain_in_both_legs() -> None:
    assert TOPIC not in visit(findings={**HEEL, "bilateral-pain": True, "leg-radiation-bilateral": False}).advice


@pytest.mark.parametrize("root", ["back-pain", "s1-signs"])
def test_weakness_with_back_signs_that_gets_worse_is_an_emergency(root: str) -> None:
    weak = {**HEEL, "foot-motor-weakness": True, "worsening-pain": True, root: True}
    assert TOPIC in visit(findings=weak).advice
    assert TOPIC not in visit(findings={**weak, "worsening-pain": False}).advice


def test_a_weak_foot_without_back_signs_is_not() -> None:
    weak = {**HEEL, "foot-motor-weakness": True, "worsening-pain": True, "back-pain": False, "s1-signs": False}
    assert TOPIC not in visit(findings=weak).advice


def test_saddle_feeling_that_nobody_asked_for_is_a_question_beside_s1_signs() -> None:
    seen = visit(findings={**HEEL, "back-pain": True, "s1-signs": True, "achilles-tenderness": False})
    assert TOPIC not in seen.advice
    assert {"saddle-anaesthesia", "leg-radiation-bilateral"} <= seen.asked
