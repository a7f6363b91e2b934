"""Checkpoints as text: the C2SP forms tlog-checkpoint and signed-note, with Ed25519 signatures.

w3id.org/heel-pain-cds/log      the origin: which log
1000                            its size, in records
base64 of the root hash

— w3id.org/heel-pain-cds/log base64 of key id and signature
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ORIGIN = "w3id.org/heel-pain-cds/log"
_ED25519 = b"\x01"
_ID_BYTES = 4
_NOTE = re.compile(r"(?P<origin>[^\s+]+)\n(?P<size>0|[1-9]\d*)\n(?P<root>[A-Za-z0-9+/]{43}=)\n\n(?:— \S+ \S+\n)+")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What one signed note says: the root hash of the first `size` records of the log `origin`."""

    origin: str
    size: int
    root: bytes
    note: str


def signed(size: int, root: bytes, key: Ed25519PrivateKey) -> str:
    """The signed note that the first `size` records have this root."""
    return signed_text(f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\n", key)


def signed_text(text: str, key: Ed25519PrivateKey) -> str:
    """A signed note of some lines of text. What kind of text it is, its first line must say."""
    signature = key_id(key.public_key()) + key.sign(text.encode())
    return f"{text}\n— {ORIGIN} {base64.b64encode(signature).decode()}\n"


def text_signed_by(note: str, keys: Iterable[Ed25519PublicKey]) -> str:
    """The lines of a note that one of the keys signed. Raises `ValueError` where none did, or it is no note."""
    text, blank, signatures = note.rpartition("\n\n")
    lines = [line for line in signatures.splitlines() if line.startswith("— ") and line.count(" ") == 2]
    if not blank or len(lines) != len(signatures.splitlines()):
        raise ValueError("it is no signed note")
    if not any(_holds(f"{text}\n".encode(), line, key) for key in keys for line in lines):
        raise ValueError("none of its signatures is by the key")
    return f"{text}\n"


def key_id(key: Ed25519PublicKey) -> bytes:
    """The four bytes by which a signature names its key."""
    return hashlib.sha256(ORIGIN.encode() + b"\n" + _ED25519 + key.public_bytes_raw()).digest()[:_ID_BYTES]


def verifier_key(key: Ed25519PublicKey) -> str:
    """The public key in the form that verifiers of signed notes take: name+id+base64."""
    encoded = base64.b64encode(_ED25519 + key.public_bytes_raw()).decode()
    return f"{ORIGIN}+{key_id(key).hex()}+{encoded}"


def read_verifier_key(text: str) -> Ed25519PublicKey:
    """The key in a verifier key. Raises `ValueError` where it is none of this log."""
    name, _, rest = text.strip().partition("+")
    identity, _, encoded = rest.partition("+")
    raw = base64.b64decode(encoded, validate=True)
    if name != ORIGIN or raw[:1] != _ED25519:
        raise ValueError("not an Ed25519 key of this log")
    key = Ed25519PublicKey.from_public_bytes(raw[1:])
    if key_id(key).hex() != identity:
        raise ValueError("its id does not fit the key")
    return key


def read_notes(text: str) -> Iterator[Checkpoint]:
    """Every note of a file of checkpoints. Raises `ValueError` with the line where something else stands."""
    place, whole = 0, text.replace("\r\n", "\n")
    while whole[place:].strip():
        place += len(whole[place:]) - len(whole[place:].lstrip("\n"))
        found = _NOTE.match(whole, place)
        if not found:
            line = whole.count("\n", 0, place) + 1
            raise ValueError(f"line {line} begins no checkpoint; expected origin, size, root, a blank line, signatures")
        root = base64.b64decode(found["root"])
        yield Checkpoint(found["origin"], int(found["size"]), root, found[0])
        place = found.end()


def is_signed_by(checkpoint: Checkpoint, keys: Iterable[Ed25519PublicKey]) -> bool:
    """Whether one of the keys signed the note, as this log."""
    if checkpoint.origin != ORIGIN:
        return False
    text, _, signatures = checkpoint.note.partition("\n\n")
    return any(_holds(f"{text}\n".encode(), line, key) for line in signatures.splitlines() for key in keys)


def _holds(text: bytes, line: str, key: Ed25519PublicKey) -> bool:
    _, name, encoded = line.split(" ")
    try:
        raw = base64.b64decode(encoded, validate=True)
        key.verify(raw[_ID_BYTES:], text)
    except (ValueError, InvalidSignature):
        return False
    return name == ORIGIN and raw[:_ID_BYTES] == key_id(key)
