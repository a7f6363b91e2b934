"""An Achilles rupture on the problem list that nobody seems to treat, and a calf that lost its power."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import CHILD, visit

TOPIC = "achillesRuptureTestsNeeded"
RUPTURE = {"concept": "achilles-rupture", "began": "2026-11-10"}
POWER = {"plantarflexion-weakness": True, "single-leg-heel-raise-unable": True, "thompson-test": False}


def test_a_fresh_rupture_on_record_without_any_sign_of_treatment_is_a_warning() -> None:
    assert visit(conditions=[RUPTURE]).about(TOPIC).indicator == "warning"
    assert TOPIC in visit(conditions=["achilles-rupture"]).advice  # noted today, onset not recorded


@pytest.mark.parametrize(
    "managed",
    [
        {"orders": ["orthopaedic-referral"]},
        {"orders": ["emergency-referral"]},
        {"procedures": ["achilles-surgery"]},
        {"orders": ["walking-boot"]},
        {"procedures": ["ankle-immobilisation"]},
    ],
)
def test_a_rupture_that_is_being_managed_is_left_alone(managed: dict[str, Any]) -> None:
    assert TOPIC not in visit(conditions=[RUPTURE], **managed).advice


def test_a_rupture_of_more_than_six_weeks_ago_is_left_alone() -> None:
    assert TOPIC not in visit(conditions=[{"concept": "achilles-rupture", "began": "2026-10-01"}]).advice


def test_a_rupture_of_the_past_is_left_alone() -> None:
    assert TOPIC not in visit(conditions=[{"concept": "achilles-rupture", "standing": "past"}, "heel-pain"]).advice


def test_a_positive_calf_squeeze_makes_it_the_critical_card() -> None:
    seen = visit(conditions=[RUPTURE], findings={"thompson-test": True})
    assert "achillesRupture" in seen.advice
    assert TOPIC not in seen.advice


@pytest.mark.parametrize("thompson", [False, "equivocal"])
def test_lost_power_without_a_positive_calf_squeeze_holds_loading_back_and_is_assessed(thompson: Any) -> None:
    seen = visit(conditions=["achilles-tendinopathy"], findings={**POWER, "thompson-test": thompson})
    assert seen.held_back["achillesMidportionCare"] == "power-drop"
    assert seen.about("seekCare").rule == "seek-care-power-drop"
    insertional = visit(conditions=["achilles-insertional-tendinopathy"], findings={**POWER, "thompson-test": thompson})
    assert insertional.held_back["achillesInsertionalCare"] == "power-drop"


@pytest.mark.parametrize("sign", ["plantarflexion-weakness", "single-leg-heel-raise-unable"])
@pytest.mark.parametrize("instead", [False, "equivocal"])
def test_one_sign_of_weakness_alone_leaves_loading(sign: str, instead: Any) -> None:
    seen = visit(conditions=["achilles-tendinopathy"], findings={**POWER, sign: instead})
    assert "achillesMidportionCare" in seen.advice


@pytest.mark.parametrize(("thompson", "advised"), [(False, True), (True, False), ("equivocal", False), (None, False)])
def test_undiagnosed_midportion_pain_is_loaded_only_after_a_negative_calf_squeeze(thompson: Any, advised: bool) -> None:
    told = {"pain-location": "achilles-midportion", "achilles-tenderness": True, "worse-after-running": True}
    tested = {} if thompson is None else {"thompson-test": thompson}
    assert ("achillesMidportionCare" in visit(findings={**told, **tested}).advice) is advised


def test_the_calf_squeeze_is_asked_for_beside_care_only_where_the_tendon_may_be_hurt() -> None:
    plantar = visit(conditions=["plantar-fasciitis"])
    assert "thompson-test" not in plantar.about("plantarCoreCare").unknown
    tendon = visit(conditions=["achilles-tendinopathy"])
    assert "thompson-test" in tendon.about("achillesMidportionCare").unknown


def test_a_child_with_apophysitis_is_not_first_asked_for_the_calf_squeeze() -> None:
    told = {"pain-location": "posterior", "calcaneal-squeeze-test": True, "systemically-unwell": False}
    seen = visit(born=CHILD, conditions=["calcaneal-apophysitis"], findings=told)
    assert "thompson-test" not in seen.about("severDisease").unknown
