"""Bringing checkpoints to a place the hospital owns, where whoever runs this service cannot change them."""

from __future__ import annotations

import fcntl
import os

import requests

from cds_service.errors import NotDelivered

SECONDS = 3.0


def deliver(note: str, place: str) -> None:
    """Append a signed note to a file, durably, or POST it to a URL. Raises `NotDelivered`."""
    try:
        _post(note, place) if "://" in place else _append(note, place)
    except (requests.RequestException, OSError) as problem:
        raise NotDelivered(type(problem).__name__) from None


def _post(note: str, url: str) -> None:
    with requests.Session() as session:
        session.trust_env = False  # no proxy and no netrc of the machine
        answer = session.post(
            url,
            data=note.encode(),
            headers={"Content-Type": "text/plain; charset=utf-8"},
            timeout=SECONDS,
            allow_redirects=False,
        )
    if not 200 <= answer.status_code < 300:
        raise NotDelivered(f"HTTP {answer.status_code}")


def _append(note: str, path: str) -> None:
    """Notes in a file are parted by a blank line."""
    with open(path, "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(note + "\n")
        file.flush()
        os.fsync(file.fileno())
