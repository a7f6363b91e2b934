"""The database of the records: SQLite in one file, or any other by its SQLAlchemy URL.

All that differs between kinds of database stands here.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from cds_service.errors import ConfigurationError

MIGRATIONS = Path(__file__).parent / "migrations"
_ONE_WRITER = "heel_cds_one_writer"
_LOCK = 0x6865656C  # of this project among the advisory locks of a PostgreSQL database
# How long a call waits for its turn at the log, and how long a writer that has gone silent may hold up all others.
_PATIENCE = "5s"
_ONE_AFTER_ANOTHER = (
    f"SELECT set_config('lock_timeout', '{_PATIENCE}', true), "
    f"set_config('idle_in_transaction_session_timeout', '{_PATIENCE}', true), pg_advisory_xact_lock({_LOCK})"
)


def open_database(url: str) -> Engine:
    """Open the database and bring its tables up to date; of several that start at once, one does it.

    Raises `ConfigurationError` when it cannot be opened, without repeating a password of the URL.
    """
    try:
        target = make_url(url)
        if target.get_backend_name() == "sqlite" and target.database:
            Path(target.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = create_engine(target, **_options(target))
        if target.get_backend_name() == "sqlite":
            event.listen(engine, "connect", _durable)
            event.listen(engine, "begin", _begin)
        with _alone(target):
            _migrate(engine)
    except (ArgumentError, SQLAlchemyError, OSError, ImportError) as problem:
        raise ConfigurationError(
            f"HEEL_CDS_DATABASE_URL, or HEEL_CDS_HOME where that is not set: the database cannot be opened "
            f"({_why(problem)}); expected a SQLAlchemy URL such as sqlite:////var/lib/heel-cds/heel-cds.db whose "
            "folder can be written, or one whose driver is installed (for PostgreSQL: psycopg)"
        ) from problem
    if hasattr(os, "register_at_fork"):
        # A connection must not be shared by two processes.
        os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
    return engine


@contextmanager
def writing(engine: Engine, patient: bool = False) -> Iterator[Connection]:
    """A transaction that has the log to itself, over all processes and hosts, until it is committed or taken back.

    One that is `patient` waits as long as it takes. Raises as `errors_of` says.
    """
    with engine.connect() as connection:
        connection.execution_options(**{_ONE_WRITER: True})
        with connection.begin():
            _wait_for_the_log(connection, patient)
            yield connection


@contextmanager
def noting(engine: Engine) -> Iterator[Connection]:
    """A short transaction beside the log: it outlives any process, and a loss of power once a later one does.

    A call ends with a record, which makes durable what was noted before it: to wait for the disk twice gains nothing.
    """
    with engine.connect() as connection:
        _wait_for_the_disk(connection, False)
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")
                yield connection
        finally:
            _wait_for_the_disk(connection, True)


def _wait_for_the_disk(connection: Connection, wait: bool) -> None:
    """Also at the end of other transactions of an SQLite connection; one that cannot be set is used no more."""
    if connection.dialect.name != "sqlite":
        return
    try:
        connection.connection.cursor().execute(f"PRAGMA synchronous={'FULL' if wait else 'NORMAL'}")
    except Exception:
        connection.invalidate()
        raise


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the log as it is at its first question, whatever is written meanwhile."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":  # where any reading transaction is so
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def errors_of(engine: Engine) -> tuple[type[Exception], ...]:
    """What work on the log may raise: SQLAlchemy's errors, its driver's, and `LookupError` for a lost node."""
    return (SQLAlchemyError, engine.dialect.loaded_dbapi.Error, LookupError)


def forget(engine: Engine) -> None:
    """Leave no copy of deleted values in the files of the database, where that is in our hands."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            cursor = connection.connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.close()


def _options(target: URL) -> dict[str, Any]:
    """A server that was away is noticed before a call is lost on it, and one that does not answer in good time."""
    if target.get_backend_name() != "postgresql":
        return {}
    waits = {} if "connect_timeout" in target.query else {"connect_timeout": 3}
    return {"pool_pre_ping": True, "connect_args": waits}


def _why(problem: Exception) -> str:
    """What went wrong, by its kind and the path or module concerned: never the URL, which may hold a password."""
    concerned = getattr(problem, "filename", None) or getattr(problem, "name", None)
    return f"{type(problem).__name__}: {concerned}" if concerned else type(problem).__name__


def _durable(connection: Any, _: Any) -> None:
    """Write-ahead log, synchronised at every commit: what was acknowledged survives a crash."""
    connection.isolation_level = None  # transactions begin as `_begin` says, not as the driver guesses
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=2000")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    """SQLite's one writer is chosen at the beginning, since a reader that turns writer may find it is too late."""
    alone = connection.get_execution_options().get(_ONE_WRITER)
    connection.connection.cursor().execute("BEGIN IMMEDIATE" if alone else "BEGIN")


def _wait_for_the_log(connection: Connection, patient: bool) -> None:
    if connection.dialect.name == "postgresql":
        alone = f"SELECT pg_advisory_xact_lock({_LOCK})" if patient else _ONE_AFTER_ANOTHER
        connection.exec_driver_sql(alone)


@contextmanager
def _alone(target: URL) -> Iterator[None]:
    """Keep other processes of this host from opening the same SQLite file until the block ends."""
    if target.get_backend_name() != "sqlite" or not target.database or target.database == ":memory:":
        yield
        return
    descriptor = os.open(f"{target.database}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with writing(engine, patient=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def revision_of(engine: Engine) -> str:
    """The revision of the tables, as the newest migration that was made names it."""
    with engine.connect() as connection:
        return str(MigrationContext.configure(connection).get_current_revision())
