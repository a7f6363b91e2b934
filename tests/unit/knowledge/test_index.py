"""The index of releases only grows: an edited, deleted or reordered event shows, and status moves one way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import ReleaseError
from knowledge.index import NAME, active_version, extended, head, read_index


def event(version: str, status: str, digest: str = "sha256:1") -> dict[str, Any]:
    return {"version": version, "status": status, "digest": digest, "at": "2026-11-22T10:00:00Z"}


@pytest.fixture
def history() -> list[dict[str, Any]]:
    events = [event("1.0.0", "active")]
    for version, status in (("2.0.0", "draft"), ("2.0.0", "active"), ("1.0.0", "retired"), ("3.0.0", "draft")):
        events = extended(events, event(version, status))
    return events


def stored(folder: Path, events: list[dict[str, Any]]) -> Path:
    (folder / "index.json").write_text(json.dumps({NAME: events}), "utf-8")
    return folder


def test_a_history_is_read_back_and_a_draft_is_not_in_force(tmp_path: Path, history: list[dict[str, Any]]) -> None:
    assert read_index(stored(tmp_path, history)) == history
    assert active_version(tmp_path) == "2.0.0"
    assert history[-1]["previous"] == head(history[:-1])


@pytest.mark.parametrize("position", range(4))
def test_an_edited_event_shows(tmp_path: Path, history: list[dict[str, Any]], position: int) -> None:
    history[position]["at"] = "2020-01-01T00:00:00Z"
    with pytest.raises(ReleaseError, match=r"previous is .*, the events before it give .*restore it"):
        read_index(stored(tmp_path, history))


@pytest.mark.parametrize("position", range(4))
def test_a_deleted_event_shows(tmp_path: Path, history: list[dict[str, Any]], position: int) -> None:
    del history[position]
    with pytest.raises(ReleaseError, match="the events before it give"):
        read_index(stored(tmp_path, history))


def test_reordered_events_and_a_link_taken_out_show(tmp_path: Path, history: list[dict[str, Any]]) -> None:
    with pytest.raises(ReleaseError, match="the events before it give"):
        read_index(stored(tmp_path, [*history[:3], history[4], history[3]]))
    del history[3]["previous"]
    with pytest.raises(ReleaseError, match="previous is None"):
        read_index(stored(tmp_path, history))


@pytest.mark.parametrize(
    ("version", "status"),
    [("1.0.0", "active"), ("2.0.0", "draft"), ("2.0.0", "active"), ("3.0.0", "retired"), ("4.0.0", "retired")],
)
def test_status_moves_only_from_draft_to_active_to_retired(
    history: list[dict[str, Any]], version: str, status: str
) -> None:
    with pytest.raises(ReleaseError, match=r"follows .*; status moves only draft -> active -> retired"):
        extended(history, event(version, status))


def test_a_version_never_gets_another_digest(history: list[dict[str, Any]]) -> None:
    with pytest.raises(ReleaseError, match=r"its digest is sha256:2, earlier sha256:1; a version never changes"):
        extended(history, event("3.0.0", "active", "sha256:2"))
