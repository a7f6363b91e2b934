"""Dates as FHIR allows them, and as they really come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_service.intake.dates import span
from knowledge.chart import Span


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026", Span(at(2026, 1, 1), at(2026, 12, 31, 23, 59, 59, 999999))),
        ("2024-02", Span(at(2024, 2, 1), at(2024, 2, 29, 23, 59, 59, 999999))),
        ("2026-02-28", Span(at(2026, 2, 28), at(2026, 2, 28, 23, 59, 59, 999999))),
        ("2026-02-28T10:15:20Z", Span(at(2026, 2, 28, 10, 15, 20), at(2026, 2, 28, 10, 15, 20))),
        ("2026-02-28T10:15:20.123456789Z", Span(*[at(2026, 2, 28, 10, 15, 20, 123456)] * 2)),
        ("2026-02-28T10:15:20+05:30", Span(*[at(2026, 2, 28, 4, 45, 20)] * 2)),
        ("2026-02-28T23:15:20-05:00", Span(*[at(2026, 3, 1, 4, 15, 20)] * 2)),
        ("2026-02-28T10:15", Span(*[at(2026, 2, 28, 10, 15)] * 2)),
        ("2016-12-31T23:59:60Z", Span(*[at(2016, 12, 31, 23, 59, 59)] * 2)),
        (" 2026-02-28 ", Span(at(2026, 2, 28), at(2026, 2, 28, 23, 59, 59, 999999))),
    ],
)
def test_a_date_is_a_span_as_wide_as_its_precision(text: str, expected: Span) -> None:
    assert span(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "0001-01-01", "2026-13", "2026-02-30", "2026-2-3", "20260223", "2026-02-28T25:00:00Z",
     "2026-02-28T10:15:61Z", "9999-12-31T23:59:59-14:00", "2026-02-28T10:15:20+99:99", "٢٠٢٦", None, 2026, {}, []],
)  # fmt: skip
def test_what_is_no_date_reads_as_none(text: object) -> None:
    assert span(text) is None


@given(st.datetimes(min_value=datetime(1851, 1, 2), max_value=datetime(9990, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_an_instant_is_the_same_moment_in_every_zone(moment: datetime, minutes: int) -> None:
    sign, offset = ("-" if minutes < 0 else "+"), abs(minutes)
    text = f"{moment.isoformat()}{sign}{offset // 60:02}:{offset % 60:02}"
    found = span(text)
    assert found is not None
    assert found.exact
    assert found.earliest == moment.replace(tzinfo=UTC) - timedelta(minutes=minutes)


@given(st.text())
def test_no_text_stops_the_reading_of_dates(text: str) -> None:
    found = span(text)
    assert found is None or found.earliest <= found.latest
