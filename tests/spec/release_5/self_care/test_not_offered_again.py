"""What is arranged, was tried or is unsafe for the foot is not offered as an order."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.truth import Truth
from tests.spec.clinic import Visit
from tests.spec.release_5.clinic import knowledge, visit


def _offered(seen: Visit, topic: str) -> set[str]:
    release, rule = knowledge(), seen.about(topic).rule
    facts = seen.decision.facts
    guards = {name: release.content["actions"][name].get("already") for name in release.offer(rule)["actions"]}
    return {name for name, guard in guards.items() if guard is None or facts[guard].truth is not Truth.TRUE}


def _eight_weeks(conditions: list[str] | None = None, findings: dict[str, Any] | None = None, **told: Any) -> Visit:
    conditions = ["plantar-fasciitis", *(conditions or [])]
    return visit(conditions=conditions, findings={"symptom-duration": 8, **(findings or {})}, **told)


def test_a_foot_that_feels_may_have_splint_and_pad() -> None:
    assert {"night-splint", "heel-cup"} <= _offered(_eight_weeks(), "plantarPhysiotherapy")


@pytest.mark.parametrize(
    "foot",
    [
        {"findings": {"protective-sensation-lost": True}},
        {"conditions": ["peripheral-neuropathy"]},
        {"conditions": ["diabetes"]},
    ],
)
def test_a_foot_that_does_not_feel_or_was_not_tested_in_diabetes_gets_neither(foot: dict[str, Any]) -> None:
    assert not _offered(_eight_weeks(**foot), "plantarPhysiotherapy") & {"night-splint", "heel-cup"}


def test_in_diabetes_a_foot_that_was_tested_and_feels_may_have_both() -> None:
    seen = _eight_weeks(["diabetes"], {"protective-sensation-lost": False})
    assert {"night-splint", "heel-cup"} <= _offered(seen, "plantarPhysiotherapy")


@pytest.mark.parametrize("told", [{"orders": ["night-splint"]}, {"findings": {"treatments-tried": ["night-splint"]}}])
def test_a_splint_that_is_ordered_or_was_tried_is_not_offered_again(told: dict[str, Any]) -> None:
    assert "night-splint" not in _offered(_eight_weeks(**told), "plantarPhysiotherapy")


def _after_six_months(**told: Any) -> Visit:
    findings = {"symptom-duration": 30, "pain-severity": 6, **told.pop("findings", {})}
    return visit(conditions=["plantar-fasciitis", *told.pop("conditions", [])], findings=findings, **told)


def test_after_six_months_a_standing_radiograph_is_offered() -> None:
    assert "radiograph-heel-standing" in _offered(_after_six_months(), "refractoryReassess")


@pytest.mark.parametrize(
    "told",
    [
        {"orders": ["heel-radiograph"]},
        {"findings": {"heel-radiograph-result": "normal"}},
        {"conditions": ["pregnancy"]},
    ],
)
def test_it_is_not_where_it_is_arranged_was_read_or_the_patient_is_pregnant(told: dict[str, Any]) -> None:
    assert "radiograph-heel-standing" not in _offered(_after_six_months(**told), "refractoryReassess")


def test_a_load_plan_that_is_arranged_is_not_offered_again() -> None:
    findings = {"max-pain-during-run": 7}
    seen = visit(conditions=["achilles-tendinopathy"], findings=findings, orders=["load-management-plan"])
    assert "load-management-plan" not in _offered(seen, "painModelStepDown")
