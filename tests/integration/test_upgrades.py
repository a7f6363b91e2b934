"""A database made by an earlier version is brought up to date in its place, and loses nothing."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, inspect, text

from cds_service.records.database import open_database, writing
from cds_service.records.tables import METADATA
from tests import calls
from tests.auditing import Told, audit, stored
from tests.conftest import AppMaker
from tests.postgresql import cluster
from tests.reporting import cards_of, counted, entry, exported, report

DATABASES = Path(__file__).parent / "databases"
KEY = DATABASES / "revision-0002.key"  # the public half of what signed its checkpoints


def made_earlier(home: Path) -> list[tuple[int, str]]:
    """Put the database of an earlier version under `home`: position and body of each record in it."""
    with closing(sqlite3.connect(home / "heel-cds.db")) as database:
        database.executescript((DATABASES / "revision-0002.sql").read_text("utf-8"))
        return database.execute("select position, body from records order by position").fetchall()


def verified(home: Path, *more: str) -> Told:
    return audit(home, "verify", "--json", "--key", str(KEY), *more)


def test_the_log_is_the_same_to_the_byte_and_verifies_with_its_old_checkpoints(tmp_path: Path) -> None:
    before = made_earlier(tmp_path)
    open_database(f"sqlite:///{tmp_path / 'heel-cds.db'}").dispose()
    with closing(sqlite3.connect(tmp_path / "heel-cds.db")) as database:
        assert database.execute("select position, body from records order by position").fetchall() == before
    told = verified(tmp_path)
    assert (told.status, told.json["size"], told.json["checkpoints"]) == (0, 5, 2)


def test_the_service_goes_on_with_it(make_app: AppMaker, tmp_path: Path) -> None:
    before = made_earlier(tmp_path)
    http = make_app(home=str(tmp_path), deadline="30").test_client()
    [card] = cards_of(http)
    assert counted(report(http, entry(card))) == (1, 0, 0)
    own = audit(tmp_path, "key").out
    (tmp_path / "own.key").write_text(own)
    assert verified(tmp_path, "--key", str(tmp_path / "own.key")).status == 0
    with closing(sqlite3.connect(tmp_path / "heel-cds.db")) as database:
        after = database.execute("select position, body from records order by position").fetchall()
    assert after[: len(before)] == before
    assert [json.loads(body)["kind"] for _, body in after[-2:]] == ["decision", "feedback"]
    assert {row["card"] for row in exported(tmp_path)} == {card["uuid"]}
    old = next(iter(stored(tmp_path)))
    assert audit(tmp_path, "show", old).status == 0


def test_a_card_of_before_the_upgrade_is_unknown_and_costs_the_others_nothing(
    make_app: AppMaker, tmp_path: Path
) -> None:
    made_earlier(tmp_path)
    http = make_app(home=str(tmp_path), deadline="30").test_client()
    old = "9b4addbe-3d1c-5969-ab9e-79108ec37e5e"
    assert counted(report(http, entry(old), entry(cards_of(http)[0]))) == (1, 0, 1)


def at_revision(engine: Engine, revision: str) -> None:
    """Make the tables of an earlier version."""
    from alembic.config import Config

    from cds_service.records.database import MIGRATIONS

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_a_postgresql_database_is_brought_up_to_date_too(tmp_path: Path) -> None:
    made_earlier(tmp_path)
    with cluster() as server:
        url = server.database()
        copy(f"sqlite:///{tmp_path / 'heel-cds.db'}", url)
        upgraded = open_database(url)
        inspector = inspect(upgraded)
        for table in METADATA.sorted_tables:
            columns = {column["name"]: column["nullable"] for column in inspector.get_columns(table.name)}
            assert columns == {column.name: column.nullable for column in table.columns}
            assert {index["name"] for index in inspector.get_indexes(table.name)} == {i.name for i in table.indexes}
        upgraded.dispose()
        told = audit(tmp_path, "verify", "--json", "--key", str(KEY), database_url=url)
        assert (told.status, told.json["size"], told.json["checkpoints"]) == (0, 5, 2)


def copy(source: str, target: str) -> None:
    """Bring the records of an earlier version from one kind of database to another, at that version's tables."""
    given, taken = create_engine(source), create_engine(target)
    at_revision(taken, "0002")
    with given.connect() as old, taken.begin() as new:
        for name in ("records", "nodes", "checkpoints"):
            columns = [column["name"] for column in inspect(given).get_columns(name)]
            quoted, marks = ", ".join(f'"{one}"' for one in columns), ", ".join(f":{one}" for one in columns)
            for row in old.execute(text(f"select {quoted} from {name}")).mappings():
                new.execute(text(f"insert into {name} ({quoted}) values ({marks})"), dict(row))
    for engine in (given, taken):
        engine.dispose()


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004"])
def test_tables_of_each_version_are_brought_up_to_date(tmp_path: Path, revision: str) -> None:
    url = f"sqlite:///{tmp_path / 'heel-cds.db'}"
    engine = create_engine(url)
    at_revision(engine, revision)
    engine.dispose()
    upgraded = open_database(url)
    assert set(METADATA.tables) < set(inspect(upgraded).get_table_names())
    upgraded.dispose()


def test_what_was_upgraded_answers_calls(make_app: AppMaker, tmp_path: Path) -> None:
    made_earlier(tmp_path)
    assert calls.post(make_app(home=str(tmp_path), deadline="30").test_client(), calls.sample()).status_code == 200
