"""What tests of the decision log share: a log with records in it, and the command an auditor types."""

from __future__ import annotations

import io
import json
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cds_service.cli import main
from cds_service.records.database import open_database
from cds_service.records.decision_log import DecisionLog

SALT = "5a" * 32


def decision(number: int) -> str:
    """The id of a made-up decision."""
    return str(uuid.UUID(int=number))


def record(number: int, **changes: Any) -> dict[str, Any]:
    """The record of a made-up decision; `changes` replace members."""
    whole = {
        "kind": "decision",
        "decision": decision(number),
        "at": f"2026-11-{1 + number % 28:02}T10:00:00Z",
        "service": "heel-pain-patient-view",
        "hook": "patient-view",
        "client": f"clinic-{number % 3}",
        "knowledge": {"name": "heel-pain-runner", "version": "2.0.0", "digest": "sha256:00"},
        "engine": {"version": "1.0.0"},
        "rules": {"true": ["home-care"], "false": [], "unknown": []},
        "failed": [],
        "shown": ["homeCare"],
        "withheld": [],
        "unknown": [],
        "unread": 0,
        "commitment": {"algorithm": "HMAC-SHA256", "value": f"{number:064x}"},
    }
    return whole | changes


def log_in(home: Path, records: int = 0) -> DecisionLog:
    """A decision log under `home`, with so many made-up records."""
    log = DecisionLog(open_database(f"sqlite:///{home / 'heel-cds.db'}"))
    for number in range(records):
        log.append(record(number), SALT)
    return log


@dataclass(frozen=True)
class Told:
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def audit(home: Path, *arguments: str, **settings: str) -> Told:
    """Run `heel-cds audit ...` on the log under `home`."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name, value in ({"home": str(home)} | settings).items():
            patch.setenv(f"HEEL_CDS_{name.upper()}", value)
        try:
            status = main(["audit", *arguments])
        except SystemExit as stopped:
            status = int(stopped.code or 0)
    return Told(status, out.getvalue(), err.getvalue())


@contextmanager
def tampering(home: Path) -> Iterator[sqlite3.Connection]:
    """The database, open to somebody who can write to it past the service."""
    with closing(sqlite3.connect(home / "heel-cds.db")) as database, database:
        yield database


def stored(home: Path) -> dict[str, dict[str, Any]]:
    """Every record of a call under `home`, by decision id."""
    with closing(sqlite3.connect(home / "heel-cds.db")) as database:
        rows = database.execute("select decision, body from records where kind in ('decision', 'refusal')")
        return {name: json.loads(body) for name, body in rows}
