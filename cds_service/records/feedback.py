"""What clients report of their cards: a row to count by, and a leaf of the log without anything personal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, insert, select

from cds_service.errors import NotRecorded
from cds_service.records.commitment import committed, digest_of_salt, new_salt
from cds_service.records.database import errors_of, writing
from cds_service.records.declined import precisely
from cds_service.records.forms import canonical, feedback_of
from cds_service.records.reasons import for_the_log
from cds_service.records.stored_tree import StoredTree
from cds_service.records.tables import CARDS, FEEDBACK
from cds_service.reports import Report

_Card = Row[str, str, str]


@dataclass(frozen=True, slots=True)
class Received:
    """What came of the reports of one call, as counts.

    A report that came before is `repeated`. Cards and suggestions are unknown where this client was never shown them.
    """

    stored: int = 0
    repeated: int = 0
    unknown_cards: int = 0
    unknown_suggestions: int = 0


class FeedbackStore:
    """The feedback in one database. `stored` is told the number of records in the log, as by `DecisionLog`."""

    def __init__(self, engine: Engine, stored: Callable[[int], None] = lambda _: None) -> None:
        self._engine = engine
        self._stored = stored
        self._tree = StoredTree(engine.dialect)
        self._problems = errors_of(engine)

    def receive(self, reports: Sequence[Report], service: str, client: str, at: datetime) -> Received:
        """Store all reports about cards of this client that are new, or none. Raises `NotRecorded`."""
        try:
            with writing(self._engine) as connection:
                cards = _cards(connection, client, {report.card for report in reports if report.card})
                about = [(report, cards[report.card]) for report in reports if report.card in cards]
                new = {_entry(report): (report, card) for report, card in about}
                for entry in _known(connection, new):
                    del new[entry]
                for entry, (report, card) in new.items():
                    self._add(connection, entry, report, card, service, client, at)
                size = self._tree.size(connection)
        except self._problems as problem:
            raise NotRecorded(f"feedback: {type(problem).__name__}") from None
        if new:
            self._stored(size)
        strange = sum(len(set(report.suggestions) - _offered(card)) for report, card in about)
        return Received(len(new), len(about) - len(new), len(reports) - len(about), strange)

    def _add(
        self, connection: Connection, entry: str, report: Report, card: _Card, service: str, client: str, at: datetime
    ) -> None:
        # A clock that is ahead must not make a word the last one for good.
        when, accepted = precisely(min(report.at, at)), sorted(set(report.suggestions) & _offered(card))
        row = {
            "entry": entry,
            "card": card.card,
            "outcome": report.outcome,
            "at": when,
            "received": precisely(at),
            "suggestions": msgspec.json.encode(accepted).decode(),
            "reason_system": report.system,
            "reason": report.reason,
        }
        connection.execute(insert(FEEDBACK).values(row))
        told = {"card": card.card, "outcome": report.outcome, "outcomeAt": when}
        told |= {"suggestions": accepted} if accepted else {}
        leaf = feedback_of(
            told,
            decision=card.decision,
            at=at,
            service=service,
            client=client,
            reason=for_the_log(report.system, report.reason),
        )
        # The row says more than the leaf may, such as the code of a reason that is not known here.
        salt = new_salt()
        leaf["commitment"] = {"row": commitment_to_row(salt, row), "salt": digest_of_salt(salt)}
        self._tree.append(connection, canonical(leaf), leaf, salt)


def commitment_to_row(salt: str, row: Mapping[str, Any]) -> str:
    """The keyed hash of a row of feedback, by the names of its columns, in the order of the table."""
    return committed(salt, msgspec.json.encode([row[column.name] for column in FEEDBACK.c]))


def _cards(connection: Connection, client: str, wanted: Iterable[str]) -> Mapping[str | None, _Card]:
    columns = (CARDS.c.card, CARDS.c.decision, CARDS.c.suggestions)
    ours = (CARDS.c.card.in_(sorted(wanted))) & (CARDS.c.client == client)
    return {row.card: row for row in connection.execute(select(*columns).where(ours))}


def _known(connection: Connection, entries: Iterable[str]) -> list[str]:
    """Those that are stored already."""
    return list(connection.execute(select(FEEDBACK.c.entry).where(FEEDBACK.c.entry.in_(list(entries)))).scalars())


def _entry(report: Report) -> str:
    """The same for the same report, however often it comes."""
    parts: list[Any] = [report.card, report.outcome, precisely(report.at), sorted(report.suggestions)]
    return hashlib.sha256(msgspec.json.encode([*parts, report.system, report.reason])).hexdigest()


def _offered(card: _Card) -> set[str]:
    return set(msgspec.json.decode(card.suggestions, type=list[str]))
