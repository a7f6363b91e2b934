"""What an auditor takes out of the log: all records of a time for a SIEM, and one decision as FHIR R4."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fhir.resources.R4B.auditevent import AuditEvent
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.provenance import Provenance

from cds_service.records.forms import refusal_of
from knowledge.release import load_release
from tests import calls
from tests.auditing import SALT, audit, decision, log_in, record, tampering
from tests.conftest import AppMaker


def test_records_of_a_time_come_one_a_line_as_they_lie_in_the_log(tmp_path: Path) -> None:
    log_in(tmp_path, 6)
    lines = audit(tmp_path, "records", "--since", "2026-11-03T10:00:00Z", "--until", "2026-11-05T12:00:00+02:00").out
    assert [json.loads(line) for line in lines.splitlines()] == [record(2), record(3)]
    assert len(audit(tmp_path, "records").out.splitlines()) == 6


def test_a_decision_that_is_not_there_is_a_no(tmp_path: Path) -> None:
    log_in(tmp_path, 1)
    assert audit(tmp_path, "show", decision(5)).status == 1


@pytest.mark.parametrize("kind", ["decision", "refusal"])
def test_one_record_as_audit_event_and_provenance_is_valid_fhir_r4(tmp_path: Path, kind: str) -> None:
    refused = refusal_of(
        412,
        "required",
        decision=decision(1),
        at=datetime(2026, 11, 25, 10, tzinfo=UTC),
        service="heel-pain-patient-view",
        client="clinic-1",
        release=load_release(),
        engine={"version": "2.0.0"},
    )
    held = record(1, withheld=[{"topic": "homeCare", "rule": "home-care", "reason": "under-16"}])
    log_in(tmp_path).append({"decision": held, "refusal": refused}[kind], SALT)
    told = audit(tmp_path, "show", decision(1), "--fhir").json
    Bundle.model_validate(told)
    event, provenance = (entry["resource"] for entry in told["entry"])
    AuditEvent.model_validate(event)
    Provenance.model_validate(provenance)
    assert event["outcome"] == {"decision": "0", "refusal": "4"}[kind]
    assert event["entity"][0]["what"] == provenance["target"][0]
    details = {detail["type"]: detail["valueString"] for detail in event["entity"][0]["detail"]}
    assert details["position in the log"] == "0"
    assert details["knowledge"].startswith("heel-pain-runner/")


def test_a_decision_of_the_running_service_is_valid_fhir_r4(make_app: AppMaker, tmp_path: Path) -> None:
    answer = calls.post(make_app(home=str(tmp_path), deadline="30").test_client(), calls.sample())
    name = answer.json["extension"][calls.OURS]["decisionId"]
    Bundle.model_validate(audit(tmp_path, "show", name, "--fhir").json)
    shown = audit(tmp_path, "show", name, "--json").json
    assert shown["record"]["kind"] == "decision"
    assert shown["record"]["shown"] == answer.json["extension"][calls.OURS]["recommendations"]


def test_a_record_that_cannot_be_read_sends_the_auditor_to_verify(tmp_path: Path) -> None:
    log_in(tmp_path, 3)
    with tampering(tmp_path) as database:
        database.execute("update records set body = '{' where position = 1")
        database.execute("delete from nodes")
    for command in (["show", decision(1)], ["show", decision(2)]):
        told = audit(tmp_path, *command)
        assert told.status == 2
        assert "audit verify says which" in told.err


def test_a_log_whose_tables_are_gone_is_told_as_one_that_cannot_be_read(tmp_path: Path) -> None:
    log_in(tmp_path, 1)
    calls.break_store(tmp_path)
    told = audit(tmp_path, "verify")
    assert told.status == 2
    assert "cannot be read" in told.err
