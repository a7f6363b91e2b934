"""Files named on the command line."""

from __future__ import annotations

import sys
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
