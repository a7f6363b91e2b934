"""A signed advisory: which decisions a recall found, so that whoever gets it can check both list and sender.

w3id.org/heel-pain-cds/advisory      what it is, and no checkpoint
rule: achilles-rupture               what was sought, as `heel-cds audit recall` was asked
...
decisions: 17                        how many were found
digest: sha256:...                   of their ids in the order of the log, each followed by a line feed
reason: ...                          what is the matter, in one line, by who signs it

— w3id.org/heel-pain-cds/log base64 of key id and signature
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cds_service.records.signed_notes import signed_text, text_signed_by

TITLE = "w3id.org/heel-pain-cds/advisory"
MOST_REASON = 1000
ANY = "any"


@dataclass(frozen=True, slots=True)
class Advisory:
    """What an advisory says. `since` and `until` are instants of the records, or `any`; so may `versions` be."""

    rule: str
    outcome: str
    versions: str
    since: str
    until: str
    made: str  # when
    records: str  # in the log that was searched, which had this
    root: str
    decisions: str
    digest: str
    reason: str

    def signed(self, key: Ed25519PrivateKey) -> str:
        """The advisory as a signed note. Raises `ValueError` for a value that is not one line of printable text."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        for name, value in values.items():
            if not value.strip() or not value.isprintable() or len(value) > MOST_REASON:
                raise ValueError(f"{name} must be one line of at most {MOST_REASON} printable characters")
        return signed_text("".join(f"{line}\n" for line in (TITLE, *_lines(values))), key)


def read_advisory(note: str, keys: Iterable[Ed25519PublicKey]) -> Advisory:
    """What a note says that one of the keys signed. Raises `ValueError` where none did, or it is no advisory."""
    title, *lines = text_signed_by(note, keys).splitlines()
    pairs = [line.partition(": ") for line in lines]
    names = [field.name for field in fields(Advisory)]
    if title != TITLE or [name for name, _, _ in pairs] != names:
        raise ValueError("it is signed, and no advisory")
    return Advisory(**{name: value for name, _, value in pairs})


def digest_of_decisions(decisions: Iterable[str]) -> tuple[int, str]:
    """How many ids there are, and their digest."""
    whole, count = hashlib.sha256(), 0
    for decision in decisions:
        whole.update(f"{decision}\n".encode())
        count += 1
    return count, f"sha256:{whole.hexdigest()}"


def _lines(values: Mapping[str, str]) -> Iterable[str]:
    return (f"{name}: {value}" for name, value in values.items())
