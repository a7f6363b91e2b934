"""UCUM units, exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest

from knowledge.units import convert, is_usable


@pytest.mark.parametrize(
    ("value", "unit", "target", "expected"),
    [
        ("10", "[mi_i]", "km", "16.09344"),
        ("5000", "m", "km", "5"),
        ("12", "[ft_i]", "[yd_i]", "4"),
        ("84", "d", "wk", "12"),
        ("90", "min", "h", "1.5"),
        ("2", "wk", "d", "14"),
        ("100", "[lb_av]", "kg", "45.359237"),
        ("37", "Cel", "Cel", "37"),
        ("98.6", "[degF]", "Cel", "37.0"),
        ("37", "Cel", "[degF]", "98.60"),
        ("310.15", "K", "Cel", "37.00"),
        ("90", "mL/min/{1.73_m2}", "mL/min/{1.73_m2}", "90"),
        ("90", "mL/min", "mL/min/{1.73_m2}", "90"),
        ("250", "10*9/L", "10*3/uL", "250"),
        ("7", "1", "{score}", "7"),
        ("7", "", "{score}", "7"),
        ("3", "{count}", "1", "3"),
        ("20", "km/wk", "km/wk", "20"),
        ("10", "[mi_i]/wk", "km/wk", "16.09344"),
        ("5", "min/km", "s/m", "0.3"),
    ],
)
def test_a_value_is_converted_exactly(value: str, unit: str, target: str, expected: str) -> None:
    assert convert(Decimal(value), unit, target) == Decimal(expected)


@pytest.mark.parametrize(
    ("unit", "target"), [("mmol/L", "mg/dL"), ("kg", "km"), ("Cel", "km"), ("furlong", "km"), ("km", "furlong")]
)
def test_units_that_do_not_fit_each_other_convert_to_nothing(unit: str, target: str) -> None:
    assert convert(Decimal(1), unit, target) is None


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999999", "1e-999999"])
def test_a_number_no_patient_can_have_is_not_usable(value: str) -> None:
    assert not is_usable(Decimal(value))


@pytest.mark.parametrize("value", ["0", "-2.5", "0.0001", "350000"])
def test_a_number_of_a_patient_is_usable(value: str) -> None:
    assert is_usable(Decimal(value))
