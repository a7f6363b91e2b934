"""R37: an NSAID order and the kidneys."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.medicines.orders import GEL, IBUPROFEN, KIDNEY, drug, egfr, lab, urgency


@pytest.mark.parametrize(
    ("value", "expected"), [(29, "critical"), (29.9, "critical"), (30, "warning"), (59, "warning"), (60, None)]
)
def test_the_egfr_decides_how_urgent_it_is(value: float, expected: str | None) -> None:
    assert urgency(KIDNEY, observations=egfr(value)) == expected


@pytest.mark.parametrize("route", ["oral", "rectal", "injection", "unknown"])
def test_an_nsaid_that_acts_on_the_whole_body_counts_by_each_route(route: str) -> None:
    assert urgency(KIDNEY, drug("ibuprofen", route), observations=egfr(25)) == "critical"


@pytest.mark.parametrize("route", ["eye", "ear"])
def test_drops_are_no_nsaid_of_the_whole_body(route: str) -> None:
    assert urgency(KIDNEY, drug("ibuprofen", route), observations=egfr(25)) is None


def test_a_gel_is_only_asked_about() -> None:
    assert urgency(KIDNEY, GEL, observations=egfr(25)) == "info"
    assert urgency(KIDNEY, drug("nsaid-gel", "unknown"), observations=egfr(25)) == "info"


def test_three_drugs_together_are_a_warning_and_two_with_good_kidneys_are_none() -> None:
    both = ["ace-inhibitor-or-arb", "diuretic"]
    assert urgency(KIDNEY, medications=both, observations=egfr(90)) == "warning"
    for one in both:
        assert urgency(KIDNEY, medications=[one], observations=egfr(90)) is None


@pytest.mark.parametrize("one", ["ace-inhibitor-or-arb", "diuretic"])
def test_with_one_of_them_an_unknown_egfr_is_to_be_measured(one: str) -> None:
    assert urgency(KIDNEY, medications=[one]) == "info"


def test_kidney_disease_beside_an_ace_inhibitor_is_a_warning_whatever_the_egfr() -> None:
    told = {"conditions": ["chronic-kidney-disease"], "medications": ["ace-inhibitor-or-arb"]}
    assert urgency(KIDNEY, **told) == "warning"
    assert urgency(KIDNEY, observations=egfr(80), **told) == "warning"


def test_a_stage_on_record_stands_for_an_egfr_nobody_measured() -> None:
    assert urgency(KIDNEY, conditions=["severe-chronic-kidney-disease"]) == "critical"
    assert urgency(KIDNEY, conditions=["severe-chronic-kidney-disease"], observations=egfr(40)) == "warning"


def test_where_nothing_is_known_nothing_is_said() -> None:
    assert urgency(KIDNEY) is None


def test_of_several_drafts_only_the_one_just_picked_is_meant() -> None:
    waiting = {**IBUPROFEN, "selected": False}
    assert urgency(KIDNEY, waiting, hook="order-select", observations=egfr(25)) is None
    assert urgency(KIDNEY, waiting, IBUPROFEN, hook="order-select", observations=egfr(25)) == "critical"


def test_paracetamol_is_no_nsaid() -> None:
    assert urgency(KIDNEY, drug("paracetamol"), observations=egfr(25)) is None


@pytest.mark.parametrize(
    ("creatinine", "sex", "expected"),
    [
        (lab("2160-0", 2.5, "mg/dL"), "female", "critical"),
        (lab("2160-0", 221, "umol/L"), "female", "critical"),
        (lab("2160-0", 1.5, "mg/dL"), "male", "warning"),
        (lab("2160-0", 0.8, "mg/dL"), "male", None),
    ],
)
def test_creatinine_stands_for_an_egfr_nobody_reported(
    creatinine: dict[str, Any], sex: str, expected: str | None
) -> None:
    assert urgency(KIDNEY, sex=sex, born="1956-11-25", observations=[creatinine]) == expected


def test_a_reported_egfr_goes_before_the_creatinine() -> None:
    both = [*egfr(70), lab("2160-0", 2.5, "mg/dL")]
    assert urgency(KIDNEY, sex="female", born="1956-11-25", observations=both) is None


@pytest.mark.parametrize("told", [{"sex": "unknown"}, {"sex": "other"}, {"born": None}, {"born": "2009-11-25"}])
def test_without_sex_or_age_or_in_a_child_creatinine_tells_no_egfr(told: dict[str, Any]) -> None:
    patient = {"sex": "female", "born": "1956-11-25", **told}
    assert urgency(KIDNEY, observations=[lab("2160-0", 2.5, "mg/dL")], **patient) is None
