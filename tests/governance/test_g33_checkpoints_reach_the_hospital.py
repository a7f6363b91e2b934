"""G-33, the delivery: checkpoints are delivered to the hospital's own sink on schedule, and never delay a card."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from cds_service.errors import ConfigurationError
from cds_service.records.checkpoints import THREAD, Checkpoints, Schedule
from cds_service.records.database import open_database
from cds_service.records.decision_log import DecisionLog
from cds_service.records.log_key import signing_key
from cds_service.records.signed_notes import read_notes
from cds_service.settings import Settings
from tests import calls
from tests.auditing import SALT, audit, log_in, record
from tests.conftest import AppMaker


def finished() -> None:
    """Let every checkpoint that is under way be done."""
    for thread in threading.enumerate():
        if thread.name == THREAD:
            thread.join()


@contextmanager
def sink(*statuses: int) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A server that takes checkpoints with these statuses in turn, then with 204; what it got, with its type."""
    got: list[tuple[str, str]] = []
    left = list(statuses)

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status = left.pop(0) if left else 204
            if status < 300:
                got.append((self.headers["Content-Type"], body))
            self.send_response(status)
            if status in range(300, 400):
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Taker)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/heel-cds", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sizes(text: str) -> list[int]:
    return [checkpoint.size for checkpoint in read_notes(text)]


def test_they_are_appended_to_a_file_at_start_and_each_so_many_records(make_app: AppMaker, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    app = make_app(home=str(tmp_path), deadline="30", checkpoints=str(kept), checkpoint_records="3")
    for _ in range(7):
        assert calls.post(app.test_client(), calls.sample()).status_code == 200
        finished()
    assert sizes(kept.read_text()) == [0, 3, 6]
    assert audit(tmp_path, "verify", "--checkpoints", str(kept)).status == 0


def test_one_is_due_after_so_many_minutes_when_there_is_a_new_record(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/heel-cds.db")
    key = signing_key(Settings.from_env({"HEEL_CDS_HOME": str(tmp_path)}))
    checkpoints = Checkpoints(engine, key, Schedule(minutes=0))
    checkpoints.begin()
    DecisionLog(engine, stored=checkpoints.stored).append(record(1), SALT)
    finished()
    assert sizes(audit(tmp_path, "export").out) == [0, 1]


def test_they_are_posted_as_text_to_a_url(tmp_path: Path) -> None:
    log_in(tmp_path, 4)
    with sink() as (url, got):
        told = audit(tmp_path, "checkpoint", "--json", checkpoints=url).json
        assert audit(tmp_path, "checkpoint", "--json", checkpoints=url).json["delivered"] == 0
        assert audit(tmp_path, "export", "--to", url).out == "1 checkpoints exported\n"
    assert got == [("text/plain; charset=utf-8", told["checkpoint"])] * 2
    assert told["delivered"] == 1


@pytest.mark.parametrize("status", [500, 307, 401])
def test_a_sink_that_does_not_take_one_gets_it_again_with_the_next(tmp_path: Path, status: int) -> None:
    log = log_in(tmp_path, 2)
    with sink(status) as (url, got):
        refused = audit(tmp_path, "checkpoint", "--json", checkpoints=url)
        assert (refused.status, refused.json["problem"]) == (1, f"not delivered: HTTP {status}")
        log.append(record(2), SALT)
        assert audit(tmp_path, "checkpoint", checkpoints=url).status == 0
    assert [sizes(body) for _, body in got] == [[2], [3]]


def test_a_sink_that_is_away_keeps_no_card_back_and_is_counted(make_app: AppMaker, tmp_path: Path) -> None:
    app = make_app(
        home=str(tmp_path), deadline="30", checkpoints=str(tmp_path / "no" / "folder"), checkpoint_records="1"
    )
    for _ in range(2):
        assert calls.post(app.test_client(), calls.sample()).json["cards"]
        finished()
    assert app.test_client().get("/readyz").status_code == 200
    assert app.extensions["checkpoints"].failed_deliveries == 4
    assert sizes(audit(tmp_path, "export").out) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("place", "profile"),
    [
        ("http://audit.example.org/", "sandbox"),
        ("ftp://audit.example.org/", "sandbox"),
        ("https://me:secret@audit.example.org/", "production"),
        ("http://127.0.0.1:8080/", "production"),
    ],
)
def test_a_place_that_cannot_be_trusted_is_a_setting_to_correct(place: str, profile: str) -> None:
    with pytest.raises(ConfigurationError, match="HEEL_CDS_CHECKPOINTS") as refusal:
        Settings.from_env({"HEEL_CDS_CHECKPOINTS": place, "HEEL_CDS_PROFILE": profile})
    assert "secret" not in str(refusal.value)
