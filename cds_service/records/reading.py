"""Reading the log: one decision with its proof, all records of a time, and those a rule had to do with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, select, true

from cds_service.records.checkpoints import newest_checkpoint
from cds_service.records.decision_log import Entry
from cds_service.records.stored_tree import StoredTree
from cds_service.records.tables import RECORDS
from cds_service.records.tree import consistency_path, inclusion_path, root
from cds_service.records.versions import Versions
from knowledge.errors import ReleaseError
from knowledge.index import versions
from knowledge.release import RELEASES, load_release


@dataclass(frozen=True, slots=True)
class Window:
    """From an instant (included) to another (not included), both as records write them; None: open."""

    since: str | None = None
    until: str | None = None

    @property
    def holds(self) -> ColumnElement[bool]:
        begins = RECORDS.c.at >= self.since if self.since else true()
        return begins & (RECORDS.c.at < self.until) if self.until else begins


@dataclass(frozen=True, slots=True)
class Affected:
    """A decision a rule had to do with."""

    decision: str
    client: str
    at: str
    release: str


class _Rules(msgspec.Struct):
    """What a recall reads of a record; decoding no more than this is what makes it quick."""

    rules: dict[str, list[str]]
    shown: list[str]


def recall(
    connection: Connection,
    rule: str,
    versions: Versions,
    window: Window,
    outcome: str = "shown",
    releases: Path = RELEASES,
) -> Iterator[Affected]:
    """The decisions in which a rule came out so, in the order of the log.

    `outcome` "shown": the rule held, and its topic was among those shown. Raises `ReleaseError` where
    that asks for a release that is not here.
    """
    truth = "true" if outcome == "shown" else outcome
    decode = msgspec.json.Decoder(_Rules).decode
    columns = (RECORDS.c.decision, RECORDS.c.client, RECORDS.c.at, RECORDS.c.release, RECORDS.c.body)
    wanted = select(*columns).where(RECORDS.c.kind == "decision", window.holds).order_by(RECORDS.c.position)
    in_range = cache(lambda release: release.partition("/")[2] in versions)
    quoted = f'"{rule}"'
    for row in connection.execution_options(yield_per=1000).execute(wanted):
        decision, client, at, release, body = row
        if not in_range(release) or quoted not in body:
            continue
        read = decode(body)
        if rule in read.rules.get(truth, ()) and (
            outcome != "shown" or _topic_of(release, rule, releases) in read.shown
        ):
            yield Affected(decision, client, at, release)


@cache
def _topic_of(release: str, rule: str, releases: Path) -> str | None:
    """The topic a rule recommends, by the release that a record names."""
    rules = load_release(release.partition("/")[2], releases).content["rules"]
    return str(rules[rule]["topic"]) if rule in rules else None


def rules_by_version(connection: Connection, releases: Path = RELEASES) -> dict[str, frozenset[str]]:
    """The rules of each release that is here; of one that is only in the log, those its first decision tells of."""
    known = {}
    for version in versions(releases):
        with suppress(ReleaseError):  # one that is damaged is known by its decisions
            known[version] = frozenset(load_release(version, releases).content["rules"])
    for release in connection.execute(select(RECORDS.c.release).distinct()).scalars():
        if (version := str(release).partition("/")[2]) and version not in known:
            told = select(RECORDS.c.body).where(RECORDS.c.kind == "decision", RECORDS.c.release == release).limit(1)
            body = connection.execute(told).scalar()
            read = msgspec.json.decode(body, type=_Rules).rules if body else {}
            known[version] = frozenset(rule for rules in read.values() for rule in rules)
    return known


def bodies(connection: Connection, window: Window) -> Iterator[str]:
    """The canonical JSON of each record of a time, in the order of the log."""
    wanted = select(RECORDS.c.body).where(window.holds).order_by(RECORDS.c.position)
    yield from connection.execution_options(yield_per=1000).execute(wanted).scalars()


def record_file(connection: Connection, entry: Entry) -> dict[str, Any]:
    """One record with its salt and the proof that it is in the log: what replay and a verifier take.

    The proof is against the newest checkpoint where that covers the record, else against the log as
    it is. Hashes are hex.
    """
    tree = StoredTree(connection.dialect)
    checkpoint = newest_checkpoint(connection)
    covers = checkpoint is not None and checkpoint.size > entry.position
    size = checkpoint.size if checkpoint is not None and covers else tree.size(connection)
    node = tree.nodes(connection)
    return {
        "record": entry.record,
        "salt": entry.salt,
        "log": {
            "position": entry.position,
            "leafHash": entry.leaf_hash.hex(),
            "size": size,
            "root": root(size, node).hex(),
            "inclusion": _hex(inclusion_path(entry.position, size, node)),
            "checkpoint": checkpoint.note if checkpoint is not None and covers else None,
        },
    }


def consistency(connection: Connection, earlier: int, later: int) -> dict[str, Any]:
    """The proof that the log of `later` records begins with that of `earlier` ones. Raises `ValueError`."""
    tree = StoredTree(connection.dialect)
    size, node = tree.size(connection), tree.nodes(connection)
    if later > size:
        raise ValueError(f"there are {size} records, so none of {later}")
    path = consistency_path(earlier, later, node)
    return {
        "earlier": {"size": earlier, "root": root(earlier, node).hex()},
        "later": {"size": later, "root": root(later, node).hex()},
        "consistency": _hex(path),
    }


def _hex(hashes: list[bytes]) -> list[str]:
    return [hashed.hex() for hashed in hashes]
