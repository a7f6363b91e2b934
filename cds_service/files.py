"""What several commands take: files and instants."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from cds_service.errors import HeelCdsError


def content_of(name: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises `HeelCdsError` when it cannot be read."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as problem:
        raise HeelCdsError(
            f"{name}: cannot be read ({problem.strerror}); give a file, or - for standard input"
        ) from None


def instant(text: str) -> datetime:
    """An RFC 3339 instant from a command line, in UTC."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an instant; write 2026-11-25T10:00:00Z") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def check_window(arguments: argparse.Namespace) -> None:
    """Refuse a window of `--since` (included) and `--until` (not included) that holds no instant, whatever is asked.

    Both are as records write them, or None. Raises `HeelCdsError`.
    """
    since, until = arguments.since, arguments.until
    if since and until and until <= since:
        raise HeelCdsError(f"--since {since} --until {until}: no time lies between; --until must be the later one")
