"""What we keep of each decision: which rules of which release said what, and nothing about the patient.

The record is durable before the answer leaves. If it cannot be written, no card is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rfc8785
from sqlalchemy import Engine, insert
from sqlalchemy.exc import SQLAlchemyError

from cds_service.errors import NotRecorded
from cds_service.records.tables import DECISIONS


class DecisionLog:
    """The append-only log of decisions in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def append(self, record: Mapping[str, Any], salt: str | None = None) -> None:
        """Store one record for good. Raises `NotRecorded` when it cannot be stored."""
        knowledge = record["knowledge"]
        row = {
            "id": record["decision"],
            "at": record["at"],
            "hook": record["hook"],
            "client": record["client"],
            "release": f"{knowledge['name']}/{knowledge['version']}",
            "digest": knowledge["digest"],
            "body": rfc8785.dumps(dict(record)).decode(),
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(DECISIONS).values(row))
        except SQLAlchemyError as problem:
            raise NotRecorded(type(problem).__name__) from None

    def works(self) -> bool:
        """Whether a record could be stored now. Nothing is: the attempt is taken back."""
        probe = dict.fromkeys((column.name for column in DECISIONS.columns), "probe")
        try:
            with self._engine.connect() as connection, connection.begin() as attempt:
                connection.execute(insert(DECISIONS).values(probe))
                attempt.rollback()
        except SQLAlchemyError:
            return False
        return True
