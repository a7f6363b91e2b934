"""R03, R38: what counts as raised or low is first the range of the laboratory that measured."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

REST: dict[str, Any] = {"findings": {"pain-location": "posterior", "rest-pain": True}}


def _crp(value: float, within: str | None = None, **more: Any) -> dict[str, Any]:
    flag = {"within": within} if within else {}
    return {"system": "loinc", "code": "1988-5", "value": value, "unit": "mg/L", **flag, **more}


@pytest.mark.parametrize(
    ("measured", "suspected"),
    [
        ([_crp(8, "above")], True),
        ([_crp(8, "range")], False),
        ([_crp(8)], False),
        ([_crp(12)], True),
        ([_crp(12, "range")], True),
        ([_crp(8, "above", date="2026-11-20"), _crp(4, "range")], False),
        ([_crp(8, "above", date="2026-11-01")], False),
    ],
)
def test_pain_at_rest_with_a_raised_crp_is_a_suspected_infection(
    measured: list[dict[str, Any]], suspected: bool
) -> None:
    assert ("heelInfection" in visit(**REST, observations=measured).advice) is suspected


def test_platelets_that_their_laboratory_calls_low_are_a_bleeding_risk() -> None:
    def shown(within: str) -> bool:
        low = {"system": "loinc", "code": "777-3", "value": 152, "unit": "10*3/uL", "within": within}
        drafts = [{"concept": "ibuprofen", "kind": "medication", "route": "oral"}]
        return "nsaidBleeding" in visit("order-sign", drafts=drafts, observations=[low]).advice

    assert shown("below")
    assert not shown("range")
