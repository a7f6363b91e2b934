"""Where a measurement lies against the range its own laboratory gives."""

from __future__ import annotations

from cds_service.intake.codes import in_system
from cds_service.intake.elements import Json, objects, single
from cds_service.intake.quantities import range_of
from knowledge.chart import Coding, Quantity, Within

_FLAGS: dict[tuple[str, str], Within] = {
    ("v3-ObservationInterpretation", flag): within
    for within, flags in (
        (Within.ABOVE, ("H", "HH", "HU", "HX")),
        (Within.BELOW, ("L", "LL", "LU", "LX")),
        (Within.RANGE, ("N",)),
    )
    for flag in flags
}


def within_range(holder: Json, measured: Quantity | None, interpretation: tuple[Coding, ...]) -> Within | None:
    """By the flag of the laboratory; failing that, by the one normal range it sent. None where neither tells."""
    flagged = set(in_system(interpretation, _FLAGS))
    if flagged:
        return flagged.pop() if len(flagged) == 1 else None
    given = [ranged for ranged in objects(holder.get("referenceRange")) if _is_normal(ranged)]
    normal = range_of(given[0]) if len(given) == 1 else None
    return None if measured is None or normal is None else _against(measured, normal)


def _is_normal(ranged: Json) -> bool:
    """Whether a range is said to be the normal one and for everybody: one for some people may not be for this one."""
    if "appliesTo" in ranged or "age" in ranged:
        return False
    codes = {coding.get("code") for coding in objects(single(ranged.get("type")).get("coding"))}
    return not codes or "normal" in codes


def _against(measured: Quantity, normal: Quantity) -> Within | None:
    """By the bounds of both; None where units differ or a value like `<10` may lie on either side."""
    if measured.unit != normal.unit:
        return None
    least, most = measured.low, measured.high
    if normal.high is not None and least is not None and (least, measured.low_open) > (normal.high, False):
        return Within.ABOVE
    if normal.low is not None and most is not None and (-most, measured.high_open) > (-normal.low, False):
        return Within.BELOW
    not_above = normal.high is None or (most is not None and most <= normal.high)
    not_below = normal.low is None or (least is not None and least >= normal.low)
    return Within.RANGE if not_above and not_below else None
