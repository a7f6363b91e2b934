"""What stands beside the records, compared with what they say: salts, the cards shown, and what was reported of them.

Records of earlier versions commit to less: their cards and reports are compared as far as the records tell of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, exists, select

from cds_service.records.commitment import is_salt_of
from cds_service.records.feedback import commitment_to_row
from cds_service.records.forms import columns_of
from cds_service.records.reasons import OTHER, for_the_log
from cds_service.records.shown import Viewing, commitment_to_ties, tie
from cds_service.records.tables import ADVICE, CARDS, FEEDBACK, RECORDS

_Row = Row[*tuple[Any, ...]]
_SHARED = ("at", "client", "service", "release")  # columns of a card that are those of its record
_POSITION = RECORDS.c.position.label("position")
_OF_DECISION = RECORDS.c.kind == "decision"
_LEAF = RECORDS.alias("leaf")


def binds(record: Mapping[str, Any]) -> bool:
    """Whether a record commits to its salt, and so to all that stands beside it; those of earlier versions do not."""
    alone = "commitment" not in record and record.get("kind") != "feedback"
    return alone or "salt" in record.get("commitment", {})


def fault_of_salt(record: Mapping[str, Any], salt: str | None) -> str:
    """What is wrong with the salt beside a record; empty where nothing is, or it is gone."""
    if salt is None:
        return ""
    if "commitment" not in record:
        return "a salt stands beside it, and it has none"
    return "" if not binds(record) or is_salt_of(salt, record["commitment"]["salt"]) else "its salt was replaced"


class Beside:
    """The cards and reports beside the records of decisions, which must be asked for in the order of the log."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cards = _Stream(connection, _cards())
        self._leaves = _Stream(connection, _leaves())
        self._reports = _Stream(connection, _reports())

    def faults(self, position: int, record: Mapping[str, Any], salt: str | None) -> Iterator[str]:
        """What does not fit the decision at a position."""
        yield from _faults_of_cards(record, salt, self._cards.at(position))
        yield from _faults_of_reports(self._leaves.at(position), self._reports.at(position))

    def strays(self) -> Iterator[str]:
        """What stands beside no record at all, and what was erased and is back."""
        for card in self._values(CARDS.c.card, ~_on_record(CARDS.c.decision)):
            yield f"card {card} was inserted: no decision on record has shown it"
        for card in self._values(ADVICE.c.card, ~exists().where(CARDS.c.card == ADVICE.c.card)):
            yield f"advice of card {card} was inserted: there is no such card"
        for card in self._values(FEEDBACK.c.card, ~exists().where(CARDS.c.card == FEEDBACK.c.card)):
            yield f"feedback on card {card} stands alone: there is no such card"
        reported = (RECORDS.c.kind == "feedback") & ~_on_record(RECORDS.c.decision)
        for position in self._values(RECORDS.c.position, reported):
            yield f"record {position}: it is feedback on a decision that is not on record"
        erased = (_LEAF.c.decision == RECORDS.c.decision) & (_LEAF.c.kind == "erasure")
        back = RECORDS.c.salt.is_not(None) & exists().where(erased, _LEAF.c.position > RECORDS.c.position)
        for position in self._values(RECORDS.c.position, back):
            yield f"record {position}: its salt was erased, and one stands there again"

    def _values(self, column: ColumnElement[Any], where: ColumnElement[bool]) -> Iterator[Any]:
        yield from self._connection.execute(select(column).where(where).distinct().order_by(column)).scalars()


def _on_record(decision: ColumnElement[Any]) -> ColumnElement[bool]:
    return exists().where(_LEAF.c.decision == decision, _LEAF.c.kind == "decision")


class _Stream:
    """Rows that belong to positions, taken in the order of those."""

    def __init__(self, connection: Connection, wanted: Select[*tuple[Any, ...]]) -> None:
        self._groups = groupby(connection.execute(wanted.order_by(_POSITION)), key=lambda row: row.position)
        self._next: tuple[int, list[_Row]] | None = None
        self._advance()

    def at(self, position: int) -> list[_Row]:
        """The rows of a position; those of positions before it are passed over."""
        while self._next and self._next[0] < position:
            self._advance()
        return self._next[1] if self._next and self._next[0] == position else []

    def _advance(self) -> None:
        group = next(self._groups, None)
        self._next = group and (group[0], list(group[1]))


def _cards() -> Select[*tuple[Any, ...]]:
    """Each card with each thing it advises, by the position of its decision."""
    joined = RECORDS.join(CARDS, CARDS.c.decision == RECORDS.c.decision).outerjoin(
        ADVICE, ADVICE.c.card == CARDS.c.card
    )
    advised = (ADVICE.c.place, ADVICE.c.topic, ADVICE.c.rule, ADVICE.c.grounds)
    return select(_POSITION, *CARDS.c, *advised).select_from(joined).where(_OF_DECISION)


