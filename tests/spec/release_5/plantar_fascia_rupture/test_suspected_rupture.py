"""Suspected rupture of the plantar fascia (R14)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit
from tests.spec.release_5.harmless import HARMLESS_CARE

TOPIC = "plantarFasciaRupture"
SOLE = {"pain-location": "plantar-medial"}


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "problem-list-item-create"])
@pytest.mark.parametrize("sign", ["sudden-pop", "plantar-ecchymosis", "plantar-fascia-defect"])
def test_a_pop_bruise_or_defect_under_the_heel(hook: str, sign: str) -> None:
    assert visit(hook, findings={**SOLE, sign: True}).about(TOPIC).indicator == "warning"


def test_a_pop_behind_the_heel_is_a_matter_of_the_achilles_tendon() -> None:
    assert TOPIC not in visit(findings={"pain-location": "posterior", "sudden-pop": True}).advice


def test_an_old_plantar_fasciitis_does_not_draw_a_pop_from_the_calf_to_the_sole() -> None:
    seen = visit(conditions=["plantar-fasciitis"], findings={"pain-location": "calf", "sudden-pop": True})
    assert TOPIC not in seen.advice
    assert "achillesRuptureTestsNeeded" in seen.advice


def test_bruising_at_the_ankle_is_not_bruising_of_the_sole() -> None:
    assert TOPIC not in visit(findings={**SOLE, "heel-ecchymosis": True, "plantar-ecchymosis": False}).advice


@pytest.mark.parametrize(
    "injected",
    [
        {"findings": {"heel-injection-recent": True}},
        {"findings": {"steroid-injections-12m": 1}},
        {"findings": {"treatments-tried": "steroid-injection"}},
        {"procedures": [{"concept": "heel-steroid-injection", "date": "2026-10-01"}]},
    ],
)
def test_an_arch_that_flattened_after_an_injection(injected: dict[str, Any]) -> None:
    flat = {**SOLE, "arch-flattening": True, **injected.get("findings", {})}
    assert TOPIC in visit(findings=flat, procedures=injected.get("procedures", [])).advice


def test_a_flat_arch_without_an_injection_is_not_enough() -> None:
    flat = {**SOLE, "arch-flattening": True, "steroid-injections-12m": 0, "heel-injection-recent": False}
    assert TOPIC not in visit(findings=flat).advice


def test_no_harmless_care_stands_beside_it() -> None:
    seen = visit(conditions=["plantar-fasciitis"], findings={**SOLE, "plantar-fascia-defect": True})
    assert not seen.advice & HARMLESS_CARE
    assert "seekCare" not in seen.advice


def test_a_rupture_on_record_is_not_suspected_again() -> None:
    seen = visit(conditions=["plantar-fascia-rupture"], findings={**SOLE, "plantar-fascia-defect": True})
    assert seen.held_back[TOPIC] == "already-diagnosed"
