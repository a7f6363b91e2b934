"""How a measurement lies against the range of its laboratory: by its flag, else by the one normal range sent."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.chart import Within
from tests.unit.intake.fhir import LOINC, UCUM, concept, entry, resource

V3 = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
TYPES = "http://terminology.hl7.org/CodeSystem/referencerange-meaning"


def _mg(value: float, **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": "mg/L", "system": UCUM, "code": "mg/L", **more}


def _within(value: Any = None, **told: Any) -> Within | None:
    measured = {"valueQuantity": value or _mg(9.9)}
    crp = resource("Observation", status="final", code=concept(LOINC, "1988-5"), **{**measured, **told})
    return entry(crp).within


@pytest.mark.parametrize(
    ("flag", "within"),
    [
        ("H", Within.ABOVE),
        ("HH", Within.ABOVE),
        ("HU", Within.ABOVE),
        ("N", Within.RANGE),
        ("L", Within.BELOW),
        ("LL", Within.BELOW),
        ("A", None),
    ],
)
def test_the_flag_of_the_laboratory_is_believed(flag: str, within: Within | None) -> None:
    assert _within(interpretation=[concept(V3, flag)]) is within
    assert _within(interpretation=[concept(V3, flag)], referenceRange=[{"high": _mg(1000)}]) is (within or Within.RANGE)


def test_flags_that_contradict_each_other_tell_nothing() -> None:
    assert _within(interpretation=[concept(V3, "H"), concept(V3, "L")]) is None


@pytest.mark.parametrize(
    ("value", "ranged", "within"),
    [
        (_mg(9.9), {"low": _mg(0), "high": _mg(5)}, Within.ABOVE),
        (_mg(5), {"low": _mg(0), "high": _mg(5)}, Within.RANGE),
        (_mg(5, comparator=">"), {"high": _mg(5)}, Within.ABOVE),
        (_mg(5, comparator=">="), {"high": _mg(5)}, None),
        (_mg(4), {"high": _mg(5)}, Within.RANGE),
        (_mg(4, comparator="<"), {"high": _mg(5)}, Within.RANGE),
        (_mg(10, comparator="<"), {"high": _mg(5)}, None),
        (_mg(1), {"low": _mg(2)}, Within.BELOW),
        (_mg(2, comparator="<"), {"low": _mg(2)}, Within.BELOW),
        (_mg(2), {"low": _mg(2)}, Within.RANGE),
        (_mg(9.9), {"high": {**_mg(5), "code": "mg/dL", "unit": "mg/dL"}}, None),
        (_mg(9.9), {"text": "0 to 5"}, None),
        (_mg(9.9), {"high": _mg(5), "type": concept(TYPES, "normal")}, Within.ABOVE),
        (_mg(9.9), {"high": _mg(5), "type": concept(TYPES, "treatment")}, None),
        (_mg(9.9), {"high": _mg(5), "appliesTo": [concept(V3, "x")]}, None),
        (_mg(9.9), {"high": _mg(5), "age": {"high": {"value": 12}}}, None),
    ],
)
def test_without_a_flag_the_one_normal_range_decides(value: Any, ranged: Any, within: Within | None) -> None:
    assert _within(value, referenceRange=[ranged]) is within


@pytest.mark.parametrize("ranges", [None, [], [{"high": _mg(5)}, {"high": _mg(8)}]])
def test_two_ranges_or_none_tell_nothing(ranges: Any) -> None:
    assert _within(referenceRange=ranges) is None
