"""Numbers that tell how one number exceeds another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.decision import Fact, Facts
from knowledge.errors import ReleaseError
from knowledge.intervals import increase_by, increase_percent
from knowledge.truth import Truth


@dataclass(frozen=True, slots=True)
class Increase:
    """By how much the number fact `after` exceeds the number fact `before`: in percent, or else in their own unit."""

    name: str
    before: str
    after: str
    unit: str

    def __call__(self, facts: Facts) -> Fact:
        before, after = facts[self.before], facts[self.after]
        exceeds = increase_percent if self.unit == "%" else increase_by
        rise = exceeds(before.number, after.number) if before.number and after.number else None
        if rise is None:
            return Fact(self.name, Truth.UNKNOWN, unit=self.unit)
        return Fact(self.name, Truth.TRUE, rise, self.unit, evidence=(*after.evidence, *before.evidence))


def compile_increase(name: str, fact: Mapping[str, Any], numbers: Iterable[str]) -> Increase:
    """Raises `ReleaseError` where one of the two is not a number read from the chart."""
    rise = Increase(name, fact["increase"]["from"], fact["increase"]["to"], str(fact.get("unit", "%")))
    for member in (rise.before, rise.after):
        if member not in numbers:
            raise ReleaseError(f"facts.{name}.increase: {member!r} must be a number that is read from the chart")
    return rise
