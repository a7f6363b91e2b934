"""Silence: nobody is told anything who has no complaint of the heel."""

from __future__ import annotations

import pytest

from tests.calls import HOOKS
from tests.spec.release_1.clinic import ALMOST_16, CHILD, visit


@pytest.mark.parametrize("hook", HOOKS)
def test_nothing_is_said_of_a_patient_of_whom_nothing_is_known(hook: str) -> None:
    assert not visit(hook, born=None).advice


@pytest.mark.parametrize("hook", HOOKS)
def test_nothing_is_said_to_a_healthy_runner_however_much_she_runs(hook: str) -> None:
    runs = [{"date": "2026-11-14", "km": 10}, {"date": "2026-11-22", "km": 30}]
    assert not visit(hook, findings={"runs-regularly": True, "shoe-distance": 1200}, runs=runs).advice


def test_pain_of_unknown_place_is_not_heel_pain() -> None:
    seen = visit(findings={"pain-severity": 8, "night-pain": True, "activities-limited": True})
    assert not seen.advice


def test_nothing_is_asked_of_a_patient_without_a_heel_complaint() -> None:
    assert not visit(findings={"runs-regularly": True}).asked


@pytest.mark.parametrize("standing", ["past", "negated", "possible", "uncertain"])
def test_plantar_fasciitis_counts_only_while_it_is_current(standing: str) -> None:
    assert not visit(conditions=[{"concept": "plantar-fasciitis", "standing": standing}]).advice


def test_a_spur_seen_by_chance_in_a_painless_foot_is_not_mentioned() -> None:
    assert not visit(findings={"heel-radiograph-result": "spur"}).advice


@pytest.mark.parametrize("illness", ["diabetes", "gout", "psoriasis", "tarsal-tunnel-syndrome", "fever"])
def test_another_illness_is_no_heel_complaint(illness: str) -> None:
    assert not visit(conditions=[illness]).advice


def test_a_complaint_noted_four_months_ago_says_nothing_of_today() -> None:
    assert not visit(weeks_ago=(17, {"pain-location": "plantar-medial", "first-step-pain": True})).advice


@pytest.mark.parametrize(
    "complaint",
    [
        "first-step-pain",
        "worse-after-running",
        "medial-tubercle-tenderness",
        "achilles-tenderness",
        "shoe-counter-pain",
    ],
)
def test_a_finding_that_is_itself_a_complaint_is_enough(complaint: str) -> None:
    assert "homeCare" in visit(findings={complaint: True}).advice


@pytest.mark.parametrize("place", ["plantar-medial", "posterior", "calcaneal-walls", "medial-ankle"])
def test_any_place_of_pain_at_the_heel_is_enough(place: str) -> None:
    assert "homeCare" in visit(findings={"pain-location": place}).advice


def test_a_finding_that_is_absent_is_no_complaint() -> None:
    assert not visit(findings={"first-step-pain": False, "achilles-tenderness": False}).advice


def test_a_child_is_given_no_advice_for_adults() -> None:
    seen = visit(born=CHILD, findings={"pain-location": "posterior", "worse-after-running": True})
    assert not seen.advice
    assert seen.held_back == {"achillesInsertionalCare": "under-16", "homeCare": "under-16"}


def test_advice_for_adults_begins_on_the_sixteenth_birthday() -> None:
    findings = {"pain-location": "posterior", "worse-after-running": True}
    assert "homeCare" in visit(born="2010-11-25", findings=findings).advice
    assert "homeCare" not in visit(born=ALMOST_16, findings=findings).advice


def test_a_patient_of_unknown_age_is_advised_as_an_adult() -> None:
    assert "homeCare" in visit(born=None, conditions=["heel-pain"]).advice
