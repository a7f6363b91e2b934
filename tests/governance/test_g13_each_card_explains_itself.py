"""G-13: each card is traced to records of the request; G-14: a silent rule says why; G-16: what would flip it."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cds_service.cli import main
from cds_service.evaluate_file import evaluate_file
from cds_service.settings import Settings
from knowledge.release import load_release
from knowledge.why import why
from tests.conftest import AppMaker
from tests.golden.patients import PATIENTS
from tests.replaying import call, leaves, record_file, request_of

FINDINGS = "https://w3id.org/heel-pain-cds/CodeSystem/heel-findings"


def explained(capsys: pytest.CaptureFixture[str], request: dict[str, Any], folder: Path, *more: str) -> list[Any]:
    path = folder / "request.json"
    path.write_text(json.dumps(request), "utf-8")
    assert main(["why", str(path), "--json", *more]) == 0
    told: list[Any] = json.loads(capsys.readouterr().out)
    return told


@pytest.mark.parametrize("name", sorted(PATIENTS))
def test_each_fact_told_lies_in_the_request(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    request = request_of(name)
    there = {value for _, value in leaves(request)}
    for rule in explained(capsys, request, tmp_path):
        for fact in rule["because"]:
            for evidence in fact["evidence"]:
                assert evidence["reference"].partition("/")[2] in {*there, "?"}  # a record without an id


def without(request: dict[str, Any], reference: str) -> dict[str, Any]:
    other = copy.deepcopy(request)
    kind, _, identity = reference.partition("/")
    for bundle in other["prefetch"].values():
        if bundle.get("resourceType") == "Bundle":
            bundle["entry"] = [
                one
                for one in bundle["entry"]
                if (one["resource"]["resourceType"], one["resource"]["id"]) != (kind, identity)
            ]
    return other


@pytest.mark.parametrize("name", ["rupture", "stress-fracture", "squeeze-test-missing"])
def test_without_all_its_records_a_rule_does_not_hold(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = request_of(name)
    for rule in explained(capsys, request, tmp_path):
        bare = request
        for fact in rule["because"]:
            for evidence in fact["evidence"]:
                bare = without(bare, evidence["reference"])
        [again] = explained(capsys, bare, tmp_path, "--rule", rule["rule"])
        assert again["outcome"] != "true"


@pytest.mark.parametrize("name", ["rupture"])
def test_every_rule_that_was_silent_says_why(name: str) -> None:
    settings = Settings.from_env({})
    content = json.dumps(request_of(name)).encode()
    [evaluation] = evaluate_file(content, settings, load_release(), None, datetime(2026, 11, 25, 10, tzinfo=UTC))
    for rule in evaluation.release.rules:
        told = why(evaluation.release, evaluation.decision, rule.name)
        assert told["result"] in {"shown", "told-by-another", "held-back", "elsewhere", "not-due"}
        if told["outcome"] != "true":
            assert told["because"] or told["missing"]


def test_the_smallest_change_flips_the_rule_when_it_is_recorded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """G-16: applied to the request and sent again, the rule flips."""
    request = request_of("squeeze-test-missing")
    [told] = explained(capsys, request, tmp_path, "--rule", "calcaneal-stress-fracture")
    assert told["outcome"] == "unknown"
    [change] = next(one for one in told["would_flip"] if one[0]["finding"] == "calcaneal-squeeze-test")
    patient = request["prefetch"]["patient"]["id"]
    request["prefetch"]["observations"]["entry"].append(
        {
            "resource": {
                "resourceType": "Observation",
                "id": "flip",
                "status": "final",
                "code": {"coding": [{"system": FINDINGS, "code": change["finding"]}]},
                "subject": {"reference": f"Patient/{patient}"},
                "valueBoolean": change["state"] == "present",
            }
        }
    )
    [again] = explained(capsys, request, tmp_path, "--rule", "calcaneal-stress-fracture")
    assert again["outcome"] == "true"


def test_a_recorded_decision_is_explained_from_its_record(
    make_app: AppMaker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "service"
    service = make_app(home=str(home), knowledge="1.0.0").test_client()
    answered = call(service, request_of("rupture"))
    record = record_file(home, answered, tmp_path)
    capsys.readouterr()
    told = explained(capsys, request_of("rupture"), tmp_path, "--record", str(record))
    assert {"achillesRupture"} <= {rule["topic"] for rule in told if rule["result"] == "shown"}
    path = tmp_path / "other.json"
    path.write_text(json.dumps(request_of("child")), "utf-8")
    assert main(["why", str(path), "--record", str(record)]) == 2
    assert "The request is not the one this decision was made on." in capsys.readouterr().err


def test_it_is_told_in_words_and_an_unknown_rule_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "request.json"
    path.write_text(json.dumps(request_of("rupture")), "utf-8")
    assert main(["why", str(path)]) == 0
    assert "achilles-rupture -> achillesRupture: shown; its condition is true" in capsys.readouterr().out
    assert main(["why", str(path), "--rule", "nothing"]) == 2
    assert "has no rule 'nothing'" in capsys.readouterr().err
    path.write_text(json.dumps(request_of("no-heel-pain")), "utf-8")
    assert main(["why", str(path)]) == 0
    assert capsys.readouterr().out == "no rule is due\n"
