"""Statements that run on every call, compiled once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql import ClauseElement


class Compiled:
    """A statement as the driver takes it, compiled once and run past SQLAlchemy, whose part in it cost more than ours.

    Raises the driver's own errors.
    """

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._text = str(compiled)
        self._places: list[str] | None = getattr(compiled, "positiontup", None)

    def run(self, connection: Connection, values: Mapping[str, Any]) -> None:
        self._execute(connection, values).close()

    def run_each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each row, in as few round trips as the driver knows how to."""
        if rows:
            cursor = connection.connection.cursor()
            cursor.executemany(self._text, [self._given(values) for values in rows])
            cursor.close()

    def value(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The first column of the first row, or None."""
        cursor = self._execute(connection, values)
        row = cursor.fetchone()
        cursor.close()
        return row and row[0]

    def _execute(self, connection: Connection, values: Mapping[str, Any]) -> DBAPICursor:
        cursor = connection.connection.cursor()
        cursor.execute(self._text, self._given(values))
        return cursor

    def _given(self, values: Mapping[str, Any]) -> Any:
        return values if self._places is None else [values[name] for name in self._places]
