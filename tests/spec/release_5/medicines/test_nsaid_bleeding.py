"""R38: an NSAID order and bleeding."""

from __future__ import annotations

import pytest

from tests.spec.release_5.medicines.orders import BLEEDING, GEL, IBUPROFEN, drug, lab, urgency


@pytest.mark.parametrize("disorder", ["active-bleed-or-ulcer", "severe-liver-failure"])
def test_an_active_ulcer_or_liver_failure_forbids_it(disorder: str) -> None:
    assert urgency(BLEEDING, conditions=[disorder]) == "critical"


def test_an_ulcer_of_the_past_is_a_warning_and_more_than_one_forbids_it() -> None:
    assert (
        urgency(BLEEDING, conditions=[{"concept": "gastrointestinal-bleed-or-ulcer", "standing": "past"}]) == "warning"
    )
    assert urgency(BLEEDING, conditions=[{"concept": "gastrointestinal-bleed-or-ulcer", "date": "2019-01-01"}]) == (
        "warning"
    )


@pytest.mark.parametrize("one", ["anticoagulant"])
def test_an_anticoagulant_is_a_warning(one: str) -> None:
    assert urgency(BLEEDING, medications=[one]) == "warning"


@pytest.mark.parametrize("one", ["aspirin", "antiplatelet", "ssri-or-snri", "corticosteroid"])
def test_one_lesser_factor_asks_for_a_proton_pump_inhibitor(one: str) -> None:
    assert urgency(BLEEDING, medications=[one]) == "info"


def test_two_lesser_factors_are_a_warning() -> None:
    assert urgency(BLEEDING, medications=["ssri-or-snri", "corticosteroid"]) == "warning"
    assert urgency(BLEEDING, medications=["ssri-or-snri"], born="1961-11-25") == "warning"
    assert urgency(BLEEDING, medications=["aspirin", "antiplatelet"]) == "warning"


def test_age_counts_from_65() -> None:
    assert urgency(BLEEDING, born="1961-11-25") == "info"
    assert urgency(BLEEDING, born="1961-11-26") is None
    assert urgency(BLEEDING, born=None) is None


@pytest.mark.parametrize(("platelets", "expected"), [(49, "warning"), (120, "warning"), (150, None)])
def test_low_platelets_are_a_warning(platelets: float, expected: str | None) -> None:
    assert urgency(BLEEDING, observations=[lab("777-3", platelets, "10*3/uL")]) == expected


def test_two_different_nsaids_at_once_are_a_warning_a_gel_included() -> None:
    assert urgency(BLEEDING, IBUPROFEN, drug("naproxen")) == "warning"
    assert urgency(BLEEDING, drug("diclofenac", "topical"), medications=["naproxen"]) == "warning"


def test_the_same_drug_ordered_again_is_not_two() -> None:
    assert urgency(BLEEDING, IBUPROFEN, medications=["ibuprofen"]) is None


def test_a_gel_alone_is_asked_about_after_an_ulcer_and_passes_beside_an_anticoagulant() -> None:
    assert urgency(BLEEDING, GEL, conditions=["gastrointestinal-bleed-or-ulcer"]) == "info"
    assert urgency(BLEEDING, GEL, medications=["anticoagulant"]) is None
