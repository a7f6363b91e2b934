"""Bringing checkpoints to a place the hospital owns, where whoever runs this service cannot change them."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from cds_service.errors import NotDelivered
from cds_service.trust.connections import trusting

SECONDS = 3.0


class _Trusting(HTTPAdapter):
    """Believes servers whose certificate an authority of this file has signed, beside the public ones."""

    def __init__(self, ca_file: Path) -> None:
        self._ca_file = ca_file
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, **named, ssl_context=trusting(self._ca_file))


def deliver(note: str, place: str, ca_file: Path | None = None) -> None:
    """Append a signed note to a file, durably, or POST it to a URL. Raises `NotDelivered`.

    `ca_file` holds the hospital's own authorities (PEM), where its server is certified by one of them.
    """
    try:
        _post(note, place, ca_file) if "://" in place else _append(note, place)
    except (requests.RequestException, OSError) as problem:
        raise NotDelivered(type(problem).__name__) from None


def _post(note: str, url: str, ca_file: Path | None) -> None:
    with requests.Session() as session:
        if ca_file is not None:
            session.mount("https://", _Trusting(ca_file))
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
