"""Measured values: FHIR Quantity, Range, plain numbers and the numbers people type, with UCUM units."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from cds_service.intake.codes import system_name
from cds_service.intake.elements import Json, single, text, trimmed
from knowledge.chart import Quantity

_LARGEST = Decimal(10) ** 12
# Unit words as people and devices write them, in lower case without blanks -> UCUM.
_WORDS: dict[str, str] = {
    "mi": "[mi_i]", "mile": "[mi_i]", "miles": "[mi_i]", "mi_i": "[mi_i]", "mi_us": "[mi_us]",
    "km": "km", "kms": "km", "kilometer": "km", "kilometers": "km", "kilometre": "km", "kilometres": "km",
    "meter": "m", "meters": "m", "metre": "m", "metres": "m",
    "in": "[in_i]", "inch": "[in_i]", "inches": "[in_i]", "ft": "[ft_i]", "feet": "[ft_i]", "foot": "[ft_i]",
    "yd": "[yd_i]", "yard": "[yd_i]", "yards": "[yd_i]",
    "lb": "[lb_av]", "lbs": "[lb_av]", "pound": "[lb_av]", "pounds": "[lb_av]", "oz": "[oz_av]",
    "kgs": "kg", "kilogram": "kg", "kilograms": "kg",
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "min": "min", "mins": "min", "minute": "min", "minutes": "min",
    "h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
    "d": "d", "day": "d", "days": "d", "wk": "wk", "wks": "wk", "week": "wk", "weeks": "wk",
    "mo": "mo", "month": "mo", "months": "mo",
    "y": "a", "yr": "a", "yrs": "a", "year": "a", "years": "a", "annum": "a",
    "deg": "deg", "degree": "deg", "degrees": "deg", "°": "deg",
    "c": "Cel", "°c": "Cel", "degc": "Cel", "celsius": "Cel", "cel": "Cel",
    "f": "[degF]", "°f": "[degF]", "degf": "[degF]", "fahrenheit": "[degF]",
    "mmhg": "mm[Hg]", "percent": "%", "pct": "%",
    "km/wk": "km/wk", "km/week": "km/wk", "kmperweek": "km/wk", "kmaweek": "km/wk",
    "mi/wk": "[mi_i]/wk", "mi/week": "[mi_i]/wk", "miles/week": "[mi_i]/wk", "miles/wk": "[mi_i]/wk",
    "milesperweek": "[mi_i]/wk", "milesaweek": "[mi_i]/wk",
    "score": "{score}", "(score)": "{score}", "points": "{score}", "/10": "{score}", "outof10": "{score}",
    "count": "{count}", "steps": "{steps}",
    "ml/min/1.73m2": "mL/min/{1.73_m2}", "ml/min/1.73_m2": "mL/min/{1.73_m2}", "ml/min/1.73m^2": "mL/min/{1.73_m2}",
    "ml/min/{1.73m2}": "mL/min/{1.73_m2}", "ml/min/1.73sqm": "mL/min/{1.73_m2}",
    "ml/min": "mL/min", "mg/dl": "mg/dL", "mmol/l": "mmol/L", "umol/l": "umol/L", "µmol/l": "umol/L",
    "μmol/l": "umol/L", "nmol/l": "nmol/L", "ng/ml": "ng/mL", "mg/l": "mg/L", "kg/m2": "kg/m2", "kg/m^2": "kg/m2",
    "k/ul": "10*3/uL", "x10e3/ul": "10*3/uL", "10*3/ul": "10*3/uL", "10^3/ul": "10*3/uL", "10^9/l": "10*9/L",
    "x10e9/l": "10*9/L",
}  # fmt: skip
_NUMBER = r"(\d{1,6}(?:\.\d{1,4}|,\d{1,2})?)"  # "1,200" could be either: it is neither
_OUT_OF = re.compile(rf"{_NUMBER}\s*(?:/|out of)\s*10", re.IGNORECASE | re.ASCII)
_RANGE = re.compile(rf"{_NUMBER}\s*(?:-|\u2013|\u2014|to)\s*{_NUMBER}(?:\s*/\s*10)?", re.IGNORECASE | re.ASCII)
_COMPARED = re.compile(rf"(<=|>=|<|>|\u2264|\u2265)\s*{_NUMBER}\s*(\D.*)?", re.ASCII)
_PLAIN = re.compile(rf"{_NUMBER}\s*([^\d\s].*)?", re.ASCII)
_COMPARATORS = {"\u2264": "<=", "\u2265": ">="}


def quantity(value: Any) -> Quantity | None:
    """A FHIR Quantity with its comparator; None where no number can be made of it."""
    given = single(value)
    number = decimal(given.get("value"))
    return None if number is None else compared(number, given.get("comparator"), unit_of(given))


def compared(number: Decimal, comparator: Any, unit: str) -> Quantity | None:
    """`>60` begins above 60 and is open upwards; a comparator we do not know makes the number unusable."""
    if comparator in (None, ""):
        return Quantity(number, number, unit)
    if comparator in ("<", "<="):
        return Quantity(None, number, unit, high_open=comparator == "<")
    if comparator in (">", ">="):
        return Quantity(number, None, unit, low_open=comparator == ">")
    return None


def range_of(value: Any) -> Quantity | None:
    """A FHIR Range; both ends must speak of one unit."""
    given = single(value)
    low, high = single(given.get("low")), single(given.get("high"))
    least, most = decimal(low.get("value")), decimal(high.get("value"))
    units = {unit_of(end) for end, number in ((low, least), (high, most)) if number is not None}
    if len(units) != 1 or (least is not None and most is not None and least > most):
        return None
    return Quantity(least, most, units.pop())


def plain(value: Any) -> Quantity | None:
    """A bare number: integer, decimal."""
    number = decimal(value)
    return None if number is None else Quantity(number, number, "")


def typed(value: Any) -> Quantity | None:
    """A number somebody typed: "8/10", "7-8", "<15", "5 km"; None for anything else, as "refused"."""
    wording = text(value)
    if not wording or len(wording) > 40:
        return None
    if found := _OUT_OF.fullmatch(wording):
        return plain(_point(found[1]))
    if found := _RANGE.fullmatch(wording):
        low, high = Decimal(_point(found[1])), Decimal(_point(found[2]))
        return Quantity(low, high, "") if low <= high else None
    if found := _COMPARED.fullmatch(wording):
        return compared(Decimal(_point(found[2])), _COMPARATORS.get(found[1], found[1]), ucum(found[3] or ""))
    if found := _PLAIN.fullmatch(wording):
        number = Decimal(_point(found[1]))
        return Quantity(number, number, ucum(found[2] or ""))
    return None


def _point(number: str) -> str:
    return number.replace(",", ".")


def decimal(value: Any) -> Decimal | None:
    """An exact number of a JSON number (or of one sent as a string); None if it is not finite or absurd."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if isinstance(value, int) and not -_LARGEST < value < _LARGEST:
        return None
    try:
        number = Decimal(value.strip()[:64] if isinstance(value, str) else str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < _LARGEST else None


def unit_of(given: Json) -> str:
    """The UCUM unit of a Quantity: its code where that is UCUM, else its printed unit; "" if none was given."""
    code, printed, system = given.get("code"), given.get("unit"), given.get("system")
    foreign = isinstance(system, str) and system != "" and system_name(system) != "ucum"
    if isinstance(code, str) and code and not foreign:
        return ucum(code)
    return ucum(printed) if isinstance(printed, str) else ""


@lru_cache(maxsize=1024)
def ucum(unit: str) -> str:
    """A unit in UCUM, by a table of words met; a unit that is not in it stays as it is, and cannot be converted."""
    unit = trimmed(unit)
    word = text(unit).replace(" ", "").lower().rstrip(".")
    return unit if unit in _CASE_MATTERS else _WORDS.get(word, unit)


_CASE_MATTERS = frozenset({"m", "mm", "cm", "Cel", "K", "g", "mg", "L", "mL", "dL", "M"})
