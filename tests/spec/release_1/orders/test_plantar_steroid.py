"""Steroid injection under the heel: sparingly, late, never into infection."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_1.clinic import visit

TOPIC = "plantarSteroidCaution"
ACCEPTABLE = {"symptom-duration": 20, "steroid-injections-12m": 0}
ORDER = ["plantar-injection"]


def _urgency(findings: dict[str, Any], **told: Any) -> str | None:
    seen = visit("order-sign", findings=findings, **{"drafts": ORDER, **told})
    return seen.about(TOPIC).indicator if TOPIC in seen.advice else None


@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
def test_an_injection_in_the_third_week_is_questioned(hook: str) -> None:
    assert TOPIC in visit(hook, findings={"symptom-duration": 3}, drafts=ORDER).advice


def test_a_first_injection_after_twelve_weeks_is_let_pass() -> None:
    assert _urgency(ACCEPTABLE) is None
    assert _urgency({**ACCEPTABLE, "symptom-duration": 12}) is None


def test_an_injection_just_before_twelve_weeks_is_questioned() -> None:
    assert _urgency({**ACCEPTABLE, "symptom-duration": 11.9}) == "warning"


def test_the_second_injection_of_a_year_passes_and_the_third_is_questioned() -> None:
    assert _urgency({**ACCEPTABLE, "steroid-injections-12m": 1}) is None
    assert _urgency({**ACCEPTABLE, "steroid-injections-12m": 2}) == "warning"


@pytest.mark.parametrize("missing", ["symptom-duration", "steroid-injections-12m"])
def test_what_nobody_recorded_counts_against_a_drug(missing: str) -> None:
    known = {name: value for name, value in ACCEPTABLE.items() if name != missing}
    assert _urgency(known) == "warning"


def test_an_order_is_questioned_even_where_no_heel_complaint_is_recorded() -> None:
    assert TOPIC in visit("order-sign", born=None, drafts=ORDER).advice


@pytest.mark.parametrize("sign", ["heel-injection-recent", "fat-pad-thin", "calcaneal-squeeze-test"])
def test_each_known_reason_against_it_is_enough(sign: str) -> None:
    assert _urgency({**ACCEPTABLE, sign: True}) == "warning"
    assert _urgency({**ACCEPTABLE, sign: False}) is None


def test_diabetes_passes_only_with_a_good_haemoglobin_a1c() -> None:
    def measured(percent: float) -> list[dict[str, Any]]:
        return [{"system": "loinc", "code": "4548-4", "value": percent, "unit": "%"}]

    assert _urgency(ACCEPTABLE, conditions=["diabetes"]) == "warning"
    assert _urgency(ACCEPTABLE, conditions=["diabetes"], observations=measured(8.1)) == "warning"
    assert _urgency(ACCEPTABLE, conditions=["diabetes"], observations=measured(6.8)) is None


@pytest.mark.parametrize(
    "signs",
    [{"skin-break": True}, {"systemically-unwell": True}, {"heel-erythema": True, "heel-warmth": True}],
)
def test_signs_of_infection_make_it_critical(signs: dict[str, bool]) -> None:
    assert _urgency({**ACCEPTABLE, **signs}) == "critical"


@pytest.mark.parametrize("infection", ["cellulitis", "osteomyelitis"])
def test_an_infection_on_record_makes_it_critical(infection: str) -> None:
    assert _urgency(ACCEPTABLE, conditions=[infection]) == "critical"


def test_a_general_injection_is_recognised_by_its_place() -> None:
    early = {"symptom-duration": 3}
    assert _urgency(early, drafts=[{"concept": "injection", "site": "plantar-heel-site"}]) == "warning"


@pytest.mark.parametrize(
    "other", ["heel-radiograph", "physiotherapy", "shockwave-therapy", "achilles-region-injection"]
)
def test_another_order_is_not_a_plantar_injection(other: str) -> None:
    assert _urgency({"symptom-duration": 3}, drafts=[other]) is None


def test_the_order_in_question_is_named() -> None:
    seen = visit("order-sign", findings={"symptom-duration": 3}, drafts=ORDER)
    assert len(seen.about(TOPIC).orders) == 1


def test_an_opened_chart_without_an_order_says_nothing_of_injections() -> None:
    assert TOPIC not in visit(conditions=["plantar-fasciitis"], findings={"symptom-duration": 3}).advice
