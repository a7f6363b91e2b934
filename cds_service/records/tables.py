"""Tables of what we keep. No column holds anything about a patient."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, String, Table, Text

METADATA = MetaData()

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("id", String(36), primary_key=True),  # the decisionId of the answer
    Column("at", String(32), nullable=False),  # evaluation instant, RFC 3339 UTC
    Column("hook", String(64), nullable=False),
    Column("client", String(128), nullable=False),
    Column("release", String(128), nullable=False),  # name/version
    Column("digest", String(80), nullable=False),  # sha256:... of the release
    Column("body", Text, nullable=False),  # the whole record as canonical JSON
    Index("decisions_by_release", "release", "at"),
)
