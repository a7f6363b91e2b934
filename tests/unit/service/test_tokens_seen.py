"""Which tokens were used: kept in the database of the log, and forgotten once they have expired."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cds_service.errors import NotRecorded
from cds_service.records.database import open_database
from cds_service.records.tokens_seen import PURGE_SECONDS, TokensSeen


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def opened(home: Path, clock: Clock, if_not_recorded: str = "refuse") -> TokensSeen:
    return TokensSeen(open_database(f"sqlite:///{home / 'log.db'}"), if_not_recorded, clock)


def broken(home: Path) -> None:
    with closing(sqlite3.connect(home / "log.db")) as database:
        database.execute("drop table tokens_seen")


def test_a_token_is_new_once_wherever_it_is_asked_for(tmp_path: Path, clock: Clock) -> None:
    one, other = opened(tmp_path, clock), opened(tmp_path, clock)
    assert one.first_use("issuer", "a", 1_000_300)
    assert not other.first_use("issuer", "a", 1_000_300)
    assert not one.first_use("issuer", "a", 1_000_300)
    assert other.first_use("another issuer", "a", 1_000_300)
    assert one.first_use("issuer", "b" * 5000 + "\ud800", 1_000_300)


def test_what_expired_is_forgotten_now_and_then(tmp_path: Path, clock: Clock) -> None:
    seen = opened(tmp_path, clock)
    assert seen.first_use("issuer", "short", 1_000_010)
    assert seen.first_use("issuer", "long", 1_000_300)
    clock.now += PURGE_SECONDS
    assert seen.first_use("issuer", "short", 1_000_300)
    assert not seen.first_use("issuer", "long", 1_000_300)


def test_without_the_table_nothing_can_be_told(tmp_path: Path, clock: Clock) -> None:
    seen = opened(tmp_path, clock)
    broken(tmp_path)
    with pytest.raises(NotRecorded):
        seen.first_use("issuer", "a", 1_000_300)


def test_where_the_site_wishes_answers_all_the_same_this_process_remembers(tmp_path: Path, clock: Clock) -> None:
    seen = opened(tmp_path, clock, "answer")
    assert seen.first_use("issuer", "before", 1_000_300)
    broken(tmp_path)
    assert seen.first_use("issuer", "after", 1_000_300)
    assert not seen.first_use("issuer", "after", 1_000_300)
    assert not seen.first_use("issuer", "before", 1_000_300)
    clock.now += 400
    assert seen.first_use("issuer", "after", 1_000_900)


def test_the_log_still_waits_for_the_disk_after_a_token_was_noted(tmp_path: Path, clock: Clock) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'log.db'}")
    seen = TokensSeen(engine, now=clock)
    for _ in range(2):
        seen.first_use("issuer", "a", 1_000_300)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