def _leaves() -> Select[*tuple[Any, ...]]:
    """Each record of feedback, by the position of its decision."""
    joined = RECORDS.join(_LEAF, (_LEAF.c.decision == RECORDS.c.decision) & (_LEAF.c.kind == "feedback"))
    told = (_LEAF.c.position.label("own"), _LEAF.c.body, _LEAF.c.salt)
    return select(_POSITION, *told).select_from(joined).where(_OF_DECISION)


def _reports() -> Select[*tuple[Any, ...]]:
    """Each row of feedback, by the position of the decision whose card it is about."""
    joined = RECORDS.join(CARDS, CARDS.c.decision == RECORDS.c.decision).join(FEEDBACK, FEEDBACK.c.card == CARDS.c.card)
    return select(_POSITION, *FEEDBACK.c).select_from(joined).where(_OF_DECISION)


def _faults_of_cards(record: Mapping[str, Any], salt: str | None, rows: Sequence[_Row]) -> Iterator[str]:
    told = {card["card"]: card for card in record.get("cards", ())}
    kept: dict[str, list[_Row]] = {}
    for row in sorted(rows, key=lambda row: row.place or 0):
        kept.setdefault(row.card, []).append(row)
    yield from (f"card {card} was inserted beside it" for card in kept if card not in told)
    for name, card in told.items():
        if name not in kept:
            yield f"card {name} is missing beside it"
        else:
            wrong = ", ".join(_differing(record, card, kept[name]))
            yield from [f"the row of card {name} differs from it: {wrong}"] if wrong else []
    if set(told) <= set(kept):
        yield from _faults_of_ties(record, salt, [kept[name] for name in told])


def _differing(record: Mapping[str, Any], card: Mapping[str, Any], rows: Sequence[_Row]) -> Iterator[str]:
    columns = columns_of(record)
    yield from (name for name in _SHARED if getattr(rows[0], name) != columns[name])
    if [(row.place, row.topic, row.rule) for row in rows] != [
        (place, said["topic"], said.get("rule")) for place, said in enumerate(card["advice"])
    ]:
        yield "advice"
    if binds(record) and rows[0].suggestions != msgspec.json.encode(card.get("suggestions", [])).decode():
        yield "suggestions"


def _faults_of_ties(record: Mapping[str, Any], salt: str | None, kept: Sequence[Sequence[_Row]]) -> Iterator[str]:
    ties = [
        tie(rows[0].card, Viewing(rows[0].user, rows[0].location, rows[0].patient), [row.grounds for row in rows])
        for rows in kept
    ]
    if salt is None:
        if any(value is not None for _, *people, grounds in ties for value in (*people, *grounds)):
            yield "its salt is gone, and pseudonyms stand beside its cards"
    elif ties and _is_bound_by(salt, record) and commitment_to_ties(salt, ties) != record["commitment"].get("ties"):
        yield "user, place, patient or grounds beside its cards were changed"


def _is_bound_by(salt: str, told: Mapping[str, Any]) -> bool:
    """Whether a salt opens what a record commits to."""
    digest = told.get("commitment", {}).get("salt")
    return digest is not None and is_salt_of(salt, digest)


def _faults_of_reports(leaves: Sequence[_Row], rows: Sequence[_Row]) -> Iterator[str]:
    """Each report on record must have its row, and each row be on record."""
    left = list(rows)
    lost: list[tuple[int, dict[str, Any]]] = []
    for leaf in leaves:
        told = msgspec.json.decode(leaf.body)
        row = next((row for row in left if _is_told(row, told, leaf.salt)), None)
        if row is None:
            lost.append((leaf.own, told))
        else:
            left.remove(row)
    for position, told in lost:
        edited = next((row for row in left if row.card == told["card"]), None)
        if edited is not None:
            left.remove(edited)
        done = "was edited" if edited is not None else "is missing"
        yield f"the feedback on card {told['card']} that is record {position}: its row {done}"
    yield from (f"feedback on card {row.card} was inserted: it is not on record" for row in left)


def _is_told(row: _Row, told: Mapping[str, Any], salt: str | None) -> bool:
    """Whether a row is the one a record tells of: to the letter, or without its salt by what the record says."""
    if salt is not None and _is_bound_by(salt, told):
        return bool(commitment_to_row(salt, row._asdict()) == told["commitment"]["row"])
    said = told.get("reason")
    if row.reason is None:
        reasoned = said is None and row.reason_system is None
    else:
        reasoned = said in (OTHER, for_the_log(row.reason_system, row.reason))
    suggestions = msgspec.json.encode(told.get("suggestions", [])).decode()
    found = (row.card, row.outcome, row.at, row.suggestions, f"{row.received[:19]}Z")
    return reasoned and found == (told["card"], told["outcome"], told["outcomeAt"], suggestions, told["at"])
