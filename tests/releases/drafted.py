"""The drafts as they stand, read and compiled once."""

from __future__ import annotations

from functools import cache
from typing import Any

from knowledge.authored import DRAFTS, read_drafts
from knowledge.release import NAME, Release, compile_release


@cache
def drafts() -> dict[str, Any]:
    return read_drafts(DRAFTS / NAME)


@cache
def release() -> Release:
    return compile_release(drafts(), "sha256:drafts")
