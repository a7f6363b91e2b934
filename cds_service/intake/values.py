"""The value of an observation or of an answer, in whatever type it came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from cds_service.intake.codes import NOTHING, Concept
from cds_service.intake.dates import span
from cds_service.intake.elements import text
from cds_service.intake.presence import agreed, answered, interpreted
from cds_service.intake.quantities import plain, quantity, range_of, typed
from knowledge.chart import Coding, Quantity, Span, Within
from knowledge.truth import Truth

_NUMBERS: dict[str, Callable[[Any], Quantity | None]] = {
    "Quantity": quantity,
    "Range": range_of,
    "Integer": plain,
    "Decimal": plain,
    "String": typed,
}


class Value(NamedTuple):
    """`presence` None: nothing was said. Truth.UNKNOWN: something was, but neither yes nor no."""

    presence: Truth | None = None
    quantity: Quantity | None = None
    choices: Concept = NOTHING
    day: Span | None = None
    within: Within | None = None

    @property
    def is_known(self) -> bool:
        return any(part is not None for part in (self.presence, self.quantity, self.day)) or bool(self.choices.codings)


def read_value(kind: str, value: Any, interpretation: tuple[Coding, ...], concept: Callable[[Any], Concept]) -> Value:
    """The value `value[kind]` with its interpretation; `concept` reads a CodeableConcept."""
    told = interpreted(interpretation)
    if kind == "Boolean":
        return Value(agreed([Truth.of(value) if isinstance(value, bool) else None, told]))
    if kind in ("CodeableConcept", "Coding"):
        choices = concept({"coding": value} if kind == "Coding" else value)
        said = answered(choices.codings)
        both = agreed([said, told])
        return Value(_unclear(choices) if both is None else both, choices=choices)
    if kind in ("DateTime", "Date"):
        return Value(told, day=span(value))
    measured = _NUMBERS[kind](value) if kind in _NUMBERS else None
    if measured is None and told is None and kind == "String" and text(value):
        return Value(Truth.UNKNOWN)  # words were recorded: what was known before may no longer hold
    return Value(told, measured)


def _unclear(choices: Concept) -> Truth | None:
    return Truth.UNKNOWN if choices.codings or choices.text else None
