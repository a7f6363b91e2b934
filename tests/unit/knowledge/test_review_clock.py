"""The review clock: the last day still counts, the next is past, and a release that names no day has no clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from knowledge.release import Release
from knowledge.review_clock import effective_until, has_ended, overdue_since, review_by, review_of
from tests.unit.knowledge.small_release import content, small_release

DAY = date(2027, 1, 31)
EVENING, NEXT = datetime(2027, 1, 31, 23, 59, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)


def clocked(source: str = "", **review: str) -> Release:
    evidence: dict[str, Any] = {**content()["evidence"]["nobody"], **({"review_by": source} if source else {})}
    return small_release(about={"review": review}, evidence={"nobody": evidence})


def test_a_release_without_days_is_never_overdue_and_never_ends() -> None:
    release = small_release()
    assert (review_by(release), effective_until(release), overdue_since(release, NEXT)) == (None, None, None)
    assert not has_ended(release, NEXT)
    assert review_of(release, NEXT) == {}


def test_the_day_itself_still_counts() -> None:
    release = clocked(by="2027-01-31", effective_until="2027-01-31")
    assert (overdue_since(release, EVENING), has_ended(release, EVENING)) == (None, False)
    assert (overdue_since(release, NEXT), has_ended(release, NEXT)) == (DAY, True)


def test_days_are_those_of_utc() -> None:
    release = clocked(by="2027-01-31")
    assert overdue_since(release, NEXT.astimezone(timezone(timedelta(hours=-5)))) == DAY


def test_a_source_is_overdue_for_the_rules_that_rest_on_it() -> None:
    release = clocked("2026-06-30", by="2027-01-31")
    at = datetime(2026, 12, 1, tzinfo=UTC)
    assert overdue_since(release, at) is None
    assert overdue_since(release, at, ["care"]) == date(2026, 6, 30)
    assert overdue_since(release, NEXT, ["care"]) == date(2026, 6, 30)


def test_status_tells_all_days() -> None:
    release = clocked(by="2027-01-31", effective_until="2028-01-31")
    assert review_of(release, EVENING) == {"reviewBy": "2027-01-31", "effectiveUntil": "2028-01-31"}
    assert review_of(release, NEXT)["reviewOverdueSince"] == "2027-01-31"
