"""The review clock of a release: from which day it is overdue for a look at its sources, and after which it stops.

The instant of evaluation decides, never the clock of the machine. A release that names no days has no clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from knowledge.release import Release
from knowledge.review import rests_on


def review_by(release: Release) -> date | None:
    """The last day on which the release counts as looked at."""
    return _day(_review(release).get("by"))


def effective_until(release: Release) -> date | None:
    """The last day on which the release answers at all."""
    return _day(_review(release).get("effective_until"))


def overdue_since(release: Release, at: datetime, rules: Iterable[str] = ()) -> date | None:
    """The earliest review day that has gone by at `at`, of the release or of what the rules rest on; None if none."""
    evidence = {name for rule in rules for name in rests_on(rule, release)}
    days = [_day(release.content["evidence"][name].get("review_by")) for name in evidence]
    passed = [day for day in (review_by(release), *days) if day and _is_past(day, at)]
    return min(passed, default=None)


def has_ended(release: Release, at: datetime) -> bool:
    """Whether the release must not answer any more at `at`."""
    last = effective_until(release)
    return last is not None and _is_past(last, at)


def review_of(release: Release, at: datetime) -> dict[str, str]:
    """The days of the review clock that the release names, and since when a review is overdue, if it is."""
    days = {
        "reviewBy": review_by(release),
        "effectiveUntil": effective_until(release),
        "reviewOverdueSince": overdue_since(release, at, [rule.name for rule in release.rules]),
    }
    return {name: day.isoformat() for name, day in days.items() if day}


def _review(release: Release) -> dict[str, Any]:
    return dict(release.content.get("about", {}).get("review", {}))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _is_past(day: date, at: datetime) -> bool:
    return at.astimezone(UTC).date() > day
