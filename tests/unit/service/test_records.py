"""A decision is on record, durably, before its cards are given; the record holds nothing about the patient."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select

from cds_service.errors import ConfigurationError, NotRecorded
from cds_service.records.database import open_database
from cds_service.records.decision_log import DecisionLog
from cds_service.records.tables import METADATA, RECORDS

RECORD: dict[str, Any] = {
    "decision": "5d8c4b0e-1a2b-4c3d-8e9f-000000000001",
    "at": "2026-11-25T10:00:00Z",
    "hook": "patient-view",
    "client": "sandbox",
    "knowledge": {"name": "heel-pain-runner", "version": "1.0.0", "digest": "sha256:00"},
    "engine": "1.0.0",
    "rules": {"true": ["R22"], "unknown": ["R01"]},
    "failed": [],
    "shown": ["plantarCoreCare"],
    "withheld": [{"topic": "homeCare", "reason": "under-16"}],
    "unknown": ["thompson-test"],
    "unread": 0,
}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/new/folder/heel-cds.db"


def test_a_record_is_found_again_by_whoever_opens_the_database_later(url: str) -> None:
    DecisionLog(open_database(url)).append(RECORD)
    with open_database(url).connect() as connection:
        row = connection.execute(select(RECORDS)).one()
    assert json.loads(row.body) == RECORD
    assert (row.decision, row.release, row.hook) == (RECORD["decision"], "heel-pain-runner/1.0.0", "patient-view")


def test_one_decision_cannot_be_recorded_twice(url: str) -> None:
    log = DecisionLog(open_database(url))
    log.append(RECORD)
    with pytest.raises(NotRecorded):
        log.append(RECORD)


def test_a_lost_table_is_noticed_and_refuses_the_record(url: str) -> None:
    engine = open_database(url)
    log = DecisionLog(engine)
    assert log.works()
    RECORDS.drop(engine)
    assert not log.works()
    with pytest.raises(NotRecorded):
        log.append(RECORD)


def test_the_new_folder_is_closed_to_other_users(tmp_path: Path, url: str) -> None:
    open_database(url)
    assert stat.S_IMODE((tmp_path / "new" / "folder").stat().st_mode) == 0o700


def test_sqlite_synchronises_each_commit_and_never_loses_an_acknowledged_record(url: str) -> None:
    with open_database(url).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_the_migrations_make_exactly_the_tables_the_code_writes(url: str) -> None:
    inspector = inspect(open_database(url))
    for table in METADATA.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in inspector.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}
        indexes = {(index["name"], bool(index["unique"])) for index in inspector.get_indexes(table.name)}
        assert indexes == {(index.name, index.unique) for index in table.indexes}


@pytest.mark.parametrize("bad", ["sqlite:////proc/no/such.db", "nonsense", "postgresql+none://user:secret@host/db"])
def test_a_database_that_cannot_be_opened_is_a_setting_to_correct_and_no_password_is_repeated(bad: str) -> None:
    with pytest.raises(ConfigurationError, match="HEEL_CDS_DATABASE_URL") as refusal:
        open_database(bad)
    assert "secret" not in str(refusal.value)
