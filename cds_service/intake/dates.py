"""FHIR dates as spans: a date that says only the year lies somewhere in that year.

A moment without an offset is taken as UTC: whose clock it was is not told. Years no living patient's record
can hold (`0001-01-01` stands for *unknown* in some systems) read as no date at all.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from cds_service.intake.elements import Json, single, text, value_of, word
from knowledge.chart import Period, Span

_EARLIEST_YEAR = 1850
_AHEAD_OF_UTC = timedelta(hours=14)  # the local day begins this much before the UTC day, at most
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?(Z|z|[+-]\d\d:?\d\d)?)?)?)?",
    re.ASCII,
)
_AGO = re.compile(
    r"(\d{1,3})\s*(d|days?|w|wks?|weeks?|mo|mos|months?|y|yrs?|years?)\s*(?:ago|duration|hx)?\b", re.IGNORECASE
)
_LONGEST_LIFE_DAYS = 150 * 366
_DAYS = {"d": 1.0, "w": 7.0, "m": 30.4375, "y": 365.2425}
_AGE_DAYS = {"a": 365.2425, "mo": 30.4375, "wk": 7.0, "d": 1.0, "year": 365.2425, "years": 365.2425, "yr": 365.2425}


def span(value: Any) -> Span | None:
    """The span of a FHIR date, dateTime or instant; None for anything that is not one."""
    return _span(value) if isinstance(value, str) and len(value) < 64 else None


@lru_cache(maxsize=8192)
def _span(value: str) -> Span | None:
    found = _DATE.fullmatch(value.strip())
    if not found or int(found[1]) < _EARLIEST_YEAR:
        return None
    try:
        return _within(found)
    except (ValueError, OverflowError):
        return None


def _within(found: re.Match[str]) -> Span:
    year = int(found[1])
    if found[2] is None:
        return Span(datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, 23, 59, 59, 999999, UTC))
    month = int(found[2])
    if found[3] is None:
        last = monthrange(year, month)[1]
        return Span(datetime(year, month, 1, tzinfo=UTC), datetime(year, month, last, 23, 59, 59, 999999, UTC))
    day = datetime(year, month, int(found[3]), tzinfo=UTC)
    if found[4] is None:
        return Span(day, day.replace(hour=23, minute=59, second=59, microsecond=999999))
    second = min(int(found[6] or 0), 59) if found[6] != "60" else 59  # a leap second
    if found[6] is not None and int(found[6]) > 60:
        raise ValueError
    moment = datetime(
        year,
        month,
        day.day,
        int(found[4]),
        int(found[5]),
        second,
        int((found[7] or "0").ljust(6, "0")),
        _offset(found[8]),
    ).astimezone(UTC)
    return Span(moment, moment)


def _offset(zone: str | None) -> timezone:
    if zone is None or zone in "Zz":
        return UTC
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes))


def spanning(first: Span | None, last: Span | None) -> Span | None:
    """From the earliest of one to the latest of the other; either alone stands for both."""
    if first is None or last is None:
        return first or last
    return Span(first.earliest, last.latest) if first.earliest <= last.latest else first


def begun(found: Span | None, known_at: datetime) -> Span | None:
    """A day east of Greenwich begins before the UTC day of that date: such a date is not of the future."""
    if found is None or found.exact or not known_at < found.earliest <= known_at + _AHEAD_OF_UTC:
        return found
    return Span(known_at, found.latest)


def ends_of(value: Any) -> tuple[Span | None, Span | None]:
    """Start and end of a FHIR Period."""
    period = single(value)
    return span(period.get("start")), span(period.get("end"))


def occurrence(resource: Json, name: str) -> tuple[Span | None, Span | None, Period | None]:
    """When `name[x]` (dateTime, Period, instant, Timing) began and ended, and the period if both are exact."""
    kind, value = value_of(resource, name)
    if kind == "Period":
        start, end = ends_of(value)
        exact = start is not None and end is not None and start.exact and end.exact
        covered = (
            Period(start.earliest, end.latest) if exact and start and end and start.earliest < end.latest else None
        )
        return start, end, covered
    if kind == "Timing":
        timing = single(value)
        events = timing.get("event")
        first = span(events[0]) if isinstance(events, list) and events else None
        bounds = single(timing.get("repeat")).get("boundsPeriod")
        return (first, first, None) if first or bounds is None else (*ends_of(bounds), None)
    moment = span(value)
    return moment, moment, None


def at_age(value: Any, birth: Span | None) -> Span | None:
    """The span in which someone born in `birth` had that age (a FHIR Age: whole years, months, weeks or days)."""
    age = single(value)
    number, unit = age.get("value"), word(age.get("code")) or word(age.get("unit")) or "a"
    days = _AGE_DAYS.get(unit)
    if birth is None or days is None or isinstance(number, bool) or not isinstance(number, int | float):
        return None
    if not 0 <= number * days <= _LONGEST_LIFE_DAYS:
        return None
    return Span(birth.earliest + timedelta(days=number * days), birth.latest + timedelta(days=(number + 1) * days))


def told(value: Any, recorded: Span | None) -> Span | None:
    """A time told in words, as "3 wks ago", counted back from when it was recorded; else a date, else None."""
    wording = text(value)
    if (dated := span(wording)) is not None:
        return dated
    found = _AGO.fullmatch(wording)
    if not found or recorded is None:
        return None
    unit = _DAYS[found[2][0].lower()]
    most, least = (timedelta(days=(int(found[1]) + half) * unit) for half in (0.5, -0.5))
    return Span(recorded.earliest - most, min(recorded.latest - least, recorded.latest))


def over_by(known_at: datetime, ended: Span | None) -> bool:
    """Whether an end lies before now; one of the future has not come."""
    return ended is not None and ended.earliest <= known_at
