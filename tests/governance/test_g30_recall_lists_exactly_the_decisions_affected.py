"""G-30, the list: rule + version range + time window give all affected decision ids, exactly.

`python -m tests.performance.a_million_records` measures the same on a million records.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.auditing import audit, decision, log_in, record
from tests.performance.a_million_records import RULE, VERSIONS, at, fill

COUNT = 20_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    fill(home, COUNT)
    return home


def recalled(home: Path, *arguments: str) -> list[str]:
    told = audit(home, "recall", "--rule", RULE, *arguments)
    assert told.status == 0, told.err
    return [line.split("\t")[0] for line in told.out.splitlines()]


def numbers(*, every: int, rest: tuple[int, ...], versions: tuple[str, ...] = VERSIONS) -> list[str]:
    return [
        decision(number)
        for number in range(COUNT)
        if number % every in rest and VERSIONS[number % len(VERSIONS)] in versions
    ]


def test_the_log_they_are_sought_in_is_a_whole_one(home: Path) -> None:
    assert audit(home, "verify").status == 0


def test_a_shown_recommendation_is_recalled_by_its_rule(home: Path) -> None:
    assert recalled(home) == numbers(every=10, rest=(0,))


@pytest.mark.parametrize(("outcome", "rest"), [("true", (0, 3)), ("false", (1, 4)), ("unknown", (2,))])
def test_so_is_every_outcome_of_the_rule(home: Path, outcome: str, rest: tuple[int, ...]) -> None:
    assert recalled(home, "--outcome", outcome) == numbers(every=5, rest=rest)


@pytest.mark.parametrize(
    ("wanted", "versions"),
    [
        ("1.0.0", ("1.0.0",)),
        ("2.0.0", ("2.0.0",)),
        ("..1.9.9", ("1.0.0",)),
        ("1.0.1..", ("2.0.0",)),
        ("1.0.0..2.0.0", VERSIONS),
        ("3.0.0..", ()),
    ],
)
def test_only_in_the_versions_asked_for(home: Path, wanted: str, versions: tuple[str, ...]) -> None:
    assert recalled(home, "--versions", wanted) == numbers(every=10, rest=(0,), versions=versions)


def test_only_in_the_time_asked_for_its_beginning_included_and_its_end_not(home: Path) -> None:
    assert recalled(home, "--since", at(1000), "--until", at(1040)) == [decision(n) for n in (1000, 1010, 1020, 1030)]


def test_each_comes_with_client_instant_and_release(home: Path) -> None:
    told = audit(home, "recall", "--rule", RULE, "--since", at(1000), "--until", at(1001), "--json")
    expected = {"decision": decision(1000), "client": "clinic-1", "at": at(1000), "release": "heel-pain-runner/2.0.0"}
    assert told.json == expected


def test_a_rule_nobody_has_heard_of_affected_nothing(home: Path) -> None:
    assert audit(home, "recall", "--rule", "no-such-rule").out == ""


def test_a_rule_whose_topic_was_not_shown_counts_as_held_but_not_as_shown(tmp_path: Path) -> None:
    log_in(tmp_path).append(record(1, shown=["footwearAdvice"]), "5a" * 32)
    assert recalled(tmp_path) == []
    assert recalled(tmp_path, "--outcome", "true") == [decision(1)]


@pytest.mark.parametrize("wrong", [["--versions", "newest"], ["--versions", ".."], ["--since", "yesterday"]])
def test_a_range_that_is_none_is_told(home: Path, wrong: list[str]) -> None:
    assert audit(home, "recall", "--rule", RULE, *wrong).status == 2
