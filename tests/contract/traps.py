"""The fixtures of the data traps, read into charts and facts as of one morning in November 2026."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from cds_service.intake.chart_reader import read_chart
from knowledge.chart import Chart, Entry, Quantity, Span
from knowledge.decision import Facts
from tests.releases.drafted import release

FOLDER = Path(__file__).parents[1] / "fixtures" / "traps"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def fixture(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return content


def chart_of(name: str, **more: Any) -> Chart:
    return chart(fixture(name)["resources"], **more)


def chart(resources: list[Any], **more: Any) -> Chart:
    return read_chart(resources, patient_id="p1", known_at=NOW, **more)


def by_id(found: Chart) -> dict[str, Entry]:
    """Entries by the id of their resource; for several of one resource, the first."""
    entries: dict[str, Entry] = {}
    for entry in found.entries:
        entries.setdefault(entry.reference.rpartition("/")[2], entry)
    return entries


def facts(found: Chart) -> Facts:
    return release().facts.establish(found, release().concepts, NOW)


def only(found: Chart, *ids: str) -> Chart:
    """The chart with the entries of these resources alone."""
    return replace(found, entries=tuple(e for e in found.entries if e.reference.rpartition("/")[2] in ids))


def concepts_of(entry: Entry) -> set[str]:
    return {match.concept for match in release().concepts.of(entry)}


def number(value: str, unit: str) -> Quantity:
    return Quantity(Decimal(value), Decimal(value), unit)


def a_day(year: int, month: int, day: int) -> Span:
    start = datetime(year, month, day, tzinfo=UTC)
    return Span(start, start + timedelta(days=1, microseconds=-1))
