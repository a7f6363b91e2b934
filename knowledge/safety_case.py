"""The safety case of a release: which requirement is met by which rule, against which hazard, shown by which case.

Requirements and hazards are authored; the cases of a rule are those in which it speaks, found by running
them. A release with a hazard log may leave no end loose: `safety_problems` names each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.cases import chart_of, instant_of
from knowledge.engine import evaluate
from knowledge.release import Release

CRITICAL = "critical"
GRAVE = frozenset({"major", "catastrophic"})


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: the number of its requirement and what that asks for, the hazards it stands against, its cases."""

    requirement: str
    asks: str
    rule: str
    hazards: tuple[str, ...]
    cases: tuple[str, ...]


def has_safety_case(release: Release) -> bool:
    """Whether the release carries a hazard log."""
    return "hazards" in release.content


def matrix(release: Release) -> tuple[Row, ...]:
    """Requirement -> rule -> hazards -> cases, by requirement and then by rule. Runs all cases."""
    content, cases = release.content, cases_by_rule(release)
    rows = (
        Row(
            number := rule.get("source_rule", ""),
            content.get("requirements", {}).get(number, ""),
            name,
            hazards_of(name, content),
            cases.get(name, ()),
        )
        for name, rule in content["rules"].items()
    )
    return tuple(sorted(rows, key=lambda row: (row.requirement[:1] != "R", row.requirement, row.rule)))


def hazards_of(rule: str, content: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the hazards that a rule stands against."""
    return tuple(name for name, hazard in content.get("hazards", {}).items() if rule in _named(hazard, "rules"))


def cases_by_rule(release: Release) -> dict[str, tuple[str, ...]]:
    """For each rule the names of the cases in which it speaks."""
    found: dict[str, list[str]] = {}
    for case in release.content["cases"]:
        decision = evaluate(release, chart_of(case, release), case["hook"], instant_of(case["at"]))
        for rule in {recommended.rule for recommended in decision.recommended}:
            found.setdefault(rule, []).append(case["name"])
    return {rule: tuple(names) for rule, names in found.items()}


def listed_as_critical(content: Mapping[str, Any]) -> frozenset[str]:
    """The rules that may speak as critical: those that stand against a hazard that is major or worse."""
    grave = (hazard for hazard in content.get("hazards", {}).values() if hazard["severity"] in GRAVE)
    return frozenset(rule for hazard in grave for rule in _named(hazard, "rules"))


def safety_problems(release: Release) -> list[str]:
    """Loose ends of a release that has a hazard log, one sentence each; none for a release without."""
    if not has_safety_case(release):
        return []
    content = release.content
    return [
        *_undefined(content),
        *_loose_requirements(content),
        *_loose_rules(matrix(release), content),
        *_loose_cases(release),
    ]


def _named(hazard: Mapping[str, Any], kind: str) -> list[str]:
    return [name for measure in hazard["mitigations"] for name in measure.get(kind, ())]


def _undefined(content: Mapping[str, Any]) -> Iterator[str]:
    cases = {case["name"] for case in content["cases"]}
    for name, hazard in content["hazards"].items():
        for kind, defined in (("rules", content["rules"].keys()), ("cases", cases)):
            yield from (
                f"hazards.{name}: there is no {one!r} among the {kind}"
                for one in _named(hazard, kind)
                if one not in defined
            )
    for reason in content.get("about", {}).get("out_of_scope", ()):
        if reason not in content["reasons"]:
            yield f"about.out_of_scope: {reason!r} is not a reason of reasons.yaml"


def _loose_requirements(content: Mapping[str, Any]) -> Iterator[str]:
    required, met = content.get("requirements", {}), {r.get("source_rule") for r in content["rules"].values()}
    yield from (f"requirements.{number}: no rule meets it" for number in required if number not in met)
    for name, rule in content["rules"].items():
        if rule.get("source_rule") not in required:
            yield f"rules.{name}.source_rule: {rule.get('source_rule')!r} is not among the requirements"


def _loose_rules(rows: Iterable[Row], content: Mapping[str, Any]) -> Iterator[str]:
    listed = listed_as_critical(content)
    for row in rows:
        if not row.hazards:
            yield f"rules.{row.rule}: no hazard names it"
        if not row.cases:
            yield f"rules.{row.rule}: it speaks in no case"
        if content["rules"][row.rule]["indicator"] == CRITICAL and row.rule not in listed:
            yield f"rules.{row.rule}: it is critical, so a hazard that is {' or '.join(sorted(GRAVE))} must name it"


def _loose_cases(release: Release) -> Iterator[str]:
    topics = {rule.topic for rule in release.rules}
    for case in release.content["cases"]:
        expect = case["expect"]
        about = [*expect.get("shows", ()), *expect.get("not", ()), *expect.get("withholds", ())]
        if not ("silent" in expect or "asks" in expect or topics.intersection(about)):
            yield f"cases.{case['name']}: no rule is tried by it"
