"""Runs out of a telephone's samples: only within a running workout, and each device's distance for itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from knowledge.chart import Chart, Quantity
from tests.unit.intake.fhir import LOINC, UCUM, chart, concept, resource

HEALTHKIT = "http://developer.apple.com/documentation/healthkit"
HOUR = {"start": "2026-11-20T06:00:00Z", "end": "2026-11-20T07:00:00Z"}
LATER = {"start": "2026-11-20T08:00:00Z", "end": "2026-11-20T09:00:00Z"}


def workout(activity: dict[str, Any], **more: Any) -> dict[str, Any]:
    content = {"effectivePeriod": HOUR, "device": {"display": "watch"}, **more}
    return resource(
        "Observation", status="final", code=concept(LOINC, "73985-4"), valueCodeableConcept=activity, **content
    )


def sample(name: str, metres: int, period: dict[str, str], device: str = "watch") -> dict[str, Any]:
    code = concept(HEALTHKIT, "HKQuantityTypeIdentifierDistanceWalkingRunning")
    value = {"value": metres, "unit": "m", "system": UCUM, "code": "m"}
    found = resource("Observation", status="final", code=code, effectivePeriod=period, valueQuantity=value)
    return {**found, "id": name, "device": {"display": device}}


def runs(found: Chart) -> list[Quantity | None]:
    return [e.quantity for e in found.entries if e.codings[0].code == "run-distance"]


RUNNING = concept(LOINC, "LA11836-6", "Running")


def test_samples_within_a_running_workout_add_up_to_one_run() -> None:
    found = chart(workout(RUNNING), sample("a", 4000, HOUR), sample("b", 1000, HOUR), sample("c", 900, LATER))
    assert runs(found) == [Quantity(Decimal(5), Decimal(5), "km")]


def test_another_devices_samples_of_the_same_run_are_not_added() -> None:
    found = chart(workout(RUNNING), sample("a", 5000, HOUR), sample("b", 5200, HOUR, "phone"))
    assert runs(found) == [Quantity(Decimal(5), Decimal(5), "km")]


def test_the_fullest_device_counts_where_the_workout_names_none() -> None:
    found = chart(workout(RUNNING, device=None), sample("a", 5000, HOUR), sample("b", 5200, HOUR, "phone"))
    assert runs(found) == [Quantity(Decimal("5.2"), Decimal("5.2"), "km")]


def test_walking_is_no_run_and_a_workout_without_samples_has_no_distance() -> None:
    assert runs(chart(workout({"text": "Walking"}), sample("a", 5000, HOUR))) == []
    assert runs(chart(workout(RUNNING), sample("a", 5000, LATER))) == []
    assert runs(chart(workout(RUNNING))) == []
