"""The database of the records: SQLite in one file, or any other by its SQLAlchemy URL."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from cds_service.errors import ConfigurationError

MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(url: str) -> Engine:
    """Open the database and bring its tables up to date.

    Raises `ConfigurationError` when it cannot be opened, without repeating a password of the URL.
    """
    try:
        target = make_url(url)
        if target.get_backend_name() == "sqlite" and target.database:
            Path(target.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = create_engine(target)
        if target.get_backend_name() == "sqlite":
            event.listen(engine, "connect", _durable)
        _migrate(engine)
    except (ArgumentError, SQLAlchemyError, OSError, ImportError) as problem:
        raise ConfigurationError(
            f"HEEL_CDS_DATABASE_URL, or HEEL_CDS_HOME where that is not set: the database cannot be opened "
            f"({_why(problem)}); expected a SQLAlchemy URL such as sqlite:////var/lib/heel-cds/heel-cds.db whose "
            "folder can be written, or one whose driver is installed"
        ) from problem
    if hasattr(os, "register_at_fork"):
        # A connection must not be shared by two processes.
        os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
    return engine


def _why(problem: Exception) -> str:
    """What went wrong, by its kind and the path or module concerned: never the URL, which may hold a password."""
    concerned = getattr(problem, "filename", None) or getattr(problem, "name", None)
    return f"{type(problem).__name__}: {concerned}" if concerned else type(problem).__name__


def _durable(connection: Any, _: Any) -> None:
    """Write-ahead log, synchronised at every commit: what was acknowledged survives a crash."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=2000")
    cursor.close()


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
