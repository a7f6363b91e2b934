"""One decision of the log, as `heel-cds audit show` prints it: read into types, and held against its own proof.

Whoever brings it may have changed it, so nothing of it is believed before its hash is.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cds_service.errors import RequestError
from cds_service.records.commitment import is_salt_of
from cds_service.records.forms import canonical
from cds_service.records.signed_notes import is_signed_by, read_notes
from cds_service.records.tree import leaf_hash, root_by_path

_Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Number = Annotated[int, msgspec.Meta(ge=0)]


class Commitment(msgspec.Struct):
    """What a record says of the request and of the answer; `salt` is not there in records of earlier versions."""

    algorithm: str
    request: _Hash
    answer: _Hash
    salt: str | None = None


class Knowledge(msgspec.Struct):
    """The release a decision was made with."""

    name: str
    version: str
    digest: str


class Engine(msgspec.Struct):
    """The engine a decision was made by."""

    version: str
    digest: str


class Record(msgspec.Struct):
    """What a replay reads of the record of a decision."""

    decision: uuid.UUID
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    hook: str
    service: str
    client: str
    knowledge: Knowledge
    engine: Engine
    policy: dict[str, Any]
    commitment: Commitment
    rules: dict[str, list[str]]
    shown: list[str]
    failed: list[str] = []
    declined: list[str] = []
    cards: list[dict[str, Any]] | None = None


class _Proof(msgspec.Struct, rename="camel"):
    """Where the record stands. Without a proof of inclusion only its hash is at hand, as from the log itself."""

    leaf_hash: _Hash
    position: _Number = 0
    size: _Number = 1
    root: _Hash | None = None
    inclusion: list[_Hash] = []
    checkpoint: str | None = None


class _Entry(msgspec.Struct):
    record: Record
    log: _Proof
    salt: _Hash | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record that is the one of its leaf, and its salt (hex)."""

    record: Record
    salt: str


def read_recorded(told: Mapping[str, Any], keys: Sequence[Ed25519PublicKey] = ()) -> Recorded:
    """The decision of `record`, `salt` and `log`. Where there are `keys`, one must have signed its checkpoint.

    Raises `RequestError` where it is none of a decision, was changed, or its salt was erased or replaced.
    """
    body = told.get("record") if isinstance(told, Mapping) else None
    if not isinstance(body, Mapping) or body.get("kind") != "decision" or "commitment" not in body:
        raise refusal("The record is not one of a decision.", _EXPECTED)
    try:
        entry = msgspec.convert(told, _Entry)
        hashed = leaf_hash(canonical(body))
    except (msgspec.ValidationError, ValueError, OverflowError, TypeError) as problem:
        raise refusal(f"The record was changed: {problem}.", _EXPECTED) from None
    _check_proof(hashed, entry.log, keys)
    if entry.salt is None:
        raise refusal(
            "The salt of this decision was erased.",
            "Nobody can show any more which request it was made on; the record itself still stands in the log.",
        )
    digest = entry.record.commitment.salt
    if digest is not None and not is_salt_of(entry.salt, digest):
        raise refusal("The salt is not the one of the record: it was replaced.", _VERIFY)
    return Recorded(entry.record, entry.salt)


_EXPECTED = "Expected what `heel-cds audit show DECISION` prints, unchanged: an object with record, salt and log."
_VERIFY = "Bring what `heel-cds audit show DECISION` prints; if that says so too, `heel-cds audit verify` tells more."


def refusal(text: str, hint: str) -> RequestError:
    """That a record and what was brought with it do not belong together."""
    return RequestError(422, "conflict", text, hint)


def _check_proof(hashed: bytes, log: _Proof, keys: Sequence[Ed25519PublicKey]) -> None:
    if hashed.hex() != log.leaf_hash:
        raise refusal("The record was changed: it does not give the leafHash beside it.", _VERIFY)
    if log.root is not None:
        path = [bytes.fromhex(each) for each in log.inclusion]
        if root_by_path(hashed, log.position, log.size, path) != bytes.fromhex(log.root):
            raise refusal("The record is not in the log: its proof of inclusion does not lead to the root.", _VERIFY)
    if log.checkpoint is not None:
        _check_checkpoint(log.checkpoint, log, keys)
    elif keys:
        raise refusal("There is no checkpoint with the record, so no key has signed it.", _SIGN)


_SIGN = "Make one by `heel-cds audit checkpoint`, and show the decision again."


def _check_checkpoint(note: str, log: _Proof, keys: Sequence[Ed25519PublicKey]) -> None:
    try:
        [checkpoint] = read_notes(note)
    except ValueError:
        raise refusal("What stands as checkpoint is not one signed note.", _VERIFY) from None
    if log.root is None or (checkpoint.size, checkpoint.root) != (log.size, bytes.fromhex(log.root)):
        signed = f"{checkpoint.size} records with root {base64.b64encode(checkpoint.root).decode()}"
        raise refusal(f"The checkpoint is not that of the proof: it is of {signed}.", _VERIFY)
    if keys and not is_signed_by(checkpoint, keys):
        raise refusal("None of the keys given has signed the checkpoint of the record.", _VERIFY)
