"""Small charts for the tests of the engine: every entry is of `NOW` unless a test says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from knowledge.chart import Chart, Coding, Entry, Kind, Period, Quantity, Side, Span, Standing
from knowledge.concepts import Concepts
from knowledge.decision import Fact, Facts
from knowledge.facts import compile_facts
from knowledge.truth import Truth

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def ago(**kwargs: float) -> datetime:
    return NOW - timedelta(**kwargs)


def exactly(moment: datetime) -> Span:
    return Span(moment, moment)


def day(text: str) -> Span:
    start = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return Span(start, start + timedelta(days=1) - MICROSECOND)


def year(number: int) -> Span:
    return Span(datetime(number, 1, 1, tzinfo=UTC), datetime(number + 1, 1, 1, tzinfo=UTC) - MICROSECOND)


def finding(code: str, value: Any = True, *, system: str = "heel-findings", **kwargs: Any) -> Entry:
    """An observation: a truth is a presence, a number or quantity is measured, a list of codings is chosen."""
    kwargs.setdefault("noted", exactly(ago(hours=1)))
    kwargs.setdefault("reference", f"Observation/{code}")
    if isinstance(value, bool):
        kwargs["presence"] = Truth.of(value)
    elif isinstance(value, Truth):
        kwargs["presence"] = value
    elif isinstance(value, Quantity):
        kwargs["quantity"] = value
    elif isinstance(value, list):
        kwargs["choices"] = tuple(value)
    return Entry(Kind.OBSERVATION, codings=(Coding(system, code),), **kwargs)


def amount(value: str | int, unit: str = "") -> Quantity:
    return Quantity(Decimal(value), Decimal(value), unit)


def record(kind: Kind, code: str = "", *, system: str = "snomed", **kwargs: Any) -> Entry:
    """A condition, medication, order, procedure or report; with `code` or with `text` alone."""
    kwargs.setdefault("noted", exactly(ago(days=1)))
    kwargs.setdefault("reference", f"{kind.name.title()}/{code or '?'}")
    codings = (Coding(system, code),) if code else ()
    return Entry(kind, codings=codings, **kwargs)


def condition(code: str = "", **kwargs: Any) -> Entry:
    return record(Kind.CONDITION, code, **kwargs)


def run(km: str | int, start: datetime, *, minutes: int = 0, source: str = "watch", **kwargs: Any) -> Entry:
    period = Period(start, start + timedelta(minutes=minutes)) if minutes else None
    kwargs.setdefault("reference", f"Observation/run-{source}-{start:%m%d%H}-{km}")
    kwargs.setdefault("noted", exactly(start))
    kwargs.setdefault("quantity", amount(km, "km"))
    coding = (Coding("heel-findings", "run-distance"),)
    return Entry(Kind.OBSERVATION, codings=coding, period=period, source=source, **kwargs)


def facts_of(authored: dict[str, Any], *entries: Entry, concepts: dict[str, Any] | None = None, **chart: Any) -> Facts:
    """The facts authored, as read from a chart of these entries at `NOW`."""
    known = Concepts(concepts or {})
    return compile_facts(authored, known).establish(Chart(entries, **chart), known, NOW)


def fact_of(authored: dict[str, Any], *entries: Entry, concepts: dict[str, Any] | None = None, **chart: Any) -> Fact:
    """As `facts_of`, of one fact called `it`."""
    return facts_of({"it": {"title": "It", **authored}}, *entries, concepts=concepts, **chart)["it"]


__all__ = [
    "NOW",
    "Chart",
    "Coding",
    "Entry",
    "Kind",
    "Quantity",
    "Side",
    "Span",
    "Standing",
    "Truth",
    "ago",
    "amount",
    "condition",
    "day",
    "exactly",
    "fact_of",
    "facts_of",
    "finding",
    "record",
    "run",
    "year",
]
