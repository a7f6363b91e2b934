"""Runs told by a telephone or a watch: the distance samples that lie within a recorded running workout.

The devices' distance counts walking and running together and carries no standard code. Only what falls within
the time of a workout said to be running is a run; the rest is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from knowledge.chart import Coding, Entry, Period, Quantity
from knowledge.units import convert

_ACTIVITY = ("loinc", "73985-4")
_DISTANCE = ("healthkit", "HKQuantityTypeIdentifierDistanceWalkingRunning")
_RUNNING = frozenset({("loinc", "LA11836-6"), ("healthkit", "running"), ("healthkit", "hkworkoutactivitytyperunning")})
_RUN = Coding("heel-findings", "run-distance")


def runs_in_workouts(entries: Iterable[Entry]) -> list[Entry]:
    """One run for each running workout with distance samples, as an entry that refers to the workout."""
    workouts: list[Entry] = []
    samples: list[Entry] = []
    for entry in entries:
        keys = {(coding.system, coding.code) for coding in entry.codings}
        if _ACTIVITY in keys and entry.period is not None and _is_running(entry):
            workouts.append(entry)
        elif _DISTANCE in keys and entry.period is not None and entry.quantity is not None:
            samples.append(entry)
    return [run for workout in workouts if (run := _run(workout, samples)) is not None] if samples else []


def _is_running(entry: Entry) -> bool:
    answers = {(choice.system, choice.code) for choice in entry.choices}
    return any((system, code if system == "loinc" else code.lower()) in _RUNNING for system, code in answers)


def _run(workout: Entry, samples: list[Entry]) -> Entry | None:
    assert workout.period is not None
    by_source: dict[str, Decimal] = {}
    for sample in samples:
        if (metres := _metres_within(sample, workout.period)) is not None:
            by_source[sample.source] = by_source.get(sample.source, Decimal(0)) + metres
    if not by_source:
        return None
    # Two devices worn on one run each measure all of it: their distances are never added up.
    metres = by_source.get(workout.source, max(by_source.values()))
    return Entry(
        workout.kind,
        workout.reference,
        (_RUN,),
        noted=workout.noted,
        period=workout.period,
        quantity=Quantity(metres / 1000, metres / 1000, "km"),
        source=workout.source,
    )


def _metres_within(sample: Entry, window: Period) -> Decimal | None:
    assert sample.period is not None
    assert sample.quantity is not None
    inside = window.start <= sample.period.start and sample.period.end <= window.end
    low = sample.quantity.low
    exact = low is not None and low == sample.quantity.high
    return convert(low, sample.quantity.unit, "m") if inside and exact and low is not None else None
