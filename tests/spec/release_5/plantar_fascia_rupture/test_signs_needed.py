"""Signs of a plantar fascia rupture that nobody looked for (R14)."""

from __future__ import annotations

import pytest

from tests.spec.release_5.clinic import CHILD, visit

TOPIC = "plantarFasciaSignsNeeded"
INJECTED = {"pain-location": "plantar-medial", "steroid-injections-12m": 1}
LOOKED = {"plantar-ecchymosis": False, "plantar-fascia-defect": False, "arch-flattening": False}


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "problem-list-item-create"])
def test_after_an_injection_the_sole_is_looked_at(hook: str) -> None:
    seen = visit(hook, findings=INJECTED)
    assert seen.about(TOPIC).indicator == "info"
    assert {"plantar-ecchymosis", "plantar-fascia-defect", "arch-flattening"} <= seen.asked


def test_once_all_signs_were_looked_for_nothing_is_asked() -> None:
    assert TOPIC not in visit(findings={**INJECTED, **LOOKED}).advice


def test_without_an_injection_nothing_is_asked() -> None:
    assert TOPIC not in visit(findings={**INJECTED, "steroid-injections-12m": 0}).advice


def test_an_injection_that_nobody_recorded_is_not_assumed() -> None:
    assert TOPIC not in visit(findings={"pain-location": "plantar-medial"}).advice


def test_a_pop_of_unknown_place_with_a_negative_calf_squeeze_points_to_the_sole() -> None:
    assert TOPIC in visit(conditions=["heel-pain"], findings={"sudden-pop": True, "thompson-test": False}).advice


def test_a_sign_that_was_found_is_acted_on_instead() -> None:
    seen = visit(findings={**INJECTED, "plantar-fascia-defect": True})
    assert TOPIC not in seen.advice
    assert "plantarFasciaRupture" in seen.advice


def test_under_16_it_is_held_back() -> None:
    assert visit(born=CHILD, findings=INJECTED).held_back[TOPIC] == "under-16"
