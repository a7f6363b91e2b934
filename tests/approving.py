"""A site's own approvals: two people in two roles, who sign releases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from knowledge.approvals import approve, read_approvals, trust
from knowledge.index import RELEASES, versions
from knowledge.lifecycle import activate
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


def put_in_force(version: str, releases: Path, at: datetime = NOW) -> None:
    """Sign a draft in a folder of releases by both, and activate it."""
    path = approvals(releases / "approvals.json", [version], releases)
    activate(version, read_approvals(path), at, releases)
