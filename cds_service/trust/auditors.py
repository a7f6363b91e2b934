"""Who may ask about single decisions: auditors, by a bearer token of which only the digest is kept.

The file has a JSON object a line: the SHA-256 of a token, whose it is, and until when it holds. It is read at each
call, so that a line taken out ends a token's use at once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from cds_service.errors import ConfigurationError, HeelCdsError, NotTrusted
from cds_service.settings import Settings

ANYBODY = "anybody"
MOST_DAYS = 366
_SCHEME = "bearer"


class _Line(msgspec.Struct):
    sha256: str
    label: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A new token, which is nowhere else, and when it ends (RFC 3339)."""

    token: str
    expires: str


class Auditors:
    """Admits callers. In the sandbox profile everybody is, unless a file of tokens is set."""

    def __init__(self, settings: Settings) -> None:
        self._file = settings.auditor_tokens
        self._open = settings.sandbox and self._file is None

    def admit(self, authorization: str, at: datetime) -> str:
        """The label of the caller with this Authorization header. Raises `NotTrusted`."""
        if self._open:
            return ANYBODY
        scheme, _, token = authorization.partition(" ")
        # Every line is compared, and in constant time, so that the time taken tells nothing of the file.
        digest = _digest(token.strip())
        admitted = [line for line in self._lines() if hmac.compare_digest(line.sha256.encode(), digest.encode())]
        if scheme.lower() == _SCHEME and admitted and admitted[0].expires > at:
            return admitted[0].label
        raise NotTrusted("auditor")

    def _lines(self) -> Iterator[_Line]:
        """The lines that can be read; one that cannot admits nobody."""
        try:
            written = self._file.read_bytes().splitlines() if self._file else []
        except OSError:
            return
        for line in written:
            try:
                yield msgspec.json.decode(line, type=_Line)
            except msgspec.MsgspecError:
                continue


def new_token(settings: Settings, label: str, days: int, now: datetime) -> Made:
    """Make a token and append its digest to the file. Raises `HeelCdsError` where that cannot be done."""
    if settings.auditor_tokens is None:
        raise ConfigurationError("HEEL_CDS_AUDITOR_TOKENS: not set; expected the file to which the digest is added")
    if not 1 <= days <= MOST_DAYS:
        raise HeelCdsError(f"--days: found {days}, expected a number from 1 to {MOST_DAYS}")
    token = secrets.token_urlsafe(32)
    expires = (now + timedelta(days=days)).replace(microsecond=0).isoformat()
    line = json.dumps({"sha256": _digest(token), "label": label, "expires": expires})
    _append(settings.auditor_tokens, line)
    return Made(token, expires)


def _append(path: Path, line: str) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{line}\n")
    except OSError as problem:
        raise HeelCdsError(
            f"HEEL_CDS_AUDITOR_TOKENS: {path} cannot be written ({problem.strerror}); expected a file in a folder that "
            "exists"
        ) from None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
