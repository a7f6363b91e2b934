"""The safety case: requirement, rule, hazard and case side by side, and every loose end named."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.publish import check
from knowledge.release import Release
from knowledge.safety_case import listed_as_critical, matrix, safety_problems
from tests.unit.knowledge.small_release import content, small_release

HOLDS = {"R01": "Image a fracture.", "R02": "Care, and no needle.", "R03": "Question an injection."}
NUMBERS = {"fracture": "R01", "care": "R02", "needle": "R02", "injection": "R03"}


def hazard(**changes: Any) -> dict[str, Any]:
    return {
        "title": "A fracture is missed",
        "harm": "It breaks.",
        "cause": "Nobody squeezed.",
        "severity": "major",
        "affects": ["patient"],
        "mitigations": [{"measure": "It is imaged.", "rules": list(NUMBERS)}],
        "residual": "Some.",
        **changes,
    }


CASES = [
    {"name": "bad pain", "hook": "patient-view", "at": "2026-11-22T10:00:00Z", "conditions": ["heel-pain"],
     "findings": {"severity": 6, "anticoagulated": False}, "expect": {"shows": ["needling"]}},
    {"name": "an injection", "hook": "order-sign", "at": "2026-11-22T10:00:00Z", "drafts": ["injection"],
     "expect": {"shows": ["injectionCaution"]}},
]  # fmt: skip


def whole(**changes: Any) -> Release:
    rules = {name: {**content()["rules"][name], "source_rule": number} for name, number in NUMBERS.items()}
    about = {"out_of_scope": ["under-16"]}
    given = {"rules": rules, "hazards": {"H01": hazard()}, "requirements": HOLDS, "about": about}
    return small_release(**{**given, "cases": [*content()["cases"], *CASES], **changes})


def changed(name: str, **changes: Any) -> dict[str, Any]:
    rules = dict(whole().content["rules"])
    return {**rules, name: {**rules[name], **changes}}


def test_a_whole_one_has_no_loose_end() -> None:
    assert safety_problems(whole()) == check(whole()) == []


def test_a_release_without_a_hazard_log_is_asked_for_none() -> None:
    assert safety_problems(small_release()) == []
    assert {(row.requirement, row.hazards) for row in matrix(small_release())} == {("", ())}


def test_each_rule_has_a_row_from_requirement_to_case() -> None:
    rows = [(row.requirement, row.asks, row.rule, row.hazards, row.cases) for row in matrix(whole())]
    assert rows == [
        ("R01", "Image a fracture.", "fracture", ("H01",), ("a painful squeeze",)),
        ("R02", "Care, and no needle.", "care", ("H01",), ("a heel that hurts below",)),
        ("R02", "Care, and no needle.", "needle", ("H01",), ("bad pain",)),
        ("R03", "Question an injection.", "injection", ("H01",), ("an injection",)),
    ]


UNTRIED = {"name": "untried", "hook": "patient-view", "at": "2026-11-22T10:00:00Z", "expect": {"not": ["gone"]}}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"requirements": HOLDS | {"R04": "More."}}, "requirements.R04: no rule meets it"),
        ({"rules": changed("care", source_rule="C01")}, "rules.care.source_rule: 'C01' is not among the requirements"),
        ({"hazards": {"H01": hazard(mitigations=[{"measure": "?", "rules": ["fracture", "care", "needle"]}])}},
         "rules.injection: no hazard names it"),
        ({"cases": [*content()["cases"], CASES[0]]}, "rules.injection: it speaks in no case"),
        ({"rules": changed("fracture", indicator="critical"), "hazards": {"H01": hazard(severity="minor")}},
         "rules.fracture: it is critical, so a hazard that is catastrophic or major must name it"),
        ({"hazards": {"H01": hazard(), "H02": hazard(mitigations=[{"measure": "?", "rules": ["gone"]}])}},
         "hazards.H02: there is no 'gone' among the rules"),
        ({"hazards": {"H01": hazard(), "H02": hazard(mitigations=[{"measure": "?", "cases": ["gone"]}])}},
         "hazards.H02: there is no 'gone' among the cases"),
        ({"cases": [*content()["cases"], *CASES, UNTRIED]}, "cases.untried: no rule is tried by it"),
        ({"about": {"out_of_scope": ["gone"]}}, "about.out_of_scope: 'gone' is not a reason of reasons.yaml"),
    ],
)  # fmt: skip
def test_each_loose_end_is_named_when_it_is_published(changes: dict[str, Any], told: str) -> None:
    assert check(whole(**changes)) == [told]


def test_only_what_stands_against_a_grave_hazard_is_listed_as_critical() -> None:
    assert listed_as_critical(whole().content) == set(NUMBERS)
    assert listed_as_critical(whole(hazards={"H01": hazard(severity="considerable")}).content) == set()
