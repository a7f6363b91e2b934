"""R43: shockwave therapy ordered or booked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import ALMOST_16, visit

TOPIC = "shockwaveCaution"
HOOKS = ["order-select", "order-sign", "appointment-book"]


def _urgency(hook: str = "order-sign", draft: str = "shockwave-therapy", **told: Any) -> str | None:
    seen = visit(hook, drafts=[draft], **told)
    return seen.about(TOPIC).indicator if TOPIC in seen.advice else None


@pytest.mark.parametrize("hook", HOOKS)
def test_pregnancy_forbids_it_on_each_hook(hook: str) -> None:
    assert _urgency(hook, conditions=["pregnancy"]) == "critical"


@pytest.mark.parametrize("told", [{"conditions": ["osteomyelitis"]}, {"findings": {"heel-mri-result": "lesion"}}])
def test_infection_and_tumour_forbid_it(told: dict[str, Any]) -> None:
    assert _urgency(**told) == "critical"


@pytest.mark.parametrize(
    "told",
    [
        {"medications": ["anticoagulant"]},
        {"conditions": ["coagulopathy"]},
        {"conditions": ["active-cancer"]},
        {"born": ALMOST_16},
        {"conditions": ["calcaneal-stress-fracture"]},
        {"conditions": ["achilles-rupture"]},
        {"findings": {"core-care-duration": 3.9}},
        {"findings": {"device-in-shockwave-field": True}},
    ],
)
def test_bleeding_growth_open_injury_and_haste_are_warnings(told: dict[str, Any]) -> None:
    assert _urgency(**told) == "warning"


def test_an_implant_in_the_field_is_what_the_card_is_about() -> None:
    told = {"findings": {"device-in-shockwave-field": True}, "medications": ["anticoagulant"]}
    assert visit("order-sign", drafts=["shockwave-therapy"], **told).about(TOPIC).rule == "shockwave-over-implant"


def test_after_four_weeks_of_care_it_passes() -> None:
    assert _urgency(findings={"core-care-duration": 4}) is None


def test_where_nothing_is_known_nothing_is_said() -> None:
    assert _urgency() is None


def test_another_order_in_pregnancy_is_no_shockwave() -> None:
    assert _urgency(draft="physiotherapy", conditions=["pregnancy"]) is None
