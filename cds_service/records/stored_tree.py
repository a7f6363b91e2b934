"""The tree in the database: the statements, compiled once, that add a leaf and read what is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Dialect, bindparam, func, insert, select

from cds_service.records.compiled import Compiled
from cds_service.records.forms import columns_of
from cds_service.records.tables import NODES, RECORDS
from cds_service.records.tree import Node, completed_by, leaf_hash


class StoredTree:
    """The records and the complete nodes above them. Adding one takes work that grows as the size's logarithm."""

    def __init__(self, dialect: Dialect) -> None:
        self._newest = Compiled(select(func.max(RECORDS.c.position)), dialect)
        self._leaf = Compiled(select(RECORDS.c.leaf_hash).where(RECORDS.c.position == bindparam("index")), dialect)
        place = (NODES.c.level == bindparam("level")) & (NODES.c["index"] == bindparam("index"))
        self._node = Compiled(select(NODES.c.hash).where(place), dialect)
        self._add_record = Compiled(insert(RECORDS), dialect)
        self._add_node = Compiled(insert(NODES), dialect)

    def append(self, connection: Connection, body: bytes, record: Mapping[str, Any], salt: str | None) -> int:
        """Add one record, in a transaction that has the log to itself; the value is its position.

        Raises `LookupError` where the tree has lost a node.
        """
        position = self.size(connection)
        leaf = leaf_hash(body)
        row = {"position": position, "salt": salt, "leaf_hash": leaf, "body": body.decode()}
        self._add_record.run(connection, columns_of(record) | row)
        for level, index, hashed in completed_by(position, leaf, self.nodes(connection)):
            self._add_node.run(connection, {"level": level, "index": index, "hash": hashed})
        return position

    def nodes(self, connection: Connection) -> Node:
        """Reads the stored nodes of the tree."""

        def node(level: int, index: int) -> bytes:
            found = (self._node if level else self._leaf).value(connection, {"level": level, "index": index})
            if found is None:
                raise LookupError(f"node {index} of level {level} is not in the tree")
            return bytes(found)

        return node

    def size(self, connection: Connection) -> int:
        """How many records there are."""
        newest = self._newest.value(connection, {})
        return 0 if newest is None else int(newest) + 1
