"""The specification of the release in the drafts."""

from __future__ import annotations

from tests.releases.drafted import release as knowledge
from tests.spec.clinic import ADULT, ALMOST_16, CHILD, VISIT, Clinic

__all__ = ["ADULT", "ALMOST_16", "CHILD", "VISIT", "knowledge", "visit"]


visit = Clinic(knowledge).visit
