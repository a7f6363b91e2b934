"""The patients of the specification, and what they are told.

A patient is described by findings, diagnoses, medicines and orders in the words of the knowledge. The
visit is on 25 November 2026 and the patient a man or woman of 40, unless the test says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from knowledge.cases import chart_of
from knowledge.chart import Chart, Entry, Side
from knowledge.decision import Decision, Recommended
from knowledge.engine import evaluate
from knowledge.release import Release

VISIT = datetime(2026, 11, 25, 9, tzinfo=UTC)
OPENING_THE_CHART = "patient-view"
ADULT = "1986-05-05"
CHILD = "2014-05-05"
ALMOST_16 = "2010-11-26"  # the sixteenth birthday is tomorrow
Findings = Mapping[str, Any]


@dataclass(frozen=True)
class Visit:
    """What came of one visit."""

    decision: Decision

    @property
    def advice(self) -> frozenset[str]:
        """The topics shown."""
        return frozenset(one.topic for one in self.decision.recommended)

    @property
    def held_back(self) -> dict[str, str]:
        """The topics held back, each with its reason."""
        return {one.topic: one.reason for one in self.decision.withheld}

    @property
    def asked(self) -> frozenset[str]:
        """The findings whose answer could change the advice."""
        return frozenset(self.decision.unknown)

    def about(self, topic: str) -> Recommended:
        return next(one for one in self.decision.recommended if one.topic == topic)


@dataclass(frozen=True)
class Clinic:
    """A clinic that works by one release."""

    knowledge: Callable[[], Release]

    def visit(
        self,
        hook: str = OPENING_THE_CHART,
        *,
        born: str | None = ADULT,
        left: Findings | None = None,
        right: Findings | None = None,
        weeks_ago: tuple[int, Findings] | None = None,
        **told: Any,
    ) -> Visit:
        """One visit. `left` and `right` are findings of that side, `weeks_ago` those of an earlier visit;
        the rest is as in the worked cases of the knowledge: `findings`, `conditions`, `medications`, ..."""
        entries = list(self._entries(told, VISIT))
        entries += [replace(entry, side=Side.LEFT) for entry in self._entries({"findings": left or {}}, VISIT)]
        entries += [replace(entry, side=Side.RIGHT) for entry in self._entries({"findings": right or {}}, VISIT)]
        if weeks_ago:
            entries += self._entries({"findings": weeks_ago[1]}, VISIT - timedelta(weeks=weeks_ago[0]))
        birth = chart_of({"at": VISIT.isoformat(), **({"born": born} if born else {})}, self.knowledge()).birth
        sex = told.get("sex", "unknown")
        numbered = (replace(entry, reference=f"{entry.reference}-{place}") for place, entry in enumerate(entries))
        return Visit(evaluate(self.knowledge(), Chart(tuple(numbered), birth=birth, sex=sex), hook, VISIT))

    def _entries(self, told: Mapping[str, Any], at: datetime) -> tuple[Entry, ...]:
        return chart_of({"at": at.isoformat(), **told}, self.knowledge()).entries
