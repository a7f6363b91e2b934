"""R44: ice, compression, splints, orthoses and supplements that this patient had better not use."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit

TOPIC = "modalityCaution"
NUMB = {"protective-sensation-lost": True}
HEEL_PAIN = ["heel-pain"]


def _urgency(*drafts: str, hook: str = "order-sign", **told: Any) -> str | None:
    seen = visit(hook, **({"drafts": list(drafts)} if drafts else {}), **told)
    return seen.about(TOPIC).indicator if TOPIC in seen.advice else None


@pytest.mark.parametrize("draft", ["custom-foot-orthosis", "foot-orthosis", "heel-cup-or-lift", "night-splint"])
def test_nothing_presses_on_a_foot_that_cannot_feel(draft: str) -> None:
    assert _urgency(draft, findings=NUMB) == "warning"
    assert _urgency(draft, conditions=["peripheral-neuropathy"]) == "warning"
    assert _urgency(draft, findings={"protective-sensation-lost": False}) is None
    assert _urgency(draft) is None


def test_poor_circulation_stops_a_night_splint_but_not_an_orthosis() -> None:
    assert _urgency("night-splint", conditions=["peripheral-arterial-disease"]) == "warning"
    assert _urgency("custom-foot-orthosis", conditions=["peripheral-arterial-disease"]) is None


@pytest.mark.parametrize("disorder", ["peripheral-arterial-disease", "raynaud", "cold-sensitivity"])
def test_ice_is_not_for_these(disorder: str) -> None:
    assert _urgency("cold-therapy", conditions=[disorder]) == "warning"
    assert _urgency("cold-therapy", conditions=["hypertension"]) is None


@pytest.mark.parametrize(("index", "expected"), [(0.59, "warning"), (0.6, "warning"), (0.8, "warning"), (0.9, None)])
def test_the_ankle_brachial_index_decides_on_compression(index: float, expected: str | None) -> None:
    assert _urgency("compression-therapy", findings={"ankle-brachial-index": index}) == expected


def test_below_six_tenths_it_is_forbidden_and_up_to_eight_tenths_for_a_specialist() -> None:
    rules = {
        index: visit("order-sign", drafts=["compression-therapy"], findings={"ankle-brachial-index": index})
        .about(TOPIC)
        .rule
        for index in (0.59, 0.6)
    }
    assert rules == {0.59: "compression-unsafe", 0.6: "compression-doubtful"}


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ({"ankle-pressure": 59}, "warning"),
        ({"ankle-pressure": 60}, None),
        ({"toe-pressure": 29}, "warning"),
        ({"toe-pressure": 30}, None),
    ],
)
def test_so_do_the_pressures_at_ankle_and_toe(findings: dict[str, int], expected: str | None) -> None:
    assert _urgency("compression-therapy", findings=findings) == expected


@pytest.mark.parametrize("low", [{"ankle-pressure": 55}, {"toe-pressure": 25}, {"ankle-brachial-index": 0.5}])
def test_a_low_pressure_of_some_months_ago_still_counts(low: dict[str, float]) -> None:
    assert _urgency("compression-therapy", weeks_ago=(26, low)) == "warning"


@pytest.mark.parametrize("low", [{"ankle-pressure": 55}, {"toe-pressure": 25}, {"ankle-brachial-index": 0.5}])
def test_an_older_low_pressure_asks_for_a_new_measurement(low: dict[str, float]) -> None:
    assert _urgency("compression-therapy", weeks_ago=(53, low)) == "warning"
    assert _urgency("compression-therapy", weeks_ago=(11 * 52, low)) is None


def test_arterial_disease_without_an_index_is_for_a_specialist() -> None:
    assert _urgency("compression-therapy", conditions=["peripheral-arterial-disease"]) == "warning"


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "order-select", "order-sign"])
def test_a_hot_swollen_foot_that_cannot_feel_is_critical(hook: str) -> None:
    hot = {**NUMB, "heel-warmth": True, "heel-swelling": True}
    assert _urgency(hook=hook, findings=hot) == "critical"
    assert _urgency(hook=hook, findings={**hot, "protective-sensation-lost": False}) is None
    assert _urgency(hook=hook, findings={"heel-warmth": True, "heel-swelling": True}) is None


def test_a_device_already_arranged_is_looked_at_again() -> None:
    told = {"hook": "patient-view", "conditions": HEEL_PAIN}
    assert _urgency(orders=["night-splint"], findings=NUMB, **told) == "warning"
    assert _urgency(findings=NUMB, **told) is None


def test_turmeric_meets_blood_thinners_and_surgery() -> None:
    told = {"hook": "patient-view", "conditions": HEEL_PAIN, "findings": {"supplement-turmeric": True}}
    assert _urgency(medications=["anticoagulant"], **told) == "warning"
    assert _urgency(medications=["antiplatelet"], **told) == "warning"
    assert _urgency(orders=["joint-replacement"], **told) == "warning"
    assert _urgency(**told) is None
