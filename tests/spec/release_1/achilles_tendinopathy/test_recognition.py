"""How midportion, insertion and bursa are told apart: by place and by timing."""

from __future__ import annotations

import pytest

from tests.spec.release_1.clinic import visit

MIDPORTION, INSERTION = "achillesMidportionCare", "achillesInsertionalCare"
BOTH = {MIDPORTION, INSERTION}
TIMINGS = [
    {"morning-stiffness-duration": 5},
    {"eases-with-activity": True},
    {"worse-after-running": True},
    {"dull-ache-after-activity": True},
]


@pytest.mark.parametrize("timing", TIMINGS)
def test_stiff_or_sore_in_the_midportion_is_midportion_tendinopathy(timing: dict[str, object]) -> None:
    assert visit(findings={"pain-location": "achilles-midportion", **timing}).advice & BOTH == {MIDPORTION}


@pytest.mark.parametrize("place", ["achilles-insertion", "retrocalcaneal", "posterior"])
@pytest.mark.parametrize("timing", [*TIMINGS, {"shoe-counter-pain": True}])
def test_stiff_or_sore_at_the_back_of_the_heel_is_insertional(place: str, timing: dict[str, object]) -> None:
    assert visit(findings={"pain-location": place, **timing}).advice & BOTH == {INSERTION}


def test_a_painful_squeeze_in_front_of_the_tendon_is_bursitis_and_cared_for_as_insertional() -> None:
    assert visit(findings={"retrocalcaneal-squeeze": True}).advice & BOTH == {INSERTION}


def test_a_painful_bursa_beside_midportion_pain_is_loaded_from_the_floor() -> None:
    findings = {"pain-location": "achilles-midportion", "worse-after-running": True, "retrocalcaneal-squeeze": True}
    assert visit(findings=findings).advice & BOTH == {INSERTION}


@pytest.mark.parametrize("place", ["achilles-midportion", "posterior"])
def test_place_without_timing_is_not_enough(place: str) -> None:
    assert not visit(findings={"pain-location": place}).advice & BOTH


def test_timing_without_place_is_not_enough() -> None:
    assert not visit(findings={"worse-after-running": True}).advice & BOTH


def test_a_tender_tendon_with_typical_timing_is_taken_for_the_midportion() -> None:
    assert visit(findings={"achilles-tenderness": True, "worse-after-running": True}).advice & BOTH == {MIDPORTION}


def test_a_recorded_tendinopathy_of_unknown_place_is_taken_for_the_midportion() -> None:
    assert visit(conditions=["achilles-tendinopathy"]).advice & BOTH == {MIDPORTION}


def test_a_recorded_tendinopathy_with_pain_at_the_insertion_is_insertional() -> None:
    seen = visit(conditions=["achilles-tendinopathy"], findings={"pain-location": "achilles-insertion"})
    assert seen.advice & BOTH == {INSERTION}


def test_recorded_bursitis_is_cared_for_as_insertional() -> None:
    assert visit(conditions=["achilles-bursitis"]).advice & BOTH == {INSERTION}


def test_no_morning_stiffness_is_not_stiffness() -> None:
    findings = {"pain-location": "achilles-midportion", "morning-stiffness-duration": 0}
    assert not visit(findings=findings).advice & BOTH


def test_plantar_pain_after_running_is_not_the_tendon() -> None:
    assert not visit(findings={"pain-location": "plantar-medial", "worse-after-running": True}).advice & BOTH
