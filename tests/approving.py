"""A site's own approvals: two people in two roles, who sign releases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from knowledge.approvals import approve, read_approvals, trust
from knowledge.index import RELEASES, event_of, record, versions
from knowledge.lifecycle import activate
from knowledge.release import digest_of, release_path
from knowledge.signatures import ROLES, TrustedKey
from tests.unit.knowledge.charts import NOW

AUTHOR, REVIEWER = "A. Author", "R. Reviewer"
PEOPLE = dict(zip(ROLES, (AUTHOR, REVIEWER), strict=True))
KEYS = {role: Ed25519PrivateKey.generate() for role in ROLES}
AT = "2026-11-25T10:00:00Z"


def approvals(path: Path, signed: Iterable[str] | None = None, releases: Path = RELEASES) -> Path:
    """The file in which both trust their keys and have signed these versions, by default all."""
    for role, name in PEOPLE.items():
        trust(TrustedKey(role, name, KEYS[role].public_key().public_bytes_raw()), path)
        for version in versions(releases) if signed is None else signed:
            approve(version, role, name, KEYS[role], AT, releases, path)
    return path


def drafted(version: str, releases: Path, change: Callable[[Any], None] = lambda _: None) -> None:
    """The newest release once more under another version, changed or not, as a draft in a folder of releases."""
    newest = versions(releases)[-1]
    content = json.loads(release_path(newest, releases).read_bytes())
    content["version"] = version
    change(content)
    published = rfc8785.dumps(content)
    release_path(version, releases).write_bytes(published)
    record(event_of(version, "draft", digest_of(published), NOW), releases)


def put_in_force(version: str, releases: Path, at: datetime = NOW) -> None:
    """Sign a draft in a folder of releases by both, and activate it."""
    path = approvals(releases / "approvals.json", [version], releases)
    activate(version, read_approvals(path), at, releases)
