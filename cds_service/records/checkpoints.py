"""Signed checkpoints of the log: when they are due, kept, and brought to the hospital's own place.

Never on the way of a card: they are made at start, by command, or by a thread once a record is stored.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, Row, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from cds_service.errors import NotDelivered, NotRecorded
from cds_service.records.database import errors_of, writing
from cds_service.records.delivery import deliver
from cds_service.records.forms import instant
from cds_service.records.signed_notes import signed
from cds_service.records.stored_tree import StoredTree
from cds_service.records.tables import CHECKPOINTS
from cds_service.records.tally import Tally
from cds_service.records.tree import root

LOG = logging.getLogger(__name__)
THREAD = "checkpoints"


@dataclass(frozen=True, slots=True)
class Schedule:
    """After how many records or how much time a checkpoint is due, and where it is delivered (None: nowhere).

    `ca_file` names the authorities of that place beside the public ones.
    """

    records: int = 1000
    minutes: int = 60
    place: str | None = None
    ca_file: Path | None = None


class Checkpoints:
    """The checkpoints of one log."""

    def __init__(self, engine: Engine, key: Ed25519PrivateKey, schedule: Schedule) -> None:
        self._engine = engine
        self._key = key
        self._schedule = schedule
        self._tree = StoredTree(engine.dialect)
        self._busy = threading.Lock()
        self._due_size = 0
        self._due_time = 0.0
        self._failed_deliveries = Tally()
        self._note_when_due(0)

    @property
    def failed_deliveries(self) -> int:
        """How often a delivery failed since the service started, in all its processes."""
        return self._failed_deliveries.count

    def begin(self) -> None:
        """Make the checkpoint of the start, and bring along what is still to be delivered."""
        self._make_and_deliver(only_if_due=False)

    def stored(self, size: int) -> None:
        """The log has grown to `size`: have a thread make the checkpoint, if one is due. Never fails or waits."""
        due = size >= self._due_size or time.monotonic() >= self._due_time
        if due and self._busy.acquire(blocking=False):
            self._note_when_due(size)
            threading.Thread(target=self._in_background, name=THREAD, daemon=True).start()

    def make(self, only_if_due: bool = False) -> str:
        """Sign the log as it is, and keep that; the value is the newest note.

        Where nothing has changed, or with `only_if_due` where another process was first, none is
        added. Raises `NotRecorded`.
        """
        now = datetime.now(UTC)
        try:
            with writing(self._engine) as connection:
                size = self._tree.size(connection)
                newest = newest_checkpoint(connection)
                if newest is not None and only_if_due and not self._is_due(newest, size, now):
                    return str(newest.note)
                note = signed(size, root(size, self._tree.nodes(connection)), self._key)
                if newest is None or newest.note != note:
                    connection.execute(insert(CHECKPOINTS).values(size=size, at=instant(now), note=note))
        except errors_of(self._engine) as problem:
            raise NotRecorded(f"no checkpoint can be made ({type(problem).__name__})") from None
        return note

    def deliver(self) -> int:
        """Deliver, in order, what was not yet; the value is how many. Raises `NotDelivered` at the first that fails."""
        if self._schedule.place is None:
            return 0
        waiting = select(CHECKPOINTS.c.number, CHECKPOINTS.c.note).where(CHECKPOINTS.c.delivered.is_(None))
        with self._engine.connect() as connection:
            rows = connection.execute(waiting.order_by(CHECKPOINTS.c.number)).all()
        for row in rows:
            deliver(row.note, self._schedule.place, self._schedule.ca_file)
            done = update(CHECKPOINTS).where(CHECKPOINTS.c.number == row.number)
            with writing(self._engine) as connection:
                connection.execute(done.values(delivered=instant(datetime.now(UTC))))
        return len(rows)

    def _note_when_due(self, size: int) -> None:
        self._due_size = size + self._schedule.records
        self._due_time = time.monotonic() + self._schedule.minutes * 60

    def _is_due(self, newest: Row[int, str, str], size: int, now: datetime) -> bool:
        age = now - datetime.fromisoformat(newest.at)
        return size >= newest.size + self._schedule.records or age >= timedelta(minutes=self._schedule.minutes)

    def _in_background(self) -> None:
        try:
            self._make_and_deliver(only_if_due=True)
        finally:
            self._busy.release()

    def _make_and_deliver(self, only_if_due: bool) -> None:
        try:
            self.make(only_if_due)
            self.deliver()
        except NotRecorded as problem:
            LOG.error("no checkpoint of the decision log could be made", extra={"error": str(problem)})
        except NotDelivered as problem:
            self._failed_deliveries.add()
            LOG.error("a checkpoint was not delivered; the next one tries again", extra={"error": str(problem)})
        except SQLAlchemyError as problem:
            LOG.error("the delivery of checkpoints could not be noted", extra={"error": type(problem).__name__})


def newest_checkpoint(connection: Connection) -> Row[int, str, str] | None:
    """`size`, `at` and `note` of the newest checkpoint."""
    wanted = select(CHECKPOINTS.c.size, CHECKPOINTS.c.at, CHECKPOINTS.c.note)
    return connection.execute(wanted.order_by(CHECKPOINTS.c.number.desc()).limit(1)).one_or_none()
