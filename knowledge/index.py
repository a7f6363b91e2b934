"""The index of releases: a history of events that only grows, each bound to all that precede it.

An event says that a version got a status. Status moves only draft -> active -> retired. `previous`
is the sha256 of the canonical JSON (RFC 8785) of all earlier events, so an edited, deleted or
reordered event shows in the next one. The first events may lack it: they precede the chain.
The chain alone cannot show a history cut short or wholly rewritten; whoever must know that keeps
the length and `head` of the index it last accepted.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rfc8785

from knowledge.errors import ReleaseError

NAME = "heel-pain-runner"
RELEASES = Path(__file__).parent / "releases"
STATUSES = frozenset({"draft", "active", "retired"})
_NEXT: Mapping[str | None, frozenset[str]] = {
    None: frozenset({"draft"}),
    "draft": frozenset({"active"}),
    "active": frozenset({"retired"}),
    "retired": frozenset(),
}
_VERSION = re.compile(r"\d+\.\d+\.\d+")

Event = dict[str, Any]


def read_index(releases: Path = RELEASES) -> list[Event]:
    """The events of all releases, oldest first: `version`, `status`, `digest`, `at`, and `previous` once chained.

    Raises `ReleaseError` when the index cannot be read, or its history does not hold together.
    """
    path = releases / "index.json"
    try:
        events = json.loads(path.read_text("utf-8"))[NAME]
        malformed = [event for event in events if not _VERSION.fullmatch(event["version"]) or not event["digest"]]
        statuses = {event["status"] for event in events} - STATUSES
    except FileNotFoundError:
        return []
    except (OSError, ValueError, LookupError, TypeError) as problem:
        raise ReleaseError(f"{path}: not a release index; restore it from version control") from problem
    if malformed or statuses:
        raise ReleaseError(
            f"{path}: each event needs a version like 1.0.0, a digest and a status of {sorted(STATUSES)}; restore it"
        )
    if problems := list(history_problems(events)):
        raise ReleaseError(f"{path}: {'; '.join(problems)}; restore it from version control")
    return list(events)


def head(events: Sequence[Mapping[str, Any]]) -> str:
    """The digest that stands for a whole history: `sha256:` and hex, over its canonical JSON."""
    return "sha256:" + hashlib.sha256(rfc8785.dumps([dict(event) for event in events])).hexdigest()


def extended(events: Sequence[Event], event: Event) -> list[Event]:
    """The history with one more event, bound to those before it. Raises `ReleaseError` for a forbidden move."""
    longer = [*events, {**event, "previous": head(events)}]
    if problems := list(history_problems(longer)):
        raise ReleaseError(f"release index: {'; '.join(problems)}")
    return longer


def event_of(version: str, status: str, digest: str, at: datetime) -> Event:
    """The event that a version of this digest got a status, at an aware instant."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"version": version, "status": status, "digest": digest, "at": moment}


def record(event: Event, releases: Path = RELEASES) -> None:
    """Add one event to the index in a folder. Raises `ReleaseError` for a move that is forbidden."""
    events = extended(read_index(releases), event)
    write_whole(releases / "index.json", (json.dumps({NAME: events}, indent=2) + "\n").encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a reader never sees half of it."""
    draft = path.with_suffix(".tmp")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def history_problems(events: Sequence[Event]) -> Iterator[str]:
    """What does not hold together in a history, one sentence each: the chain, the moves, the digests."""
    chained = drafted = False
    latest: dict[str, Event] = {}
    for position, event in enumerate(events):
        where, before = f"event {position} ({event['version']} {event['status']})", latest.get(event["version"])
        chained = chained or "previous" in event
        if chained and event.get("previous") != (expected := head(events[:position])):
            yield f"{where}: previous is {event.get('previous')}, the events before it give {expected}"
        drafted = drafted or event["status"] == "draft"
        # Releases published before there were drafts began as active.
        if drafted or before or event["status"] != "active":
            yield from _move_problems(where, before, event)
        latest[event["version"]] = event


def _move_problems(where: str, before: Event | None, event: Event) -> Iterator[str]:
    status = before["status"] if before else None
    if event["status"] not in _NEXT[status]:
        yield f"{where}: follows {status}; status moves only draft -> active -> retired: publish a new version"
    if before and before["digest"] != event["digest"]:
        yield f"{where}: its digest is {event['digest']}, earlier {before['digest']}; a version never changes"


def status_of(version: str, releases: Path = RELEASES) -> Event:
    """The latest event of a version. Raises `ReleaseError` naming the versions there are."""
    events = read_index(releases)
    if of_version := [event for event in events if event["version"] == version]:
        return of_version[-1]
    known = sorted({event["version"] for event in events}) or "none"
    raise ReleaseError(f"release {version!r} is not in {releases / 'index.json'}; known: {known}")


def active_version(releases: Path = RELEASES) -> str:
    """The newest version whose status is active."""
    latest: dict[str, str] = {event["version"]: event["status"] for event in read_index(releases)}
    active = [version for version, status in latest.items() if status == "active"]
    if not active:
        raise ReleaseError(f"{releases / 'index.json'}: no release is active; publish one")
    return max(active, key=numbered)


def numbered(version: str) -> tuple[int, ...]:
    """A version as numbers, for comparing: 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in version.split("."))


def latest_events(events: Sequence[Event]) -> dict[str, Event]:
    """The latest event of each version."""
    return {event["version"]: event for event in events}


def versions(releases: Path = RELEASES) -> list[str]:
    """All versions there are, in order."""
    return sorted({event["version"] for event in read_index(releases)}, key=numbered)


def version_at(instant: datetime, releases: Path = RELEASES) -> str:
    """The version that was in force at an instant (aware). Raises `ReleaseError` where none was yet."""
    then: dict[str, str] = {}
    for event in read_index(releases):
        if datetime.fromisoformat(event["at"]) <= instant:
            then[event["version"]] = event["status"]
    active = [version for version, status in then.items() if status == "active"]
    if not active:
        raise ReleaseError(f"no release was in force at {instant.isoformat()}; see `heel-cds knowledge list`")
    return max(active, key=numbered)
