"""The content of releases and of the drafts, as data to be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rfc8785

from knowledge.authored import DRAFTS, read_drafts
from knowledge.index import NAME, versions
from knowledge.release import Release, compile_release, digest_of, load_release, release_path

DRAFTED = "drafts"


def content_of(version: str, releases: Path) -> dict[str, Any]:
    """The content of a release, verified, of the drafts, or of a folder of other drafts. Raises `ReleaseError`."""
    if version == DRAFTED:
        return read_drafts(DRAFTS / NAME)
    if version not in versions(releases) and (folder := Path(version)).is_dir():
        return read_drafts(folder)
    load_release(version, releases)
    content: dict[str, Any] = json.loads(release_path(version, releases).read_bytes())
    return content


def release_of(version: str, releases: Path) -> Release:
    """A release, or what drafts would be as one. Raises `ReleaseError`."""
    if version in versions(releases):
        return load_release(version, releases)
    published: bytes = rfc8785.dumps(content_of(version, releases))
    return compile_release(json.loads(published), digest_of(published))


def digest_of_content(content: Mapping[str, Any]) -> str:
    """The digest that some content has once it is published."""
    return digest_of(rfc8785.dumps(dict(content)))
