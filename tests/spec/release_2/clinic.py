"""The specification of the release in the drafts."""

from __future__ import annotations

from functools import cache

from knowledge.authored import DRAFTS, read_drafts
from knowledge.release import NAME, Release, compile_release
from tests.spec.clinic import ADULT, ALMOST_16, CHILD, VISIT, Clinic

__all__ = ["ADULT", "ALMOST_16", "CHILD", "VISIT", "knowledge", "visit"]


@cache
def knowledge() -> Release:
    return compile_release(read_drafts(DRAFTS / NAME), "sha256:drafts")


visit = Clinic(knowledge).visit
