"""Numbers and units: what can be converted, what stays as it came, and what is no number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_service.intake.quantities import decimal, quantity, typed, ucum
from knowledge.units import convert
from tests.unit.intake.fhir import UCUM


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("mi", "[mi_i]"), ("miles", "[mi_i]"), ("KM", "km"), ("mins", "min"), ("lbs", "[lb_av]"), ("Weeks", "wk"),
        ("degrees", "deg"), ("°C", "Cel"), ("deg F", "[degF]"), ("mmHg", "mm[Hg]"),
        ("mL/min/1.73m2", "mL/min/{1.73_m2}"),
        ("mL/min/1\u200b.73m2", "mL/min/{1.73_m2}"), ("miles per week", "[mi_i]/wk"), ("years", "a"),
        ("m", "m"), ("mm", "mm"),
        ("km/wk", "km/wk"), ("{score}", "{score}"), ("K/uL", "10*3/uL"),
    ],
)  # fmt: skip
def test_unit_words_become_ucum(written: str, unit: str) -> None:
    assert ucum(written) == unit


def test_a_unit_nobody_knows_stays_as_it_is_and_converts_to_nothing() -> None:
    assert ucum("furlongs") == "furlongs"
    assert convert(Decimal(1), ucum("furlongs"), "km") is None


@pytest.mark.parametrize(
    ("given_quantity", "unit"),
    [
        ({"value": 1, "unit": "miles", "code": "km", "system": UCUM}, "km"),
        ({"value": 1, "unit": "miles", "code": "km"}, "km"),
        ({"value": 1, "unit": "km", "code": "258718000", "system": "http://snomed.info/sct"}, "km"),
        ({"value": 1, "unit": "km"}, "km"),
        ({"value": 1}, ""),
        ({"value": 1, "code": "1", "system": UCUM}, "1"),
    ],
)
def test_the_ucum_code_goes_before_the_printed_unit(given_quantity: dict[str, Any], unit: str) -> None:
    found = quantity(given_quantity)
    assert found is not None
    assert found.unit == unit


@pytest.mark.parametrize(
    "value", [None, "", "abc", "NaN", "Infinity", float("inf"), float("nan"), 10**400, True, [], {}]
)
def test_what_is_not_a_finite_number_is_none(value: object) -> None:
    assert decimal(value) is None


def test_a_decimal_keeps_the_digits_it_was_written_with() -> None:
    assert decimal(6.4) == Decimal("6.4")
    assert decimal("6.40") == Decimal("6.40")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("6", 6, 6), ("6/10", 6, 6), ("6 out of 10", 6, 6), ("6-7", 6, 7), ("6 to 7", 6, 7), ("6,5", "6.5", "6.5")],
)
def test_typed_numbers_are_read(text: str, low: str, high: str) -> None:
    found = typed(text)
    assert found is not None
    assert (found.low, found.high) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    "text", ["", "refused", "7-6", "n/a", "six", "6 or more maybe, ask her mother about the other one", None]
)
def test_typed_words_are_not_numbers(text: object) -> None:
    assert typed(text) is None


@given(st.text(max_size=50))
def test_no_text_stops_the_reading_of_numbers(text: str) -> None:
    typed(text)
    decimal(text)
    ucum(text)
