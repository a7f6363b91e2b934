"""Logs as JSON lines. What may stand in one is a closed list of names, none of which can hold a patient value."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

import msgspec

FIELDS = frozenset(
    {
        "request_id", "method", "route", "service", "status", "milliseconds", "cards",
        "reason", "client", "error", "where", "cause", "settings", "rules", "stage", "type",
        "decision", "auditor",
    }
)  # fmt: skip
OURS = ("cds_service", "cards", "knowledge")


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the fields of `FIELDS` that were given."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.msg if record.name.split(".")[0] in OURS else "see the logger's own documentation",
        }
        line |= {name: value for name, value in vars(record).items() if name in FIELDS}
        return msgspec.json.encode(line).decode()


class _ToStandardError(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is at the time, also after it was redirected."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def start(level: str) -> None:
    """Send all logs of this process to standard error as JSON lines."""
    handler = _ToStandardError()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("urllib3", "sqlalchemy", "alembic", "gunicorn.access"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
