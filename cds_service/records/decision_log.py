"""What we keep of each decision: which rules of which release said what, and nothing about the patient.

The record is durable before the answer leaves. If it cannot be written, no card is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rfc8785
from sqlalchemy import Engine, insert
from sqlalchemy.exc import SQLAlchemyError

from cards.naming import EXTENSION
from cds_service.errors import NotRecorded
from cds_service.records.tables import DECISIONS
from knowledge.decision import Decision


def record_of(answer: Mapping[str, Any], decision: Decision, client: str) -> dict[str, Any]:
    """The record of one answer, from the answer's own extension and what came of each rule."""
    ours = answer["extension"][EXTENSION]
    rules: dict[str, list[str]] = {}
    for name, truth in decision.outcomes.items():
        rules.setdefault(truth.value, []).append(name)
    return {
        "decision": ours["decisionId"],
        "at": ours["evaluatedAt"],
        "hook": decision.hook,
        "client": client,
        "knowledge": dict(ours["knowledge"]),
        "engine": ours["engine"]["version"],
        "rules": {truth: sorted(names) for truth, names in rules.items()},
        "failed": list(decision.failed),
        "shown": list(ours.get("recommendations", ())),
        "withheld": [dict(held) for held in ours.get("withheld", ())],
        "unknown": list(ours.get("unknown", ())),
        "unread": ours["unread"],
    }


class DecisionLog:
    """The append-only log of decisions in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def append(self, record: Mapping[str, Any]) -> None:
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
