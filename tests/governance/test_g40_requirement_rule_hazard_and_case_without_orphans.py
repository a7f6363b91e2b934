"""G-40, its matrix: each release ships a hazard log and a requirement, rule, hazard and test matrix with no orphans."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from cds_service.cli import main
from tests.components import ROOT
from tests.releases.drafted import drafts

REQUIRED = {f"R{number:02}" for number in range(1, 45)} | {f"C{number:02}" for number in range(1, 6)}


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["knowledge", "hazards", *arguments])
    out = capsys.readouterr()
    return status, out.out, out.err


@cache
def _parsed(out: str) -> dict[str, Any]:
    return dict(json.loads(out))


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    status, out, _ = told(capsys, "drafts", "--json")
    assert status == 0
    return _parsed(out)


def measures(log: dict[str, Any], kind: str) -> set[str]:
    return {name for hazard in log["hazards"].values() for one in hazard["mitigations"] for name in one.get(kind, ())}


def test_every_requirement_is_met_by_a_rule_that_has_a_hazard_and_a_case(log: dict[str, Any]) -> None:
    rows = log["matrix"]
    assert {row["requirement"] for row in rows} == REQUIRED
    assert {row["rule"] for row in rows} == set(drafts()["rules"])
    assert [row for row in rows if not (row["asks"] and row["hazards"] and row["cases"])] == []


def test_every_hazard_is_met_by_rules_cases_or_tests_that_exist(log: dict[str, Any]) -> None:
    for name, hazard in log["hazards"].items():
        assert all(one.keys() & {"rules", "cases", "tests"} for one in hazard["mitigations"]), name
    assert measures(log, "rules") == {row["rule"] for row in log["matrix"]}
    assert measures(log, "cases") <= {case["name"] for case in drafts()["cases"]}
    assert sorted(test for test in measures(log, "tests") if not (ROOT / test).is_file()) == []


def test_people_can_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = told(capsys, "drafts")
    assert status == 0
    assert "H01 A ruptured Achilles tendon is taken for tendinopathy (major; patient)" in out
    assert "R41 Keep steroids away from the Achilles tendon.\tsteroid-near-achilles\tH24\t" in out


def test_a_release_from_before_says_that_it_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = told(capsys, "3.0.0")
    assert status == 2
    assert "release 3.0.0 has no hazard log; later releases have one" in err
