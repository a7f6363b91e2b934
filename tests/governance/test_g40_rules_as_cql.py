"""G-40: each rule of a release as CQL has the same outcome on another engine: true, false or unknown, case by case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from cds_service.artefacts.cql import facts_read_directly
from knowledge.cases import chart_of, instant_of
from knowledge.chart import Side
from knowledge.decision import Decision, Evidence, Fact, Interval, Method
from knowledge.engine import evaluate, judge
from knowledge.release import Release
from knowledge.truth import Truth
from tests.cql import bundle_of, established, on_record, read_by_code, run_cql
from tests.releases.drafted import release as drafted
from tests.releases.every import DRAFTED, VERSIONS, release_of

Json = dict[str, Any]
TRUTHS = {True: Truth.TRUE, False: Truth.FALSE, None: Truth.UNKNOWN}


@dataclass(frozen=True)
class Case:
    name: str
    decision: Decision
    told: Json  # every fact as an established finding
    by_record: Json  # what can be read from the record comes as the record


@cache
def cases(version: str) -> tuple[Case, ...]:
    release = release_of(version)
    return tuple(_case(place, case, release) for place, case in enumerate(release.content["cases"]))


def _case(place: int, authored: Json, release: Release) -> Case:
    chart = chart_of(authored, release)
    decision = evaluate(release, chart, authored["hook"], instant_of(authored["at"]))
    read = read_by_code(decision, facts_read_directly(release.content))
    told = bundle_of(f"case-{place}", *established(release, decision))
    by_record = bundle_of(f"case-{place}", *established(release, decision, read), *on_record(chart))
    return Case(authored["name"], decision, told, by_record)


@cache
def runs() -> tuple[str, ...]:
    """Every published release, and the drafts where they differ from the newest."""
    return VERSIONS if spelled(drafted()) == spelled(release_of(VERSIONS[-1])) else (*VERSIONS, DRAFTED)


def spelled(release: Release) -> Any:
    """The content with numbers of one sort: drafts are read with floats, releases with decimals."""
    return json.loads(json.dumps(release.content, default=float))


@cache
def outcomes() -> dict[tuple[str, str], list[Json]]:
    """By release and way of telling what the npm engine says of each case, all in one process."""
    newest = runs()[-1]
    asked = []
    for version in runs():
        groups = [[case.told for case in cases(version)]]
        if version == newest:
            groups += [[case.by_record for case in cases(version)], [bundle for *_, bundle in made_up()]]
        asked.append((release_of(version), groups))
    answers = run_cql(asked)
    found = {(version, "told"): groups[0] for version, groups in zip(runs(), answers, strict=True)}
    return found | {(newest, "by record"): answers[-1][1], (newest, "made up"): answers[-1][2]}


@pytest.mark.parametrize("version", runs())
def test_the_npm_engine_finds_each_rule_of_each_case_true_false_or_unknown_as_ours_does(version: str) -> None:
    compare([case.decision for case in cases(version)], outcomes()[version, "told"], version)


def test_what_is_read_from_the_record_by_code_comes_to_the_same() -> None:
    newest = runs()[-1]
    compare([case.decision for case in cases(newest)], outcomes()[newest, "by record"], newest)
    kinds = {entry["resource"]["resourceType"] for case in cases(newest) for entry in case.by_record["entry"]}
    assert kinds == {"Patient", "Observation", "Condition", "MedicationRequest"}


def compare(decisions: list[Decision], answers: list[Json], version: str) -> None:
    assert len(decisions) == len(answers) > 0
    for decision, answer in zip(decisions, answers, strict=True):
        assert {name: TRUTHS[answer[f"Due: {name}"]] for name in decision.outcomes} == decision.outcomes
        assert advice_of(answer, decision.hook, release_of(version)) == (
            [one.rule for one in decision.recommended],
            [(one.rule, one.reason) for one in decision.withheld],
        )


def advice_of(answer: Json, hook: str, release: Release) -> tuple[list[str], list[tuple[str, str]]]:
    """What a hook is told: a topic once, by its most important rule, and what is held back of the others."""
    told: dict[str, str] = {}
    withheld: dict[tuple[str, str], str] = {}
    for rule in release.rules:
        if hook in rule.hooks and answer[f"Due: {rule.name}"]:
            reason = answer[f"Withheld: {rule.name}"]
            assert answer[f"Speaks: {rule.name}"] is (reason is None)
            if reason is None:
                told.setdefault(rule.topic, rule.name)
            else:
                withheld[rule.topic, reason] = rule.name
    held = [(rule, reason) for (topic, reason), rule in withheld.items() if topic not in told]
    return list(told.values()), held


# Made-up patients: what no worked case has


@cache
def made_up() -> tuple[tuple[str, Decision, Json], ...]:
    """Numbers within bounds, open and closed, around each threshold; signs on one side and on two."""
    release, found = release_of(runs()[-1]), []
    for place, (name, facts) in enumerate([*_numbers(release), *_sides()]):
        silent = dict(release.facts.reading.silent)
        decision = judge(release, {**silent, **facts}, "patient-view", instant_of("2026-11-25T12:00:00Z"))
        found.append((name, decision, bundle_of(f"made-up-{place}", *established(release, decision))))
    return tuple(found)


def _numbers(release: Release) -> Iterator[tuple[str, dict[str, Fact]]]:
    """Each number that a rule compares about each of its thresholds; one patient has one of each number."""
    names = [name for name in release.facts.readers if release.facts.kinds[name] == "number"]
    known = {name: [answer.number for answer in release.answers_to(name) if answer.number] for name in names}
    tried = {name: list(_around(numbers)) for name, numbers in known.items() if numbers}
    for place in range(max(map(len, tried.values()))):
        numbers = {name: intervals[place % len(intervals)] for name, intervals in tried.items()}
        yield f"numbers {place}", {name: Fact(name, Truth.TRUE, number) for name, number in numbers.items()}


def _sides() -> Iterator[tuple[str, dict[str, Fact]]]:
    signs = ("palpable-gap", "matles-test", "plantarflexion-weakness")
    for one, other in ((Side.LEFT, Side.RIGHT), (Side.LEFT, Side.LEFT), (Side.RIGHT, Side.BOTH), (Side.LEFT, None)):
        for first, second in ((0, 1), (1, 2), (0, 2)):
            sided = dict(zip((signs[first], signs[second]), (one, other), strict=True))
            yield f"{sided}", {name: _sign(name, side) for name, side in sided.items()}


def _around(numbers: list[Interval]) -> Iterator[Interval]:
    """Between each value and the next, with ends that count and ends that do not, and beyond the last ones."""
    values = [number.low for number in numbers]
    for low, high in (*pairwise(values), (values[0], None), (None, values[-1])):
        yield Interval(low, high)
        yield Interval(low, high, low is not None, high is not None)
    yield from numbers


def _sign(name: str, side: Side | None) -> Fact:
    seen = Evidence("Observation/one", None, Method.CODE, side=side or Side.UNKNOWN)
    return Fact(name, Truth.TRUE, evidence=(seen,))


def test_numbers_within_bounds_and_signs_of_two_sides_come_to_the_same() -> None:
    newest = runs()[-1]
    compare([decision for _, decision, _ in made_up()], outcomes()[newest, "made up"], newest)
    rupture = {decision.facts["achilles-rupture-signs"].truth for name, decision, _ in made_up() if "Side" in name}
    assert rupture == {Truth.TRUE, Truth.UNKNOWN}
