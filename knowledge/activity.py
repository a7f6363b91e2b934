"""Running activity: single runs, freed of double counts, and the sums made of them.

One run may be recorded by a phone, a watch and a web site at once. Two records are the same run when
their periods overlap, or, where a period is missing, when they fall on the same day from different
sources with distances within five per cent. [design]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from knowledge.chart import Entry
from knowledge.decision import Interval
from knowledge.intervals import exactly
from knowledge.units import convert, is_usable

LONGEST_PLAUSIBLE_RUN_KM = Decimal(350)
FASTEST_PLAUSIBLE_PACE_S_PER_KM = Decimal(150)
SAME_DISTANCE = Decimal("0.05")
RECORDING_WINDOW = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: when it began and ended, how far in km, who recorded it, and the entry that says so."""

    start: datetime
    end: datetime
    kilometres: Decimal
    source: str
    entry: Entry


def runs_of(entries: Iterable[Entry], at: datetime) -> tuple[Run, ...]:
    """The runs told by run-distance entries up to `at`, oldest first, each once."""
    runs = sorted(
        (run for run in map(_run, entries) if run is not None and run.start <= at),
        key=lambda run: (run.start, run.source, run.kilometres, run.end, run.entry.reference),
    )
    kept: list[Run] = []
    for run in runs:
        if not any(_same(run, earlier) for earlier in kept[-8:]):
            kept.append(run)
    return tuple(kept)


def _run(entry: Entry) -> Run | None:
    quantity, noted = entry.quantity, entry.noted
    if quantity is None or quantity.low is None or quantity.low != quantity.high or noted is None:
        return None
    if not is_usable(quantity.low):
        return None
    kilometres = convert(quantity.low, quantity.unit or "km", "km")
    if kilometres is None or not 0 < kilometres <= LONGEST_PLAUSIBLE_RUN_KM:
        return None
    start, end = (entry.period.start, entry.period.end) if entry.period else (noted.earliest, noted.earliest)
    seconds = Decimal((end - start).total_seconds())
    if seconds > 0 and seconds / kilometres < FASTEST_PLAUSIBLE_PACE_S_PER_KM:
        return None
    return Run(start, end, kilometres, entry.source, entry)


def _same(run: Run, other: Run) -> bool:
    if run.start < run.end and other.start < other.end:
        return run.start < other.end and other.start < run.end
    if run.start.date() != other.start.date():
        return False
    if run.source == other.source and run.source:
        return run.start == other.start and run.kilometres == other.kilometres
    larger = max(run.kilometres, other.kilometres)
    return abs(run.kilometres - other.kilometres) <= larger * SAME_DISTANCE


@dataclass(frozen=True, slots=True)
class Measure:
    """What to work out of the runs of a window: `days` long, ending `before_days` before now.

    With `before_last` the window is the `days` before the last run instead, and that run, which must lie
    within the `days` before now, is not part of it. A window of fewer than `fewest` runs gives no figure:
    after a gap, or where recording has only begun, there is too little to compare with.
    """

    measure: str  # distance-sum, longest, count, latest
    days: int
    before_days: int = 0
    before_last: bool = False
    fewest: int = 0

    def of(self, runs: tuple[Run, ...], at: datetime) -> tuple[Interval | None, tuple[Run, ...]]:
        """The figure and the runs it rests on.

        A window without runs counts as a rest only where runs had been recorded shortly before it; else
        nobody may have been recording, and the figure is None.
        """
        if self.before_last:
            return self._figure(self._before_last(runs, at))
        end = at - timedelta(days=self.before_days)
        start = end - timedelta(days=self.days)
        window = tuple(run for run in runs if start < run.start <= end)
        if not window and not self.fewest:
            recording = any(at - RECORDING_WINDOW < run.start <= start for run in runs)
            empty = recording and self.measure in ("distance-sum", "count")
            return (exactly(Decimal(0)) if empty else None), ()
        return self._figure(window)

    def _figure(self, window: tuple[Run, ...]) -> tuple[Interval | None, tuple[Run, ...]]:
        if not window or len(window) < self.fewest:
            return None, ()
        return exactly(_MEASURES[self.measure](window)), window

    def _before_last(self, runs: tuple[Run, ...], at: datetime) -> tuple[Run, ...]:
        length = timedelta(days=self.days)
        if not runs or runs[-1].start <= at - length:
            return ()
        last = runs[-1].start
        return tuple(run for run in runs[:-1] if last - length <= run.start < last)


_MEASURES: dict[str, Callable[[tuple[Run, ...]], Decimal]] = {
    "distance-sum": lambda runs: sum((run.kilometres for run in runs), Decimal(0)),
    "longest": lambda runs: max(run.kilometres for run in runs),
    "count": lambda runs: Decimal(len(runs)),
    "latest": lambda runs: runs[-1].kilometres,
}
