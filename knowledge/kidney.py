"""Estimated glomerular filtration rate from serum creatinine, age and sex.

The CKD-EPI creatinine equation of 2021, without race (Inker et al., N Engl J Med 2021). It holds for adults.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

from knowledge.decision import Interval

_ADULT = 18
_SCALE, _YEARLY, _STEEP = Decimal(142), Decimal("0.9938"), Decimal("-1.200")
# kappa in mg/dL, alpha, and the factor of the sex
_OF_SEX = {
    "female": (Decimal("0.7"), Decimal("-0.241"), Decimal("1.012")),
    "male": (Decimal("0.9"), Decimal("-0.302"), Decimal(1)),
}


def estimated_gfr(creatinine: Interval, age: Interval, sex: str) -> Interval | None:
    """The eGFR in mL/min/1.73 m2, in whole numbers as laboratories report it.

    `creatinine` in mg/dL, above 0; `age` in years. None under 18, or where age or sex (female, male) is not known.
    """
    if sex not in _OF_SEX or age.low is None or age.high is None or age.low < _ADULT:
        return None
    low = None if creatinine.high is None else _ckd_epi_2021(creatinine.high, age.high, sex)
    high = None if creatinine.low is None else _ckd_epi_2021(creatinine.low, age.low, sex)
    return Interval(low, high)


def _ckd_epi_2021(creatinine: Decimal, age: Decimal, sex: str) -> Decimal:
    kappa, alpha, factor = _OF_SEX[sex]
    ratio, one = creatinine / kappa, Decimal(1)
    with localcontext(prec=28):
        rate = _SCALE * min(ratio, one) ** alpha * max(ratio, one) ** _STEEP * _YEARLY**age * factor
        return rate.quantize(one, ROUND_HALF_UP)
