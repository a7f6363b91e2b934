"""How far a pregnancy has come: from the day it is due, or from the diagnosis codes that count its weeks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from knowledge.chart import Entry, Kind, Span
from knowledge.decision import Evidence, Interval
from knowledge.sightings import Sightings, due_keys, evidence_of, newest, stale_after

Found = tuple[Interval, tuple[Evidence, ...]] | None
_WEEK = timedelta(weeks=1)
_ALMOST_A_WEEK = timedelta(days=6)
# Z3A.00 does not say how many, Z3A.01 says fewer than 8 and Z3A.49 more than 42.
_WEEKS = re.compile(r"Z3A\.?(0[89]|[1-3][0-9]|4[0-2])", re.IGNORECASE)


def until_due(fact: Mapping[str, Any]) -> Callable[[Sightings], Found]:
    """Weeks from the newest record of the day on which the pregnancy comes to `due.at` weeks."""
    keys, term, stale = due_keys(fact), Decimal(str(fact["due"]["at"])), stale_after(fact)

    def read(sightings: Sightings) -> Found:
        dated = [seen for seen in sightings.of_codes(keys) if seen.entry.value_day is not None]
        latest = newest(dated, sightings.at, stale, by_side=False)
        days = [seen.entry.value_day for seen in latest if seen.entry.value_day is not None]
        if not days:
            return None
        soonest, last = min(day.earliest for day in days), max(day.latest for day in days)
        reached = (term - _weeks(last - sightings.at), term - _weeks(soonest - sightings.at))
        return Interval(*reached), evidence_of(latest)

    return read


def coded_weeks(concept: str) -> Callable[[Sightings], Found]:
    """Weeks by the newest ICD-10-CM code Z3A among the conditions of a concept, counted on to now."""

    def read(sightings: Sightings) -> Found:
        counted = [
            (seen, moment, int(weeks.group(1)))
            for seen in sightings.of_concept(concept, frozenset({Kind.CONDITION}))
            if (weeks := _coded(seen.entry)) and (moment := seen.entry.noted or seen.entry.began)
        ]
        if not counted:
            return None
        seen, moment, reached = max(counted, key=lambda found: (found[1].latest, found[2], found[0].entry.reference))
        return _counted_on(reached, moment, sightings.at), evidence_of([seen])

    return read


def _coded(entry: Entry) -> re.Match[str] | None:
    codes = (coding.code for coding in entry.codings if coding.system == "icd-10-cm")
    return next((found for code in codes if (found := _WEEKS.fullmatch(code))), None)


def _counted_on(weeks: int, noted: Span, at: datetime) -> Interval:
    least = Decimal(weeks) + _weeks(max(at - noted.latest, timedelta()))
    most = Decimal(weeks) + _weeks(max(at - noted.earliest, timedelta()) + _ALMOST_A_WEEK)
    return Interval(least, most)


def _weeks(length: timedelta) -> Decimal:
    return Decimal(length // timedelta(seconds=1)) / Decimal(_WEEK // timedelta(seconds=1))
