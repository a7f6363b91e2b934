"""R40: an NSAID order and heart, vessels, blood pressure, allergy and other drugs."""

from __future__ import annotations

import pytest

from tests.spec.release_5.clinic import visit
from tests.spec.release_5.medicines.orders import BLEEDING, GEL, HEART, drug, lab, urgency

DICLOFENAC, COXIB, NAPROXEN = drug("diclofenac"), drug("coxib"), drug("naproxen")
ETORICOXIB = drug("etoricoxib")


def pressure(systolic: float, diastolic: float) -> list[dict[str, object]]:
    return [lab("8480-6", systolic, "mm[Hg]"), lab("8462-4", diastolic, "mm[Hg]")]


@pytest.mark.parametrize("order", [NAPROXEN, GEL])
@pytest.mark.parametrize("reaction", ["analgesic-allergy", "aspirin-exacerbated-respiratory-disease"])
def test_a_reaction_to_aspirin_or_an_nsaid_forbids_all_of_them(order: dict[str, str], reaction: str) -> None:
    assert urgency(HEART, order, conditions=[reaction]) == "critical"


@pytest.mark.parametrize("disease", ["ischaemic-heart-disease", "stroke", "peripheral-arterial-disease"])
def test_arterial_disease_forbids_diclofenac_and_coxibs_and_warns_of_others(disease: str) -> None:
    for order in (DICLOFENAC, COXIB):
        assert urgency(HEART, order, conditions=[disease]) == "critical"
    assert urgency(HEART, NAPROXEN, conditions=[disease]) == "warning"
    assert urgency(HEART, drug("diclofenac", "topical"), conditions=[disease]) is None


def test_heart_failure_warns_and_forbids_where_it_is_severe() -> None:
    assert urgency(HEART, NAPROXEN, conditions=["heart-failure"]) == "warning"
    assert urgency(HEART, NAPROXEN, conditions=["severe-heart-failure"]) == "critical"
    assert urgency(HEART, DICLOFENAC, conditions=["heart-failure"]) == "critical"
    assert urgency(HEART, DICLOFENAC, conditions=["heart-failure", "mild-heart-failure"]) == "warning"


def test_nothing_around_bypass_surgery() -> None:
    assert urgency(HEART, NAPROXEN, procedures=[{"concept": "coronary-bypass", "date": "2026-11-10"}]) == "critical"
    assert urgency(HEART, NAPROXEN, procedures=[{"concept": "coronary-bypass", "date": "2026-10-10"}]) is None


@pytest.mark.parametrize(
    ("systolic", "diastolic", "expected"), [(160, 80, "warning"), (150, 100, "warning"), (159, 99, None)]
)
def test_pressure_warns_from_160_over_100(systolic: float, diastolic: float, expected: str | None) -> None:
    assert urgency(HEART, NAPROXEN, observations=pressure(systolic, diastolic)) == expected


def test_etoricoxib_is_stricter() -> None:
    assert urgency(HEART, ETORICOXIB, observations=pressure(141, 80)) == "warning"
    assert urgency(HEART, ETORICOXIB, observations=pressure(141, 80), conditions=["hypertension"]) == "critical"
    assert urgency(HEART, ETORICOXIB, observations=pressure(140, 90), conditions=["hypertension"]) is None


def earlier(systolic: float, diastolic: float, date: str) -> list[dict[str, object]]:
    return [{**one, "date": date} for one in pressure(systolic, diastolic)]


def test_two_pressures_on_separate_days_within_90_are_a_pressure_that_stays() -> None:
    today = pressure(141, 80)
    assert urgency(HEART, ETORICOXIB, observations=[*today, *earlier(145, 82, "2026-11-10")]) == "critical"
    assert urgency(HEART, ETORICOXIB, observations=[*today, *earlier(139, 82, "2026-11-10")]) == "warning"
    assert urgency(HEART, ETORICOXIB, observations=[*today, *earlier(145, 82, "2026-07-10")]) == "warning"
    assert urgency(HEART, ETORICOXIB, observations=[*pressure(135, 91), *earlier(130, 95, "2026-11-10")]) == "critical"
    assert urgency(HEART, ETORICOXIB, observations=[*pressure(141, 80), *earlier(130, 95, "2026-11-10")]) == "warning"


@pytest.mark.parametrize("other", ["lithium", "methotrexate", "calcineurin-inhibitor"])
def test_three_other_drugs_warn(other: str) -> None:
    assert urgency(HEART, NAPROXEN, medications=[other]) == "warning"
    assert urgency(HEART, GEL, medications=[other]) is None


def test_surgery_for_weight_loss_warns() -> None:
    assert urgency(HEART, NAPROXEN, conditions=["bariatric-surgery"]) == "warning"


def test_asthma_without_a_word_on_reactions_asks_one_question() -> None:
    assert urgency(HEART, NAPROXEN, conditions=["asthma"]) == "info"


def test_where_nothing_is_known_nothing_is_said() -> None:
    assert urgency(HEART, NAPROXEN) is None


@pytest.mark.parametrize(
    ("other", "expected"),
    [((130, 80), "warning"), ((160, 80), "warning"), ((150, 80), "warning"), ((170, 100), "warning")],
)
def test_pressures_of_one_day_without_hours_that_disagree_are_measured_again(
    other: tuple[float, float], expected: str
) -> None:
    assert urgency(HEART, NAPROXEN, observations=_of_one_day((165, 105), other)) == expected


def test_pressures_of_one_day_that_agree_are_not_questioned() -> None:
    assert urgency(HEART, NAPROXEN, observations=_of_one_day((145, 85), (130, 80))) is None


def test_a_systolic_pressure_alone_is_no_disagreement() -> None:
    assert urgency(HEART, NAPROXEN, observations=[lab("8480-6", 130, "mm[Hg]")]) is None


def test_with_hypertension_on_record_the_pressure_is_measured_before_etoricoxib() -> None:
    assert urgency(HEART, ETORICOXIB, conditions=["hypertension"]) == "warning"
    assert urgency(HEART, ETORICOXIB, conditions=["hypertension"], observations=pressure(128, 78)) is None
    assert urgency(HEART, NAPROXEN, conditions=["hypertension"]) is None


def test_readings_that_disagree_about_140_over_90_are_taken_again_before_etoricoxib_alone() -> None:
    readings = _of_one_day((150, 85), (130, 80))
    assert urgency(HEART, ETORICOXIB, observations=readings) == "warning"
    assert urgency(HEART, NAPROXEN, observations=readings) is None
    assert urgency(HEART, ETORICOXIB) is None


def test_a_bleeding_risk_leads_the_card_and_the_pressure_stands_beside_it() -> None:
    seen = visit("order-sign", drafts=[ETORICOXIB], medications=["anticoagulant"], observations=pressure(150, 85))
    topics = [one.topic for one in seen.decision.recommended]
    assert topics.index(BLEEDING) < topics.index(HEART)


def _of_one_day(*readings: tuple[float, float]) -> list[dict[str, object]]:
    return [one for systolic, diastolic in readings for one in earlier(systolic, diastolic, "2026-11-20")]
