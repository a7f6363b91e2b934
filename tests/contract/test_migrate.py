"""`heel-cds migrate` brings the tables up to date; again it changes nothing; what it cannot reach it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cds_service.cli import main
from tests.calls import sample, service_of
from tests.conftest import AppMaker


def test_the_tables_are_made_and_a_service_finds_them(
    make_app: AppMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEEL_CDS_HOME", str(tmp_path))
    assert main(["migrate", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["migrated"]
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out == f"the tables are up to date: revision {told['revision']}\n"
    http = make_app(home=str(tmp_path), deadline="30").test_client()
    assert http.post(service_of("patient-view"), json=sample()).status_code == 200
    assert main(["migrate", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == told
    assert main(["audit", "verify"]) == 0


def test_a_database_that_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEEL_CDS_DATABASE_URL", "postgresql://heel:secret@127.0.0.1:9/heel?connect_timeout=2")
    assert main(["migrate"]) in (1, 2)
    told = capsys.readouterr()
    assert "secret" not in told.out + told.err
    assert told.out or told.err
