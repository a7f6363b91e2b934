"""The append-only log of what was decided: each record is a leaf of a Merkle tree.

A record is durable before the answer leaves. What happens where it cannot be written is the site's
choice: no card is given, or the card is given, counted, and the service says that it is not ready.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, or_, select, update

from cds_service.errors import NotRecorded
from cds_service.records.database import errors_of, forget, writing
from cds_service.records.forms import canonical, erasure_of
from cds_service.records.shown import NOBODY, ShownCard, ShownCards, Viewing
from cds_service.records.stored_tree import StoredTree
from cds_service.records.tables import ADVICE, CARDS, RECORDS
from cds_service.records.tally import Tally

LOG = logging.getLogger(__name__)
_LARGE = 16 * 1024  # bytes, more than a record has, so that a store with room for one is told from one without
_WHO = (CARDS.c.user, CARDS.c.location, CARDS.c.patient)
_OF_ONE_CALL = RECORDS.c.kind.in_(("decision", "refusal"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as it lies in the log: `position` from 0, `salt` hex or None where none is left."""

    position: int
    body: bytes
    salt: str | None
    leaf_hash: bytes

    @property
    def record(self) -> dict[str, Any]:
        decoded: dict[str, Any] = msgspec.json.decode(self.body)
        return decoded


class DecisionLog:
    """The log in one database. `if_not_recorded`: refuse, or answer all the same (see `append`).

    `stored` is called with the number of records after each one that was stored, and must not fail or block.
    """

    def __init__(
        self, engine: Engine, if_not_recorded: str = "refuse", stored: Callable[[int], None] = lambda _: None
    ) -> None:
        self._engine = engine
        self._answer_all_the_same = if_not_recorded == "answer"
        self._stored = stored
        self._tree = StoredTree(engine.dialect)
        self._cards = ShownCards(engine.dialect)
        self._unrecorded = Tally()
        self._problems = errors_of(engine)

    @property
    def unrecorded(self) -> int:
        """How many records could not be stored since the service started, in all its processes."""
        return self._unrecorded.count

    def append(
        self,
        record: Mapping[str, Any],
        salt: str | None = None,
        cards: Sequence[ShownCard] = (),
        viewing: Viewing = NOBODY,
    ) -> None:
        """Store one record for good, with the salt of its commitment (hex) beside it, and the cards it is about.

        Raises `NotRecorded` when it cannot be stored and the setting is to refuse; where it is to
        answer all the same, the failure is counted and `works` is false until a record is stored again.
        """
        try:
            with self._storing(), writing(self._engine) as connection:
                position = self._tree.append(connection, canonical(record), record, salt)
                self._cards.add(connection, record, cards, viewing)
        except NotRecorded as problem:
            self._unrecorded.add()
            if not self._answer_all_the_same:
                raise
            LOG.error("a card was given without its record", extra={"error": str(problem)})
            return
        self._unrecorded.over()
        self._stored(position + 1)

    def erase(self, decision: str, reason: str, at: datetime | None = None, request: bool = False) -> list[str]:
        """Erase the salts of a decision and the pseudonyms beside it, and put that on record with one of `ERASURES`.

        The value is what was erased, "salt" and "pseudonyms", and "request" where the caller has just removed that;
        where there is nothing of it, nothing goes on record. Raises `NotRecorded`, and `ValueError` for another reason.
        """
        with self._storing(), writing(self._engine) as connection:
            erased = [*(["request"] if request else []), *_erased(connection, decision)]
            event = erasure_of(decision, at or datetime.now(UTC), reason, erased)
            if erased:
                self._tree.append(connection, canonical(event), event, None)
        if erased:
            forget(self._engine)
        return erased

    def entry(self, decision: str) -> Entry | None:
        """What is on record of one call, by its decision id."""
        wanted = select(RECORDS.c.position, RECORDS.c.body, RECORDS.c.salt, RECORDS.c.leaf_hash)
        with self._engine.connect() as connection:
            row = connection.execute(wanted.where(RECORDS.c.decision == decision, _OF_ONE_CALL)).one_or_none()
        return row and Entry(row.position, row.body.encode(), row.salt, row.leaf_hash)

    def works(self) -> bool:
        """Whether a record could be stored now, and the last one was. Nothing is stored: the attempt is taken back."""
        if self._answer_all_the_same and self._unrecorded.lately:
            return False
        try:
            with self._storing(), writing(self._engine) as connection:
                self._attempt(connection)
        except NotRecorded:
            return False
        return True

    def _attempt(self, connection: Connection) -> None:
        probe = {"decision": "probe", "at": "probe", "kind": "probe"}
        self._tree.append(connection, b"probe".ljust(_LARGE), probe, None)
        connection.get_transaction().rollback()  # type: ignore[union-attr]

    @contextmanager
    def _storing(self) -> Iterator[None]:
        """Turn what a database may raise into `NotRecorded`, without its text, which quotes the record."""
        try:
            yield
        except self._problems as problem:
            raise NotRecorded(type(problem).__name__) from None


def _erased(connection: Connection, decision: str) -> Iterator[str]:
    """Take away the salts of a decision, and what ties its cards to people."""
    salted = (RECORDS.c.decision == decision) & RECORDS.c.salt.is_not(None)
    if connection.execute(update(RECORDS).where(salted).values(salt=None)).rowcount:
        yield "salt"
    cards = select(CARDS.c.card).where(CARDS.c.decision == decision)
    grounded = ADVICE.c.card.in_(cards) & ADVICE.c.grounds.is_not(None)
    tied = or_(*(column.is_not(None) for column in _WHO))
    grounds = connection.execute(update(ADVICE).where(grounded).values(grounds=None)).rowcount
    people = update(CARDS).where(CARDS.c.decision == decision, tied).values(dict.fromkeys(_WHO))
    if connection.execute(people).rowcount + grounds:
        yield "pseudonyms"
