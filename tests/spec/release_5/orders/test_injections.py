"""R41 and R42: steroid injections by their place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit
from tests.spec.release_5.medicines.orders import lab

ACHILLES, PLANTAR = "steroidNearAchilles", "plantarSteroidCaution"
HEEL = {"concept": "injection", "site": "plantar-heel-site"}


def _urgency(topic: str, *drafts: Any, hook: str = "order-sign", **told: Any) -> str | None:
    seen = visit(hook, drafts=list(drafts) or [HEEL], **told)
    return seen.about(topic).indicator if topic in seen.advice else None


@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
@pytest.mark.parametrize(
    "draft",
    [
        {"concept": "injection", "site": "achilles-site"},
        {"concept": "injectable-corticosteroid", "kind": "medication", "route": "injection", "site": "achilles-site"},
        "achilles-region-injection",
    ],
)
def test_a_steroid_near_the_achilles_tendon_is_critical(hook: str, draft: Any) -> None:
    assert _urgency(ACHILLES, draft, hook=hook) == "critical"


def test_under_the_heel_by_mouth_or_at_an_unknown_place_it_is_another_matter() -> None:
    by_mouth = {"concept": "injectable-corticosteroid", "kind": "medication", "route": "oral", "site": "achilles-site"}
    for draft in (HEEL, by_mouth, "injection"):
        assert _urgency(ACHILLES, draft) is None


def test_a_plantar_injection_without_a_reason_against_it_passes() -> None:
    assert _urgency(PLANTAR) is None
    assert _urgency(PLANTAR, findings={"symptom-duration": 12, "steroid-injections-12m": 1}) is None


@pytest.mark.parametrize(
    "findings",
    [
        {"symptom-duration": 11},
        {"steroid-injections-12m": 2},
        {"heel-injection-recent": True},
        {"fat-pad-thin": True},
        {"calcaneal-squeeze-test": True},
    ],
)
def test_each_finding_against_it_is_a_warning(findings: dict[str, Any]) -> None:
    assert _urgency(PLANTAR, findings=findings) == "warning"


@pytest.mark.parametrize(("percent", "expected"), [(7.1, "warning"), (7.0, None)])
def test_diabetes_counts_when_it_is_uncontrolled(percent: float, expected: str | None) -> None:
    assert _urgency(PLANTAR, conditions=["diabetes"], observations=[lab("4548-4", percent, "%")]) == expected
    assert _urgency(PLANTAR, observations=[lab("4548-4", percent, "%")]) is None


@pytest.mark.parametrize(("ratio", "expected"), [(3.6, "warning"), (3.0, None)])
def test_an_anticoagulant_in_range_is_no_bar(ratio: float, expected: str | None) -> None:
    assert _urgency(PLANTAR, medications=["anticoagulant"], observations=[lab("6301-6", ratio, "{INR}")]) == expected


@pytest.mark.parametrize(("ahead", "expected"), [(True, "warning"), (False, None)])
def test_a_run_event_within_six_weeks_is_a_warning(ahead: bool, expected: str | None) -> None:
    assert _urgency(PLANTAR, findings={"run-event-soon": ahead}) == expected


def test_a_joint_replacement_ahead_is_a_warning() -> None:
    assert _urgency(PLANTAR, orders=["joint-replacement"]) == "warning"


@pytest.mark.parametrize("findings", [{"skin-break": True}, {"heel-erythema": True, "heel-warmth": True}])
def test_infection_is_critical(findings: dict[str, Any]) -> None:
    assert _urgency(PLANTAR, findings=findings) == "critical"
