"""Care of the Achilles tendon: loading, what may be added after 12 weeks (R28), an opinion after 6 months (R29)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

TENDON = ["achilles-tendinopathy"]
ADJUNCTS, OPINION = "achillesAdjuncts", "achillesSurgicalOpinion"


def _loaded(weeks: float, conditions: list[str] | None = None, **findings: Any) -> Any:
    told = {name.replace("_", "-"): value for name, value in findings.items()}
    return visit(conditions=conditions or TENDON, findings={"loading-programme-duration": weeks, **told})


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
    assert "achillesMidportionCare" in seen.held_back


def test_twelve_weeks_of_loading_and_a_change_under_fourteen_open_the_way_to_shockwave() -> None:
    assert ADJUNCTS in _loaded(12, visa_a_change=13.9).advice


@pytest.mark.parametrize(("weeks", "change"), [(11.9, 0), (12, 14)])
def test_less_loading_or_more_gain_does_not(weeks: float, change: float) -> None:
    assert ADJUNCTS not in _loaded(weeks, visa_a_change=change).advice


def test_a_change_nobody_scored_is_asked_for() -> None:
    seen = _loaded(12)
    assert ADJUNCTS not in seen.advice
    assert "visa-a-change" in seen.asked


def test_loading_of_unknown_duration_is_not_taken_for_twelve_weeks() -> None:
    seen = visit(conditions=TENDON, findings={"symptom-duration": 40, "visa-a-change": 2})
    assert ADJUNCTS not in seen.advice
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
    findings = {"loading-programme-duration": 16, "visa-a-change": 2}
    assert visit(findings=findings, **told).held_back[ADJUNCTS] == reason


@pytest.mark.parametrize("failure", [{"visa_a_change": 6.9}, {"pain_severity": 4}, {"activities_limited": True}])
def test_six_months_of_active_care_without_success_ask_for_an_opinion(failure: dict[str, Any]) -> None:
    assert OPINION in _loaded(26, **failure).advice


def test_five_months_or_success_do_not() -> None:
    assert OPINION not in _loaded(25.9, visa_a_change=0, pain_severity=8).advice
    assert OPINION not in _loaded(30, visa_a_change=20, pain_severity=1, activities_limited=False).advice


def test_after_six_months_of_loading_the_success_is_asked_for() -> None:
    seen = _loaded(26)
    assert OPINION not in seen.advice
    assert "visa-a-change" in seen.asked


def test_months_of_symptoms_are_not_months_of_care() -> None:
    seen = visit(conditions=TENDON, findings={"symptom-duration": 60, "pain-severity": 6})
    assert OPINION not in seen.advice
    assert "loading-programme-duration" in seen.asked


def test_an_opinion_that_is_asked_for_is_not_advised_again() -> None:
    findings = {"loading-programme-duration": 30, "visa-a-change": 2}
    seen = visit(conditions=TENDON, findings=findings, orders=["orthopaedic-referral"])
    assert seen.held_back[OPINION] == "already-arranged"
