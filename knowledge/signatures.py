"""Who vouches for a release: Ed25519 signatures over a statement that names release, role, signer and time."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ROLES = ("clinical-author", "independent-reviewer")
_PURPOSE = "heel-pain-cds release activation 1"


@dataclass(frozen=True, slots=True)
class Named:
    """What is signed: a version of a release by its digest (`sha256:` and hex)."""

    release: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key (32 bytes) and the one person and role it may sign as. `development`: nobody answers for it."""

    role: str
    name: str
    public: bytes
    development: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature (64 bytes) by a named person in a role, at an instant (RFC 3339, UTC) that is signed too."""

    version: str
    role: str
    name: str
    at: str
    value: bytes


def sign(key: Ed25519PrivateKey, named: Named, role: str, name: str, at: str) -> Signature:
    return Signature(named.version, role, name, at, key.sign(_statement(named, role, name, at)))


def signers(named: Named, signatures: Iterable[Signature], trusted: Iterable[TrustedKey]) -> list[TrustedKey]:
    """The trusted keys that validly signed the release, each in its own name and role."""
    made = [one for one in signatures if one.version == named.version]
    return [key for key in trusted if any(_is_by(key, one, named) for one in made)]


def problems_of_approval(named: Named, signed_by: Iterable[TrustedKey]) -> list[str]:
    """Why these signers do not activate the release; none where each role is another person with another key."""
    by_role = {role: [key for key in signed_by if key.role == role] for role in ROLES}
    if missing := [role for role in ROLES if not by_role[role]]:
        return [
            f"release {named.version}: no valid signature of a trusted {role} over {named.digest}" for role in missing
        ]
    author, reviewer = (by_role[role] for role in ROLES)
    if not any(_one_name(a.name) != _one_name(r.name) and a.public != r.public for a in author for r in reviewer):
        return [f"release {named.version}: both roles are signed by one person or key; a second person must review it"]
    return []


def _one_name(name: str) -> str:
    """A name as it is compared: however it is spaced, cased and encoded, and with or without dots, it is one person."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace(".", " ").split())


def _statement(named: Named, role: str, name: str, at: str) -> bytes:
    """The signed bytes: canonical JSON with its purpose, so no signature serves for anything else."""
    said = {"digest": named.digest, "release": named.release, "version": named.version}
    return bytes(rfc8785.dumps({**said, "at": at, "name": name, "purpose": _PURPOSE, "role": role}))


def _is_by(key: TrustedKey, signature: Signature, named: Named) -> bool:
    if (key.role, key.name) != (signature.role, signature.name):
        return False
    said = _statement(named, signature.role, signature.name, signature.at)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature.value, said)
    except (InvalidSignature, ValueError):
        return False
    return True
