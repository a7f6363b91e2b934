"""What every artefact of a release says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cards.naming import CANONICAL
from knowledge.release import Release

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Publication:
    """A release, its `status` (draft, active or retired) and the day of that status, `2026-11-25`."""

    release: Release
    status: str
    date: str


def canonical(kind: str, name: str) -> str:
    return f"{CANONICAL}/{kind}/{name}"


def pinned(kind: str, name: str, publication: Publication) -> str:
    """The canonical address of an artefact of the same release, with its version."""
    return f"{canonical(kind, name)}|{publication.release.version}"


def headed(kind: str, name: str, title: str, description: str, publication: Publication) -> Resource:
    """The beginning of an artefact, up to what it is about."""
    return {
        "resourceType": kind,
        "id": name,
        "url": canonical(kind, name),
        "version": publication.release.version,
        "name": "".join(word[:1].upper() + word[1:] for word in name.split("-")),
        "title": title,
        "status": publication.status,
        "experimental": False,
        "date": publication.date,
        "publisher": "heel-pain-cds",
        "description": description,
    }
