"""Unit conversion for the UCUM units met in heel-pain charts; exact, in `Decimal`.

A closed table: a unit that is not in it cannot be converted, and the value is not used. A full
UCUM library would accept more, at half a second of start-up and with floating-point results.
Factors: international yard and pound, US survey mile, UCUM mean month and year.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

# unit -> (dimension, factor to the base unit of that dimension)
_ATOMS: dict[str, tuple[str, Decimal | Fraction]] = {
    "m": ("length", Decimal(1)),
    "km": ("length", Decimal(1000)),
    "cm": ("length", Decimal("0.01")),
    "mm": ("length", Decimal("0.001")),
    "[in_i]": ("length", Decimal("0.0254")),
    "[ft_i]": ("length", Decimal("0.3048")),
    "[yd_i]": ("length", Decimal("0.9144")),
    "[mi_i]": ("length", Decimal("1609.344")),
    "[mi_us]": ("length", Fraction(6336000, 3937)),
    "s": ("time", Decimal(1)),
    "min": ("time", Decimal(60)),
    "h": ("time", Decimal(3600)),
    "d": ("time", Decimal(86400)),
    "wk": ("time", Decimal(604800)),
    "mo": ("time", Decimal("2629800")),
    "a": ("time", Decimal("31557600")),
    "kg": ("mass", Decimal(1000)),
    "g": ("mass", Decimal(1)),
    "mg": ("mass", Decimal("1e-3")),
    "ug": ("mass", Decimal("1e-6")),
    "ng": ("mass", Decimal("1e-9")),
    "[lb_av]": ("mass", Decimal("453.59237")),
    "[oz_av]": ("mass", Decimal("28.349523125")),
    "L": ("volume", Decimal(1)),
    "dL": ("volume", Decimal("0.1")),
    "mL": ("volume", Decimal("0.001")),
    "uL": ("volume", Decimal("1e-6")),
    "mol": ("substance", Decimal(1)),
    "mmol": ("substance", Decimal("1e-3")),
    "umol": ("substance", Decimal("1e-6")),
    "nmol": ("substance", Decimal("1e-9")),
    "m2": ("area", Decimal(1)),
    "mm[Hg]": ("pressure", Decimal(1)),
    "kPa": ("pressure", Decimal("7.500615050434136")),
    "deg": ("angle", Decimal(1)),
    "%": ("percent", Decimal(1)),
    "1": ("", Decimal(1)),
    "": ("", Decimal(1)),
    "10*3": ("", Decimal(1000)),
    "10*9": ("", Decimal(10**9)),
}
_ANNOTATION = re.compile(r"\{[^}]*\}")
_DEGREES = {"Cel", "[degF]", "K"}


@lru_cache(maxsize=512)
def _factor(unit: str) -> tuple[str, Fraction] | None:
    """Dimension (as `numerator/denominator`) and factor of a unit; None if it is not in the table."""
    dimensions, factor = [], Fraction(1)
    for place, part in enumerate(_ANNOTATION.sub("", unit).split("/")):
        atom = _ATOMS.get(part)
        if atom is None:
            return None
        dimensions.append(atom[0])
        factor = factor * Fraction(atom[1]) if place == 0 else factor / Fraction(atom[1])
    while dimensions and dimensions[-1] == "":
        dimensions.pop()
    return "/".join(dimensions), factor


def _kelvin(value: Decimal, unit: str) -> Decimal:
    if unit == "Cel":
        return value + Decimal("273.15")
    return (value + Decimal("459.67")) * 5 / 9 if unit == "[degF]" else value


def _from_kelvin(value: Decimal, unit: str) -> Decimal:
    if unit == "Cel":
        return value - Decimal("273.15")
    return value * 9 / 5 - Decimal("459.67") if unit == "[degF]" else value


def is_usable(value: Decimal) -> bool:
    """Whether a number can be that of a patient at all; one of a million digits would only cost time."""
    return value.is_finite() and -30 <= value.adjusted() <= 30


def convert(value: Decimal, unit: str, target: str) -> Decimal | None:
    """`value` in `unit` expressed in `target` (both UCUM); None when they do not fit each other."""
    if unit == target:
        return value
    if unit in _DEGREES and target in _DEGREES:
        return _from_kelvin(_kelvin(value, unit), target)
    source, goal = _factor(unit), _factor(target)
    if source is None or goal is None or source[0] != goal[0]:
        return None
    ratio = source[1] / goal[1]
    return value * ratio.numerator / ratio.denominator
