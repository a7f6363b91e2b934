"""Care of the Achilles tendon."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_1.clinic import visit

TENDON = ["achilles-tendinopathy"]


@pytest.mark.parametrize(
    "hook",
    ["patient-view", "encounter-start", "problem-list-item-create", "appointment-book", "encounter-discharge"],
)
def test_loading_is_also_advised_at_booking_and_discharge(hook: str) -> None:
    assert "achillesMidportionCare" in visit(hook, conditions=TENDON).advice
    assert "achillesInsertionalCare" in visit(hook, conditions=["achilles-bursitis"]).advice


def test_a_loading_programme_that_is_ordered_is_not_advised_again() -> None:
    seen = visit(conditions=TENDON, orders=["calf-loading-programme"])
    assert seen.held_back["achillesMidportionCare"] == "already-arranged"


def test_an_achilles_injury_on_record_gets_no_loading() -> None:
    seen = visit(conditions=["achilles-tendinopathy", "achilles-injury"], findings={"thompson-test": False})
    assert seen.held_back["achillesMidportionCare"] == "injury-on-record"


def test_twelve_weeks_of_loading_without_gain_open_the_way_to_shockwave() -> None:
    findings = {"loading-programme-duration": 12, "visa-a-change": 13}
    assert "achillesAdjuncts" in visit(conditions=TENDON, findings=findings).advice


def test_eleven_weeks_of_loading_do_not() -> None:
    findings = {"loading-programme-duration": 11, "visa-a-change": 0}
    assert "achillesAdjuncts" not in visit(conditions=TENDON, findings=findings).advice


@pytest.mark.parametrize("better", [{"visa-a-change": 14}, {"pain-severity": 3}])
def test_a_tendon_that_got_better_needs_no_addition(better: dict[str, int]) -> None:
    findings = {"loading-programme-duration": 16, **better}
    assert "achillesAdjuncts" not in visit(conditions=TENDON, findings=findings).advice


def test_loading_of_unknown_duration_is_not_taken_for_twelve_weeks() -> None:
    seen = visit(conditions=TENDON, findings={"symptom-duration": 40, "pain-severity": 6})
    assert "achillesAdjuncts" not in seen.advice
    assert "loading-programme-duration" in seen.asked


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"conditions": [*TENDON, "pregnancy"]}, "pregnancy"),
        ({"conditions": TENDON, "medications": ["anticoagulant"]}, "anticoagulant"),
        ({"conditions": [*TENDON, "coagulopathy"]}, "bleeding-disorder"),
        ({"conditions": TENDON, "orders": ["shockwave-therapy"]}, "already-arranged"),
    ],
)
def test_shockwave_is_held_back_where_it_could_harm_or_is_arranged(told: dict[str, Any], reason: str) -> None:
    findings = {"loading-programme-duration": 16, "pain-severity": 6}
    assert visit(findings=findings, **told).held_back["achillesAdjuncts"] == reason
