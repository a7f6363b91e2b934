"""The specification of release 1.0.0, as it was published."""

from __future__ import annotations

from functools import cache

from knowledge.release import Release, load_release
from tests.spec.clinic import ADULT, ALMOST_16, CHILD, VISIT, Clinic

__all__ = ["ADULT", "ALMOST_16", "CHILD", "HARMLESS_CARE", "VISIT", "knowledge", "visit"]

HARMLESS_CARE = frozenset(
    {
        "plantarCoreCare",
        "plantarPhysiotherapy",
        "plantarAdjuncts",
        "achillesMidportionCare",
        "achillesInsertionalCare",
        "achillesAdjuncts",
        "homeCare",
        "footwearAdvice",
        "preventionAdvice",
        "analgesiaOptions",
        "weeklyLoadRule",
        "physiotherapyTargets",
        "heelSpurIncidental",
    }
)


@cache
def knowledge() -> Release:
    return load_release("1.0.0")


visit = Clinic(knowledge).visit
