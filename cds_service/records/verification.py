"""Recomputing the whole log from its records, and saying in plain words what does not fit.

The leaves are hashed anew; every stored node, every checkpoint and all that stands beside the records is compared with
what follows from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, RowMapping, select

from cds_service.records.beside import Beside, binds, fault_of_salt
from cds_service.records.disorder import explained
from cds_service.records.forms import columns_of
from cds_service.records.signed_notes import Checkpoint, is_signed_by, read_notes
from cds_service.records.tables import CHECKPOINTS, NODES, RECORDS
from cds_service.records.tree import EMPTY_ROOT, leaf_hash, node_hash, root

LOST = bytes(32)  # stands for the hash of a record that is missing
_HASH = 32
_MOST_MISSING = 1_000_000  # at a stretch; one false position must not fill the memory


@dataclass(slots=True)
class Verification:
    """What came of it: how many records there are, their root (hex), every fault found, and what no one could find."""

    size: int = 0
    root: str = ""
    checkpoints: int = 0
    faults: list[str] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)


def verify(
    connection: Connection,
    checkpoints: Sequence[Checkpoint],
    keys: Sequence[Ed25519PublicKey],
    records_alone: bool = False,
) -> Verification:
    """Recompute the log; `checkpoints` are compared with it, and must be signed by one of `keys`.

    With `records_alone` nothing is asked of what stands beside the records.
    """
    found = Verification()
    records = _Records(None if records_alone else Beside(connection))
    found.faults += records.faults(connection)
    levels = _levels(records.hashes)
    found.size = len(records.hashes) // _HASH
    found.faults += _faults_of_nodes(connection, levels, records.named)
    found.root = _root(found.size, levels).hex()
    for checkpoint in checkpoints:
        found.checkpoints += 1
        found.faults += _faults_of_checkpoint(checkpoint, found.size, levels, keys)
    signed = max((checkpoint.size for checkpoint in checkpoints), default=0)
    found.limits += _limits(found.size - signed, records.unbound)
    return found


def verify_kept(
    connection: Connection,
    keys: Sequence[Ed25519PublicKey],
    elsewhere: Sequence[Checkpoint] = (),
    records_alone: bool = False,
) -> Verification:
    """As `verify`, with the checkpoints kept beside the log, where there is a key, and those kept `elsewhere`."""
    checkpoints, edited = list(elsewhere), []
    kept = select(CHECKPOINTS.c.number, CHECKPOINTS.c.size, CHECKPOINTS.c.note).order_by(CHECKPOINTS.c.number)
    for number, size, note in connection.execute(kept).all() if keys else ():
        checkpoint = _checkpoint(note)
        checkpoints += [checkpoint] if checkpoint else []
        if checkpoint is None or checkpoint.size != size:
            edited.append(f"checkpoint number {number} was edited: it is no signed note of {size} records")
    try:
        found = verify(connection, checkpoints, keys, records_alone)
    except (TypeError, AttributeError, ValueError) as problem:  # SQLite takes values of any type in any column
        found = Verification(faults=[f"a column holds what this service never writes there ({type(problem).__name__})"])
    found.faults += edited
    return found


def _checkpoint(note: Any) -> Checkpoint | None:
    try:
        [checkpoint] = read_notes(note)
    except (ValueError, TypeError, AttributeError):
        return None
    return checkpoint


def _limits(unsigned: int, unbound: int) -> Iterator[str]:
    if unsigned > 0:
        yield (
            f"{_count(unsigned)} newer than every checkpoint given: whoever can write to the database could have "
            "replaced them; heel-cds audit checkpoint signs them"
        )
    if unbound:
        yield (
            f"{_count(unbound)} of earlier versions, which commit neither to their salt nor to all that stands "
            "beside them: whether salts, pseudonyms or codes of reasons were replaced cannot be told"
        )


def _count(records: int) -> str:
    return "1 record is" if records == 1 else f"{records} records are"


class _Records:
    """Each record against itself. Gathers the hashes of all, one after the other, and who was found at fault."""

    def __init__(self, beside: Beside | None) -> None:
        self.hashes = bytearray()
        self.named: set[int] = set()
        self.unbound = 0  # records that do not commit to their salt
        self._beside = beside
        self._unsalted: dict[str, list[int]] = {}  # by decision, records whose salt is gone, until its erasure is met
        self._edited: dict[int, bytes] = {}  # records that do not give their leaf hash, with that hash
        self._places: dict[bytes, int] = {}  # of their bodies, by the hash these do give

    def faults(self, connection: Connection) -> Iterator[str]:
        ordered = select(RECORDS).order_by(RECORDS.c.position)
        for row in connection.execution_options(yield_per=1000).execute(ordered).mappings():
            if row["position"] > len(self.hashes) // _HASH + _MOST_MISSING:
                yield f"record {row['position']} is out of order: it stands far beyond all others"
                break
            yield from self._gap_before(row["position"])
            yield from self._faults_of(row)
        for position, leaf in self._edited.items():
            at = self._places.get(leaf)
            moved = f"record {position} is out of order: what belongs there stands at {at}"
            yield moved if at is not None else f"record {position} was edited: its body does not give its leaf hash"
        for position in sorted(position for positions in self._unsalted.values() for position in positions):
            yield f"record {position}: its salt is gone, and no erasure is on record"
        if self._beside is not None:
            yield from self._beside.strays()

    def _gap_before(self, position: int) -> Iterator[str]:
        first = len(self.hashes) // _HASH
        if first < position:
            self.hashes += LOST * (position - first)
            self.named.update(range(first, position))
            yield f"{_span(first, position - 1)} missing"

    def _faults_of(self, row: RowMapping) -> Iterator[str]:
        position, body = row["position"], row["body"].encode()
        hashed = leaf_hash(body)
        self.hashes += hashed
        if hashed != row["leaf_hash"]:
            self.named.add(position)
            self._edited[position] = bytes(row["leaf_hash"])
            self._places[hashed] = position
            return
        record = _read(body)
        if record is None:
            yield f"record {position} was edited: it is no record"
            return
        try:
            wrong = [f"column {column} differs from the body" for column in _differing(record, row)]
            yield from (f"record {position}: {fault}" for fault in [*wrong, *self._compared(position, record, row)])
        except (LookupError, TypeError, AttributeError, ValueError):  # as a body may give that nobody here has written
            yield f"record {position} was edited: it is no record of its kind"

    def _compared(self, position: int, record: Mapping[str, Any], row: RowMapping) -> Iterator[str]:
        """Faults of what stands beside a record that is whole itself."""
        kind, salt = row["kind"], row["salt"]
        if kind == "erasure":
            self._unsalted.pop(row["decision"], None)
        elif "commitment" in record and salt is None:
            self._unsalted.setdefault(row["decision"], []).append(position)
        self.unbound += not binds(record)
        if fault := fault_of_salt(record, salt):
            yield fault
        if kind == "decision" and self._beside is not None:
            yield from self._beside.faults(position, record, salt)


def _differing(record: Mapping[str, Any], row: RowMapping) -> Iterator[str]:
    return (column for column, value in columns_of(record).items() if row[column] != value)


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        record = msgspec.json.decode(body, type=dict[str, Any])
        columns_of(record)
    except (msgspec.MsgspecError, LookupError, TypeError):
        return None
    return record


def _levels(leaves: bytearray) -> list[bytearray]:
    """All complete nodes, level by level, as they follow from the leaves; the hashes of a level one after the other."""
    levels = [leaves]
    while len(levels[-1]) >= 2 * _HASH:
        below, level = memoryview(levels[-1]), bytearray()
        for place in range(0, len(below) - 2 * _HASH + 1, 2 * _HASH):
            level += node_hash(bytes(below[place : place + _HASH]), bytes(below[place + _HASH : place + 2 * _HASH]))
        levels.append(level)
    return levels


def _hash(levels: Sequence[bytearray], level: int, index: int) -> bytes:
    return bytes(levels[level][index * _HASH : (index + 1) * _HASH])


def _root(size: int, levels: Sequence[bytearray]) -> bytes:
    return root(size, lambda level, index: _hash(levels, level, index)) if size else EMPTY_ROOT


def _faults_of_nodes(connection: Connection, levels: Sequence[bytearray], named: set[int]) -> Iterator[str]:
    """Every stored node against the one that follows from the records."""
    size = len(levels[0]) // _HASH
    stored: dict[int, bytes] = {}  # nodes over two leaves that do not fit, by index
    wrong: set[tuple[int, int]] = {(0, position) for position in named}
    counts = [len(level) // _HASH for level in levels]
    seen = [0] * len(levels)
    beyond = size
    upper: list[str] = []
    ordered = select(NODES).order_by(NODES.c.level, NODES.c["index"])
    for level, index, hashed in connection.execution_options(yield_per=1000).execute(ordered):
        if level >= len(levels) or index >= counts[level]:
            beyond = max(beyond, index + 1 << level)
            continue
        upper += [_absent(level, lost) for lost in range(seen[level], index)]
        seen[level] = index + 1
        if bytes(hashed) == _hash(levels, level, index):
            continue
        below_is_wrong = (level - 1, 2 * index) in wrong or (level - 1, 2 * index + 1) in wrong
        wrong.add((level, index))
        if level == 1 and not below_is_wrong:
            stored[index] = bytes(hashed)
        elif not below_is_wrong:
            upper.append(f"node {index} of level {level} of the tree does not follow from the records")
    if beyond > size:
        yield f"{_span(size, beyond - 1)} missing: the tree still holds the place"
    yield from explained(stored, levels[0])
    yield from upper
    for level in range(1, len(levels)):
        yield from (_absent(level, lost) for lost in range(seen[level], counts[level]))


def _span(first: int, last: int) -> str:
    return f"record {first} is" if first == last else f"records {first} to {last} are"


def _absent(level: int, index: int) -> str:
    return f"node {index} of level {level} of the tree is missing"


def _faults_of_checkpoint(
    checkpoint: Checkpoint, size: int, levels: Sequence[bytearray], keys: Sequence[Ed25519PublicKey]
) -> Iterator[str]:
    named = f"the checkpoint of {checkpoint.size} records"
    if not is_signed_by(checkpoint, keys):
        yield f"{named} does not verify: none of the keys given has signed it for this log"
    elif checkpoint.size > size:
        yield f"the tree shrank: {named} was signed, and there are {size}"
    elif _root(checkpoint.size, levels) != checkpoint.root:
        yield f"{named} does not fit: its root is not that of the first {checkpoint.size} records, so one was changed"
