"""How midportion (R26) and insertion or bursa (R27) are told apart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

MIDPORTION, INSERTION = "achillesMidportionCare", "achillesInsertionalCare"
BOTH = {MIDPORTION, INSERTION}
TYPICAL: dict[str, Any] = {
    "pain-location": "achilles-midportion",
    "eases-with-activity": True,
    "achilles-tenderness": True,
    "thompson-test": False,
}
TIMINGS: list[dict[str, Any]] = [
    {"morning-stiffness-duration": 5},
    {"eases-with-activity": True},
    {"worse-after-running": True},
    {"dull-ache-after-activity": True},
]


def _typical(**changed: Any) -> dict[str, Any]:
    changes = {name.replace("_", "-"): value for name, value in changed.items()}
    return {name: value for name, value in {**TYPICAL, **changes}.items() if value is not None}


@pytest.mark.parametrize("timing", TIMINGS)
def test_stiff_or_sore_and_tender_in_the_midportion_with_a_negative_calf_squeeze_is_midportion_tendinopathy(
    timing: dict[str, Any],
) -> None:
    assert visit(findings={**_typical(eases_with_activity=None), **timing}).advice & BOTH == {MIDPORTION}


@pytest.mark.parametrize("changed", [{"achilles_tenderness": False}, {"thompson_test": True}])
def test_a_painless_tendon_or_a_positive_calf_squeeze_is_not(changed: dict[str, Any]) -> None:
    assert not visit(findings=_typical(**changed)).advice & BOTH


def test_a_calf_squeeze_nobody_did_is_asked_for_before_the_tendon_is_loaded() -> None:
    seen = visit(findings=_typical(thompson_test=None))
    assert MIDPORTION not in seen.advice
    assert "thompson-test" in seen.asked


def test_tenderness_nobody_looked_for_is_asked_about() -> None:
    seen = visit(findings=_typical(achilles_tenderness=None))
    assert MIDPORTION not in seen.advice
    assert "achilles-tenderness" in seen.asked


def test_pain_at_the_insertion_is_insertional() -> None:
    assert visit(findings={"pain-location": "achilles-insertion"}).advice & BOTH == {INSERTION}


@pytest.mark.parametrize("place", ["retrocalcaneal", "posterior"])
@pytest.mark.parametrize("timing", [*TIMINGS, {"shoe-counter-pain": True}])
def test_stiff_or_sore_at_the_back_of_the_heel_is_insertional(place: str, timing: dict[str, Any]) -> None:
    assert visit(findings={"pain-location": place, **timing}).advice & BOTH == {INSERTION}


def test_the_back_of_the_heel_without_timing_is_not_enough() -> None:
    assert not visit(findings={"pain-location": "posterior"}).advice & BOTH


def test_a_painful_squeeze_in_front_of_the_tendon_is_bursitis_and_cared_for_as_insertional() -> None:
    assert visit(findings={"retrocalcaneal-squeeze": True}).advice & BOTH == {INSERTION}


def test_a_painless_squeeze_in_front_of_the_tendon_is_not() -> None:
    assert not visit(findings={"pain-location": "retrocalcaneal", "retrocalcaneal-squeeze": False}).advice & BOTH


def test_a_squeeze_nobody_did_is_asked_for() -> None:
    assert "retrocalcaneal-squeeze" in visit(findings={"pain-location": "retrocalcaneal"}).asked


def test_a_painful_bursa_beside_midportion_pain_is_loaded_from_the_floor() -> None:
    assert visit(findings=_typical(retrocalcaneal_squeeze=True)).advice & BOTH == {INSERTION}


def test_a_recorded_tendinopathy_of_unknown_place_is_taken_for_the_midportion() -> None:
    assert visit(conditions=["achilles-tendinopathy"]).advice & BOTH == {MIDPORTION}


def test_a_recorded_tendinopathy_with_pain_at_the_insertion_is_insertional() -> None:
    seen = visit(conditions=["achilles-tendinopathy"], findings={"pain-location": "achilles-insertion"})
    assert seen.advice & BOTH == {INSERTION}


def test_recorded_bursitis_is_cared_for_as_insertional() -> None:
    assert visit(conditions=["achilles-bursitis"]).advice & BOTH == {INSERTION}


def test_plantar_pain_after_running_is_not_the_tendon() -> None:
    assert not visit(findings={"pain-location": "plantar-medial", "worse-after-running": True}).advice & BOTH
