"""Whatever the resources hold, a chart is made, and each of them costs no more than itself."""

from __future__ import annotations

import copy
import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cds_service.intake import chart_reader
from cds_service.intake.chart_reader import READERS, read_chart
from knowledge.chart import Chart

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TRAPS = Path(__file__).parents[2] / "fixtures" / "traps"
SAMPLES: list[dict[str, Any]] = [
    resource
    for path in sorted(TRAPS.glob("*.json"))
    for resource in json.loads(path.read_text("utf-8")).get("resources", [])
]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(sorted({key for sample in SAMPLES for key in sample}))
resources = st.builds(
    lambda kind, content: {**content, "resourceType": kind},
    st.sampled_from(sorted(READERS)) | st.text(max_size=10),
    st.dictionaries(names, json_values, max_size=6),
)


def read(found: list[Any], **more: Any) -> Chart:
    return read_chart(found, patient_id="p1", known_at=NOW, **more)


class _Heard(logging.Handler):
    """Collects the errors nobody foresaw: the reader logs those, and only those."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.errors.append(f"{record.__dict__['type']}: {record.__dict__['error']}")


def read_listening(found: list[Any]) -> tuple[Chart, list[str]]:
    heard = _Heard()
    chart_reader.LOG.addHandler(heard)
    try:
        return read(found), heard.errors
    finally:
        chart_reader.LOG.removeHandler(heard)


@given(st.lists(resources | json_values, max_size=6))
def test_arbitrary_json_never_stops_the_reading(found: list[Any]) -> None:
    made = read(found)
    assert made.unread <= len(found)


@given(st.lists(resources, max_size=3))
def test_arbitrary_drafts_never_stop_the_reading(found: list[Any]) -> None:
    made = read([], drafts=found)
    assert all(entry.draft or entry.standing == "negated" for entry in made.entries)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in inner for place in _places(part, (*path, key)))]


def _replaced(sample: dict[str, Any], place: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(sample)
    if not place:
        return value
    holder: Any = changed
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return changed


damaged = st.sampled_from(SAMPLES).flatmap(
    lambda sample: st.builds(_replaced, st.just(sample), st.sampled_from(_places(sample)), json_values)
)


@settings(max_examples=400)
@given(damaged)
def test_a_damaged_resource_is_read_or_counted_and_never_meets_an_unforeseen_error(found: Any) -> None:
    _, unforeseen = read_listening([found])
    assert unforeseen == []


@given(damaged, st.permutations(range(4)))
def test_a_damaged_resource_costs_the_others_nothing(found: Any, order: list[int]) -> None:
    sound = [
        {
            "resourceType": "Condition",
            "id": f"sound-{n}",
            "code": {"text": "heel pain"},
            "subject": {"reference": "Patient/p1"},
        }
        for n in range(3)
    ]
    together = [*sound, found]
    made = read([together[place] for place in order])
    assert {f"Condition/sound-{n}" for n in range(3)} <= {entry.reference for entry in made.entries}


def test_an_error_nobody_foresaw_costs_one_resource_and_is_counted(monkeypatch: Any) -> None:
    def broken(*_: Any) -> Any:
        raise KeyError("defect")

    monkeypatch.setattr(chart_reader, "READERS", {**READERS, "Procedure": broken})
    made, heard = read_listening([{"resourceType": "Procedure", "id": "x"}, {"resourceType": "Condition", "id": "c"}])
    assert (made.unread, len(made.entries)) == (1, 1)
    assert heard == ["Procedure: KeyError"]
