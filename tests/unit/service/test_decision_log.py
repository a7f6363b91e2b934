"""Several processes write one log, and it stays one; what could not be written is counted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from werkzeug.exceptions import Conflict, RequestEntityTooLarge

from cds_service.errors import NotRecorded, NotTrusted, RequestError
from cds_service.outcomes import status_and_code
from cds_service.records.database import open_database
from cds_service.records.decision_log import DecisionLog
from cds_service.records.forms import REASON, canonical, refusal_of
from cds_service.records.stored_tree import StoredTree
from cds_service.records.tables import METADATA, RECORDS
from cds_service.records.tally import Tally
from knowledge.release import load_release
from tests import rfc6962
from tests.auditing import SALT, audit, decision, log_in, record, tampering

WRITER = """
import sys
from pathlib import Path
from tests.auditing import SALT, log_in, record
log = log_in(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2]), int(sys.argv[2]) + 60):
    log.append(record(number), SALT)
"""


def writers(home: Path, count: int) -> list[subprocess.Popen[str]]:
    return [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(home), str(100 * number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(count)
    ]


def test_two_processes_that_open_a_new_database_at_once_and_write_together_make_one_log(tmp_path: Path) -> None:
    processes = writers(tmp_path, 2)
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
    for process in processes:
        process.communicate("go\n")
        assert process.returncode == 0
    with tampering(tmp_path) as database:
        positions = [position for (position,) in database.execute("select position from records order by position")]
        bodies = [body.encode() for (body,) in database.execute("select body from records order by position")]
    assert positions == list(range(120))
    assert audit(tmp_path, "verify", "--json").json["root"] == rfc6962.tree_hash(bodies).hex()


def test_a_log_verifies_while_it_is_written(tmp_path: Path) -> None:
    log_in(tmp_path)
    (process,) = writers(tmp_path, 1)
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    sizes = []
    while process.poll() is None:
        told = audit(tmp_path, "verify", "--json")
        assert told.status == 0, told.out
        sizes.append(told.json["size"])
    process.communicate()
    assert sizes == sorted(sizes)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_the_count_is_that_of_all_processes_that_came_from_one() -> None:
    tally = Tally()
    tally.add()
    if not (child := os.fork()):
        tally.add()
        os._exit(0)
    os.waitpid(child, 0)
    assert tally.count == 2
    assert tally.lately
    tally.over()
    assert (tally.count, tally.lately) == (2, False)


def test_a_record_is_found_by_its_decision_with_its_salt_and_place(tmp_path: Path) -> None:
    log = log_in(tmp_path, 3)
    entry = log.entry(decision(1))
    assert entry is not None
    assert (entry.position, entry.salt, entry.record) == (1, SALT, record(1))
    assert log.entry(decision(9)) is None


def test_what_was_not_recorded_is_counted_in_both_ways_of_going_on(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/heel-cds.db")
    refusing, answering = DecisionLog(engine), DecisionLog(engine, "answer")
    RECORDS.drop(engine)
    with pytest.raises(NotRecorded):
        refusing.append(record(1))
    answering.append(record(1))
    answering.append(record(2))
    assert (refusing.unrecorded, answering.unrecorded) == (1, 2)
    RECORDS.create(engine)
    assert refusing.works()
    assert not answering.works()
    answering.append(record(3))
    assert answering.works()


def test_nothing_is_written_by_asking_whether_it_works(tmp_path: Path) -> None:
    log = log_in(tmp_path, 3)
    assert log.works()
    assert audit(tmp_path, "verify", "--json").json["size"] == 3


def test_a_refusal_is_on_record_by_status_and_code_alone(tmp_path: Path) -> None:
    refused: dict[str, Any] = {
        "decision": decision(7),
        "at": datetime(2026, 11, 25, 10, 0, 0, 999, tzinfo=UTC),
        "service": "heel-pain-patient-view",
        "client": "clinic-1",
        "release": load_release(),
        "engine": {"version": "2.0.0"},
    }
    log_in(tmp_path).append(refusal_of(412, "required", **refused))
    shown = audit(tmp_path, "show", decision(7), "--json").json["record"]
    assert (shown["kind"], shown["status"], shown["reason"]) == ("refusal", 412, "required")
    assert shown["at"] == "2026-11-25T10:00:00Z"
    with pytest.raises(ValueError, match="code"):
        refusal_of(400, "Mrs Example has no such thing", **refused)


TEXTS = st.text(st.sampled_from('aZ_0 "/\\\b\n\t\x00\x1f\x7fé€\u2028\U0001f600'), max_size=6)
NAMES = st.text(st.sampled_from("aAbz_0-"), max_size=4)


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (RequestError(412, "required", "The patient Mrs Example is missing."), (412, "required")),
        (NotTrusted("a token"), (401, "login")),
        (NotRecorded("full"), (503, "no-store")),
        (RequestEntityTooLarge(), (413, "too-long")),
        (Conflict(), (409, "processing")),
        (KeyError("Mrs Example"), (500, "exception")),
    ],
)
def test_of_each_refusal_the_status_and_a_code_may_be_kept(problem: Exception, expected: tuple[int, str]) -> None:
    status, code = status_and_code(problem)
    assert (status, code) == expected
    assert REASON.fullmatch(code)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, PLAIN, max_size=4))
def test_the_bytes_of_a_record_are_those_of_rfc_8785(value: dict[str, Any]) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_a_record_holds_no_floating_point_number() -> None:
    with pytest.raises(ValueError, match="floating-point"):
        canonical({"policy": {"seconds": [2.5]}})


def test_the_decisions_of_an_older_version_become_the_first_leaves(tmp_path: Path) -> None:
    old = [
        {name: value for name, value in record(number).items() if name not in ("kind", "service", "commitment")}
        for number in (2, 1, 3, 0, 4)
    ]
    with tampering(tmp_path) as database:
        database.executescript(
            "create table alembic_version (version_num varchar(32) not null primary key);"
            "insert into alembic_version values ('0001');"
            "create table decisions (id varchar(36) not null primary key, at varchar(32) not null, hook varchar(64) "
            "not null, client varchar(128) not null, release varchar(128) not null, digest varchar(80) not null, "
            "body text not null);"
            "create index decisions_by_release on decisions (release, at);"
        )
        for each in old:
            values = (each["decision"], each["at"], rfc8785.dumps(each).decode())
            database.execute("insert into decisions values (?, ?, 'patient-view', 'c', 'r/1', 'd', ?)", values)
    log = log_in(tmp_path)
    log.append(record(9), SALT)
    assert audit(tmp_path, "verify").status == 0
    kept = [json.loads(line) for line in audit(tmp_path, "records").out.splitlines()]
    assert kept == [*sorted(old, key=lambda each: each["at"]), record(9)]


def test_the_statements_are_ones_that_postgresql_takes_too() -> None:
    for table in METADATA.sorted_tables:
        assert str(CreateTable(table).compile(dialect=postgresql.dialect()))
        for index in table.indexes:
            assert str(CreateIndex(index).compile(dialect=postgresql.dialect()))
    for dialect in (postgresql.dialect(), sqlite.dialect()):
        assert StoredTree(dialect)
    assert create_engine("sqlite://").dialect.name == "sqlite"
