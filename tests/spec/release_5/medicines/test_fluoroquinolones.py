"""R07 and R08: fluoroquinolones and tendons."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit
from tests.spec.release_5.medicines.orders import drug, egfr, urgency

TENDON, ORDER = "fluoroquinoloneTendon", "fluoroquinoloneOrderRisk"
PAIN = {"pain-location": "achilles-midportion"}


def _tendon(hook: str = "patient-view", **told: Any) -> str | None:
    seen = visit(hook, **told)
    return seen.about(TENDON).indicator if TENDON in seen.advice else None


def _stopped(day: str) -> list[dict[str, str]]:
    return [{"concept": "fluoroquinolone", "standing": "past", "date": day}]


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "problem-list-item-create", "order-select"])
def test_achilles_pain_on_a_fluoroquinolone_is_critical(hook: str) -> None:
    assert _tendon(hook, findings=PAIN, medications=["fluoroquinolone"]) == "critical"


def test_within_six_months_of_one_it_is_a_warning_and_later_nothing() -> None:
    assert _tendon(findings=PAIN, medications=_stopped("2026-06-01")) == "warning"
    assert _tendon(findings=PAIN, medications=_stopped("2026-05-01")) is None


def test_eye_drops_are_not_meant() -> None:
    assert _tendon(findings=PAIN, medications=[{"concept": "fluoroquinolone", "route": "eye"}]) is None


def test_old_trouble_counts_only_when_it_grows_worse() -> None:
    old = {**PAIN, "symptom-duration": 60}
    assert _tendon(findings=old, medications=["fluoroquinolone"]) is None
    assert _tendon(findings={**old, "worsening-pain": True}, medications=["fluoroquinolone"]) == "critical"


def test_pain_under_the_heel_is_no_tendon() -> None:
    assert _tendon(findings={"pain-location": "plantar-medial"}, medications=["fluoroquinolone"]) is None


def test_pain_without_a_known_place_says_nothing() -> None:
    assert _tendon(conditions=["heel-pain"], medications=["fluoroquinolone"]) is None


@pytest.mark.parametrize(
    "told",
    [
        {"born": "1965-11-25"},
        {"medications": ["corticosteroid"]},
        {"conditions": ["solid-organ-transplant"]},
        {"conditions": ["chronic-kidney-disease"]},
        {"conditions": [{"concept": "achilles-tendinopathy", "standing": "past"}]},
        {"conditions": [{"concept": "achilles-rupture", "standing": "past"}]},
        {"observations": egfr(50)},
    ],
)
def test_each_risk_questions_the_order(told: dict[str, Any]) -> None:
    assert urgency(ORDER, drug("fluoroquinolone"), **told) == "warning"


@pytest.mark.parametrize("told", [{"born": "1966-11-25"}, {"born": None}, {"observations": egfr(60)}])
def test_at_60_with_good_kidneys_or_where_nothing_is_known_it_passes(told: dict[str, Any]) -> None:
    assert urgency(ORDER, drug("fluoroquinolone"), **told) is None


@pytest.mark.parametrize("route", ["eye", "ear"])
def test_drops_pass_whatever_the_risk(route: str) -> None:
    assert urgency(ORDER, drug("fluoroquinolone", route), born="1950-01-01") is None


def test_a_route_nobody_stated_counts_as_the_whole_body() -> None:
    assert urgency(ORDER, drug("fluoroquinolone", "unknown"), born="1950-01-01") == "warning"
