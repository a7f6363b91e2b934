"""The log becomes a Merkle tree; the decisions kept so far are its first leaves."""

import json

import sqlalchemy as sa
from alembic import op

from cds_service.records.tree import completed_by, leaf_hash

revision = "0002"
down_revision = "0001"

_ONE_CALL = sa.text("kind IN ('decision', 'refusal')")
_WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    records, nodes = _make_records(), _make_nodes()
    op.create_table(
        "checkpoints",
        sa.Column("number", _WHOLE, primary_key=True, autoincrement=True),
        sa.Column("size", _WHOLE, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("delivered", sa.String(32)),
    )
    _carry_over(records, nodes)
    op.drop_index("decisions_by_release", "decisions")
    op.drop_table("decisions")


def _make_records() -> sa.Table:
    table = op.create_table(
        "records",
        sa.Column("position", _WHOLE, primary_key=True, autoincrement=False),
        sa.Column("decision", sa.String(36), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("client", sa.String(128)),
        sa.Column("service", sa.String(64)),
        sa.Column("hook", sa.String(64)),
        sa.Column("release", sa.String(128)),
        sa.Column("salt", sa.String(64)),
        sa.Column("leaf_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("records_by_release", "records", ["release", "at"])
    op.create_index("records_by_time", "records", ["at"])
    op.create_index("records_by_decision", "records", ["decision"])
    op.create_index(
        "records_of_one_call",
        "records",
        ["decision"],
        unique=True,
        sqlite_where=_ONE_CALL,
        postgresql_where=_ONE_CALL,
    )
    return table


def _make_nodes() -> sa.Table:
    return op.create_table(
        "nodes",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("index", _WHOLE, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )


def _carry_over(records: sa.Table, nodes: sa.Table) -> None:
    """Every decision kept so far becomes a leaf, byte for byte, in the order in which it came."""
    connection = op.get_bind()
    came = "rowid" if connection.dialect.name == "sqlite" else "id"
    kept = connection.execute(sa.text(f"SELECT body FROM decisions ORDER BY at, {came}"))  # noqa: S608 (a fixed word)
    edge: dict[int, bytes] = {}  # the newest complete node of each level
    rows, grown = [], []
    for position, body in enumerate(kept.scalars().all()):
        leaf = leaf_hash(body.encode())
        above = completed_by(position, leaf, lambda level, _: edge[level])
        edge.update({0: leaf} | {level: hashed for level, _, hashed in above})
        rows.append(_row(position, body, leaf))
        grown += [{"level": level, "index": index, "hash": hashed} for level, index, hashed in above]
    if rows:
        connection.execute(records.insert(), rows)
    if grown:
        connection.execute(nodes.insert(), grown)


def _row(position: int, body: str, leaf: bytes) -> dict[str, object]:
    record = json.loads(body)
    knowledge = record["knowledge"]
    return {
        "position": position,
        "kind": "decision",
        "release": f"{knowledge['name']}/{knowledge['version']}",
        "leaf_hash": leaf,
        "body": body,
        **{name: record[name] for name in ("decision", "at", "hook", "client")},
    }
