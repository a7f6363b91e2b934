"""From draft to active to retired: a release answers once two people in two roles have signed it.

What a service loads is checked anew each time: its digest, its signatures, and its worked cases.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from knowledge.approvals import Approvals, named_in
from knowledge.cases import verify_cases
from knowledge.errors import ReleaseError
from knowledge.index import RELEASES, event_of, record, status_of
from knowledge.release import Release, read_release
from knowledge.signatures import Named


def load_approved(named: Named, approvals: Approvals, releases: Path = RELEASES) -> Release:
    """A published release that may answer.

    Raises `ReleaseError` where its bytes have changed, a signature is missing, or a worked case does not hold.
    """
    release = read_release(named.version, named.digest, releases)
    if problems := approvals.problems(named):
        raise ReleaseError("; ".join(problems))
    verify_cases(release)
    return release


def activate(version: str, approvals: Approvals, at: datetime, releases: Path = RELEASES) -> None:
    """Let a draft answer from now on. Raises `ReleaseError` where `load_approved` does, or it is no draft."""
    _move(version, "active", load_approved(named_in(version, releases), approvals, releases).digest, at, releases)


def retire(version: str, at: datetime, releases: Path = RELEASES) -> None:
    """Let a release answer no more, for good. Raises `ReleaseError` where it is not active."""
    _move(version, "retired", status_of(version, releases)["digest"], at, releases)


def _move(version: str, status: str, digest: str, at: datetime, releases: Path) -> None:
    record(event_of(version, status, digest, at), releases)
