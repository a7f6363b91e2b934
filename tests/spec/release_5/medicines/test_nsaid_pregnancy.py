"""R39: an NSAID order in pregnancy, by the weeks it has come to today."""

from __future__ import annotations

import pytest

from tests.spec.release_5.medicines.orders import GEL, IBUPROFEN, PREGNANCY, drug, lab, urgency


@pytest.mark.parametrize("order", [IBUPROFEN, GEL])
@pytest.mark.parametrize(
    ("weeks", "expected"), [(19.5, "info"), (20.1, "warning"), (27.5, "warning"), (28.1, "critical"), (39, "critical")]
)
def test_the_weeks_decide_for_tablets_and_gels_alike(order: dict[str, str], weeks: float, expected: str) -> None:
    assert urgency(PREGNANCY, order, observations=[lab("18185-9", weeks, "wk")]) == expected


@pytest.mark.parametrize("code", ["18185-9", "11884-4", "49051-6"])
def test_weeks_may_come_as_days_under_each_code(code: str) -> None:
    assert urgency(PREGNANCY, observations=[lab(code, 200, "d")]) == "critical"


def test_weeks_noted_earlier_have_grown() -> None:
    noted = {**lab("18185-9", 18, "wk"), "date": "2026-11-01"}
    assert urgency(PREGNANCY, observations=[noted]) == "warning"


def test_a_pregnancy_noted_a_year_ago_is_over() -> None:
    noted = {**lab("18185-9", 18, "wk"), "date": "2026-02-01"}
    assert urgency(PREGNANCY, observations=[noted]) is None


def test_a_pregnancy_of_unknown_length_is_a_warning() -> None:
    assert urgency(PREGNANCY, conditions=["pregnancy"]) == "warning"


def test_where_no_pregnancy_is_on_record_nothing_is_said() -> None:
    assert urgency(PREGNANCY) is None
    assert urgency(PREGNANCY, drug("paracetamol"), conditions=["pregnancy"]) is None
    assert urgency(PREGNANCY, drug("diclofenac", "eye"), conditions=["pregnancy"]) is None
