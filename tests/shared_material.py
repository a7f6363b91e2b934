"""Where the tests find real data that nobody here wrote; it lies beside the checkout, not in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared(path: str) -> Path:
    """The file or folder `path` of the shared material; skips the test where there is none, except in CI."""
    found = SHARED / path
    if found.exists():
        return found
    message = f"shared material {path!r} is not at {SHARED}; clone the project beside it to run this test"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
