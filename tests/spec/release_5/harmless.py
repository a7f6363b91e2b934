"""The advice that assumes a harmless cause, and so never stands beside a danger."""

from __future__ import annotations

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
        "physiotherapyTargets",
        "heelSpurIncidental",
        "fatPadCare",
        "sessionSpike",
        "painModelStepDown",
    }
)
