"""Every release there is: those published, and the drafts as they stand."""

from __future__ import annotations

from functools import cache

from knowledge.release import Release, load_release, read_index
from tests.releases.drafted import release as drafted

VERSIONS = tuple(dict.fromkeys(event["version"] for event in read_index()))
DRAFTED = "drafts"


@cache
def release_of(version: str) -> Release:
    """A published version, or what `DRAFTED` stands for."""
    return drafted() if version == DRAFTED else load_release(version)
