"""Whatever else is recorded, no advice for a harmless cause stands beside a danger."""

from __future__ import annotations

import random
from typing import Any

import pytest

from knowledge.truth import Truth
from tests.calls import HOOKS
from tests.spec.release_1.clinic import ADULT, CHILD, HARMLESS_CARE, knowledge, visit

DANGERS = (
    "achilles-rupture-suspected",
    "achilles-tests-missing",
    "calcaneal-stress-fracture-suspected",
    "alarm-features",
    "injury-on-record",
    "under-16",
)


def _some_findings(choose: random.Random) -> dict[str, Any]:
    findings: dict[str, Any] = {}
    for name, fact in knowledge().content["facts"].items():
        if "finding" in fact and choose.random() < 0.12:
            findings[name] = _some_value(fact, choose)
    return findings


def _some_value(fact: dict[str, Any], choose: random.Random) -> Any:
    if fact["kind"] == "presence":
        return choose.choice([True, False, "equivocal"])
    if fact["kind"] == "choice":
        return choose.choice(fact["answers"])
    least, most = fact["plausible"]
    return round(choose.uniform(float(least), min(float(most), 60)), 1)


@pytest.mark.parametrize("seed", range(150))
def test_no_harmless_care_stands_beside_a_danger_and_nothing_is_said_without_a_complaint(seed: int) -> None:
    choose = random.Random(seed)
    disorders = [fact["condition"] for fact in knowledge().content["facts"].values() if "condition" in fact]
    seen = visit(
        choose.choice(HOOKS),
        born=choose.choice([ADULT, CHILD, None]),
        findings=_some_findings(choose),
        conditions=choose.sample(disorders, 2),
    )
    facts = seen.decision.facts
    assert not seen.decision.failed
    if any(facts[danger].truth is Truth.TRUE for danger in DANGERS):
        assert not seen.advice & HARMLESS_CARE
    if facts["heel-complaint"].truth is not Truth.TRUE:
        assert not seen.advice
