"""Tables of what we keep. No column holds anything about a patient, other than under a pseudonym of the hospital's key.

Records are only ever added; what may be taken away are salts and pseudonyms. Beside them stand the tokens of callers
that were used, until they expire.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text, text

METADATA = MetaData()
_WHOLE = BigInteger().with_variant(Integer, "sqlite")  # SQLite has its fast row key for INTEGER alone
_OF_ONE_CALL = text("kind IN ('decision', 'refusal')")

RECORDS = Table(
    "records",
    METADATA,
    Column("position", _WHOLE, primary_key=True, autoincrement=False),  # of the leaf in the tree, from 0
    Column("decision", String(36), nullable=False),  # the decisionId the record is about
    Column("at", String(32), nullable=False),  # RFC 3339 UTC, whole seconds
    Column("kind", String(16), nullable=False),  # decision, refusal, erasure, release
    Column("client", String(128)),
    Column("service", String(64)),  # null in records made before services were recorded
    Column("hook", String(64)),  # null where there was none, as in a refusal
    Column("release", String(128)),  # name/version of the knowledge
    Column("salt", String(64)),  # hex, outside the leaf, so that it can be erased
    Column("leaf_hash", LargeBinary(32), nullable=False),
    Column("body", Text, nullable=False),  # the whole record as canonical JSON: the leaf
    Index("records_by_release", "release", "at"),
    Index("records_by_time", "at"),
    Index("records_by_decision", "decision"),
    Index("records_of_one_call", "decision", unique=True, sqlite_where=_OF_ONE_CALL, postgresql_where=_OF_ONE_CALL),
)

NODES = Table(
    "nodes",
    METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),  # from 1; level 0 is `leaf_hash` of records
    Column("index", _WHOLE, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
)

CHECKPOINTS = Table(
    "checkpoints",
    METADATA,
    Column("number", _WHOLE, primary_key=True, autoincrement=True),
    Column("size", _WHOLE, nullable=False),  # records in the tree that was signed
    Column("at", String(32), nullable=False),  # when it was signed, RFC 3339 UTC
    Column("note", Text, nullable=False),  # the signed note, whole
    Column("delivered", String(32)),  # when the hospital's own place took it; null: not yet
)

TOKENS_SEEN = Table(
    "tokens_seen",
    METADATA,
    Column("token", LargeBinary(32), primary_key=True),  # SHA-256 of the issuer and the jti
    Column("until", _WHOLE, nullable=False),  # epoch seconds after which the token is refused as expired
    Index("tokens_seen_by_end", "until"),
)

CARDS = Table(
    "cards",
    METADATA,
    Column("card", String(36), primary_key=True),  # its uuid, as the client was sent it
    Column("decision", String(36), nullable=False),
    Column("at", String(32), nullable=False),  # of the decision, as in `records`
    Column("client", String(128), nullable=False),
    Column("service", String(64), nullable=False),
    Column("release", String(128), nullable=False),  # name/version of the knowledge
    Column("suggestions", Text, nullable=False),  # uuids of those offered, a JSON array
    Column("user", String(64)),  # who saw it: a pseudonym, as the next two; null without the hospital's key
    Column("location", String(64)),
    Column("patient", String(64)),
    Index("cards_by_time", "at"),
    Index("cards_by_decision", "decision"),
    Index("cards_by_patient", "patient"),
)

ADVICE = Table(
    "advice",
    METADATA,
    Column("card", String(36), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),  # on the card, from 0
    Column("topic", String(100), nullable=False),
    Column("rule", String(128)),  # null on a card about the service itself
    Column("grounds", String(64)),  # digest, under the hospital's key, of the facts that made the rule true
)

FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("entry", String(64), primary_key=True),  # digest of what was reported, so that a repetition is known
    Column("card", String(36), nullable=False),
    Column("outcome", String(16), nullable=False),  # accepted, overridden
    Column("at", String(32), nullable=False),  # when the user did so, RFC 3339 UTC with microseconds
    Column("received", String(32), nullable=False),
    Column("suggestions", Text, nullable=False),  # uuids of those accepted, a JSON array
    Column("reason_system", String(255)),
    Column("reason", String(64)),  # the code; null where none was given
    Index("feedback_by_card", "card"),
)
