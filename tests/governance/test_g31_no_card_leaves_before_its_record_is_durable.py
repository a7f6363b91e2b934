"""G-31: no card leaves before its record is durable; where logging fails, what happens is defined, and is counted."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import event

from cds_service import app as application
from cds_service.records.database import open_database
from tests import calls
from tests.auditing import audit, stored, tampering
from tests.conftest import AppMaker
from tests.reporting import cards_of, counted, entry, report
from tests.running import PATIENCE, Running, running

CALLERS = 4


class Disk:
    """How many pages the database may have: a disk that can be filled and emptied."""

    pages = 1_000_000

    def fill(self) -> None:
        self.pages = 1

    def empty(self) -> None:
        self.pages = 1_000_000

    def open(self, url: str) -> Any:
        engine = open_database(url)

        @event.listens_for(engine, "checkout")
        def limit(connection: Any, *_: Any) -> None:
            connection.execute(f"PRAGMA max_page_count={self.pages}")

        return engine


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr(application, "open_database", disk.open)
    return disk


def until_it_fails(http: FlaskClient) -> list[str]:
    """Ids of the decisions whose cards came, until the disk is full to the last page."""
    given = []
    while (answer := calls.post(http, calls.sample())).status_code == 200:
        given.append(answer.json["extension"][calls.OURS]["decisionId"])
    return given


def test_a_full_disk_gives_no_card_and_every_card_that_was_given_is_on_record(
    make_app: AppMaker, tmp_path: Path, disk: Disk
) -> None:
    app = make_app(home=str(tmp_path), deadline="30")
    http = app.test_client()
    disk.fill()
    given = until_it_fails(http)
    refused = calls.post(http, calls.sample())
    assert refused.status_code == 503
    assert refused.json["issue"][0]["code"] == "no-store"
    assert "cards" not in refused.json
    assert http.get("/readyz").status_code == 503
    assert set(given) == set(stored(tmp_path))
    assert app.extensions["decision_log"].unrecorded == 2
    disk.empty()
    assert calls.post(http, calls.sample()).status_code == 200
    assert http.get("/readyz").status_code == 200
    assert audit(tmp_path, "verify").status == 0


def test_each_card_that_was_given_can_be_reported_on_and_none_that_was_not(
    make_app: AppMaker, tmp_path: Path, disk: Disk
) -> None:
    """Cards are stored in the transaction of their record: on a full disk both are there, or neither."""
    http = make_app(home=str(tmp_path), deadline="30").test_client()
    disk.fill()
    given = until_it_fails(http)
    recorded = {card["card"] for record in stored(tmp_path).values() for card in record["cards"]}
    with tampering(tmp_path) as database:
        assert {card for (card,) in database.execute("select card from cards")} == recorded
        assert {name for (name,) in database.execute("select decision from cards")} == set(given)
        assert {card for (card,) in database.execute("select card from advice")} == recorded


def test_feedback_that_a_full_disk_does_not_take_is_refused_whole_and_can_be_sent_again(
    make_app: AppMaker, tmp_path: Path, disk: Disk
) -> None:
    http = make_app(home=str(tmp_path), deadline="30").test_client()
    [card] = cards_of(http)
    disk.fill()
    until_it_fails(http)
    reports = [entry(card, outcomeTimestamp=f"2026-11-25T10:00:00.{number:03}Z") for number in range(500)]
    refused = report(http, *reports)
    assert (refused.status_code, refused.json["issue"][0]["code"]) == (503, "no-store")
    with tampering(tmp_path) as database:
        assert database.execute("select count(*) from feedback").fetchone() == (0,)
    assert audit(tmp_path, "verify").status == 0
    disk.empty()
    assert counted(report(http, *reports)) == (500, 0, 0)
    assert audit(tmp_path, "verify").status == 0


def test_where_the_site_wants_the_card_all_the_same_the_service_says_it_is_not_ready_until_it_records_again(
    make_app: AppMaker, tmp_path: Path, disk: Disk
) -> None:
    http = make_app(home=str(tmp_path), deadline="30", if_not_recorded="answer").test_client()
    disk.fill()
    given = []
    while len(given) < 3 or given[-1] in stored(tmp_path):
        answer = calls.post(http, calls.sample())
        assert answer.status_code == 200
        assert answer.json["cards"]
        given.append(answer.json["extension"][calls.OURS]["decisionId"])
    assert http.get("/readyz").status_code == 503
    disk.empty()
    assert http.get("/readyz").status_code == 503
    assert calls.post(http, calls.sample()).status_code == 200
    assert http.get("/readyz").status_code == 200
    assert len(stored(tmp_path)) == len(set(given) & set(stored(tmp_path))) + 1
    assert audit(tmp_path, "verify").status == 0


def test_a_service_killed_under_load_has_every_card_it_gave_in_its_log_and_the_log_verifies(tmp_path: Path) -> None:
    given: list[str] = []
    enough = Event()

    def keep_calling(service: Running) -> None:
        while True:
            try:
                answer = requests.post(
                    service.url + calls.service_of("patient-view"), json=calls.sample(), timeout=PATIENCE
                )
            except requests.RequestException:
                return  # the service was killed
            assert answer.status_code == 200
            given.append(answer.json()["extension"][calls.OURS]["decisionId"])
            if len(given) >= 40:
                enough.set()

    settings = {"HEEL_CDS_CHECKPOINT_RECORDS": "7"}
    with (
        running(tmp_path, "--workers", "2", settings=settings) as service,
        ThreadPoolExecutor(CALLERS) as pool,
    ):
        callings = [pool.submit(keep_calling, service) for _ in range(CALLERS)]
        assert enough.wait(PATIENCE)
        os.killpg(service.process.pid, signal.SIGKILL)
        for calling in callings:
            calling.result()
    assert set(given) <= set(stored(tmp_path))
    told = audit(tmp_path, "verify", "--json")
    assert told.status == 0, told.out
    assert told.json["checkpoints"] > 1
