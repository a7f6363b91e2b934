"""The approvals file: whose keys a site trusts, and what they signed. JSON, written whole or not at all.

    {"keys":       [{"role", "name", "public", "development"?}],
     "signatures": [{"version", "role", "name", "at", "signature"}]}

Keys and signatures are base64. Whoever can write this file can put in a key, so a site keeps its own.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from knowledge.errors import ReleaseError
from knowledge.index import NAME, RELEASES, Event, status_of, write_whole
from knowledge.signatures import ROLES, Named, Signature, TrustedKey, problems_of_approval, sign, signers

APPROVALS = RELEASES / "approvals.json"
_HOW = "name the file in HEEL_CDS_APPROVALS; `heel-cds knowledge trust` and `sign` write it"


@dataclass(frozen=True, slots=True)
class Approvals:
    """The keys a site trusts and the signatures there are."""

    keys: tuple[TrustedKey, ...] = ()
    signatures: tuple[Signature, ...] = ()

    def signers(self, named: Named) -> list[TrustedKey]:
        """Who validly signed a release."""
        return signers(named, self.signatures, self.keys)

    def problems(self, named: Named) -> list[str]:
        """Why a release may not answer anybody, one sentence each; none where two people in two roles signed it."""
        return problems_of_approval(named, self.signers(named))


def read_approvals(path: Path = APPROVALS) -> Approvals:
    """The approvals in a file; none where there is no file. Raises `ReleaseError` where it cannot be read."""
    try:
        told = json.loads(path.read_text("utf-8"))
        keys, signatures = tuple(map(_key, told["keys"])), tuple(map(_signature, told["signatures"]))
    except FileNotFoundError:
        return Approvals()
    except (OSError, ValueError, LookupError, TypeError) as problem:
        raise ReleaseError(f"{path}: not an approvals file ({type(problem).__name__}); {_HOW}") from None
    return Approvals(keys, signatures)


def trust(key: TrustedKey, path: Path = APPROVALS) -> None:
    """Let a key sign from now on. Raises `ReleaseError` where its role is unknown or the file cannot be read."""
    if key.role not in ROLES:
        raise ReleaseError(f"{key.role!r} is no role; expected one of {', '.join(ROLES)}")
    there = read_approvals(path)
    if key not in there.keys:
        _write(replace(there, keys=(*there.keys, key)), path)


def approve(
    version: str, role: str, name: str, key: Ed25519PrivateKey, at: str, releases: Path, path: Path = APPROVALS
) -> None:
    """Sign a published release in a role. Raises `ReleaseError` where the key may not, or there is no such release."""
    named, there = named_in(version, releases), read_approvals(path)
    signature = sign(key, named, role, name, at)
    if not signers(named, [signature], there.keys):
        raise ReleaseError(
            f"{path}: the key is not trusted to sign as {role} {name!r}; put it in with `heel-cds knowledge trust`"
        )
    _write(replace(there, signatures=(*there.signatures, signature)), path)


def named_in(version: str, releases: Path) -> Named:
    """What a signature of this version is over. Raises `ReleaseError` where the index does not know it."""
    return named_by(status_of(version, releases))


def named_by(event: Event) -> Named:
    """What a signature of the release that an event of the index is about is over."""
    return Named(NAME, event["version"], event["digest"])


def _key(told: Mapping[str, Any]) -> TrustedKey:
    return TrustedKey(
        str(told["role"]), str(told["name"]), _bytes(told["public"]), bool(told.get("development", False))
    )


def _signature(told: Mapping[str, Any]) -> Signature:
    version, role, name, at = (str(told[member]) for member in ("version", "role", "name", "at"))
    return Signature(version, role, name, at, _bytes(told["signature"]))


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""  # no key and no signature has these bytes, so it counts for nothing


def _write(approvals: Approvals, path: Path) -> None:
    keys = [
        {
            "role": one.role,
            "name": one.name,
            "public": _text(one.public),
            **({"development": True} if one.development else {}),
        }
        for one in approvals.keys
    ]
    signatures = [
        {"version": one.version, "role": one.role, "name": one.name, "at": one.at, "signature": _text(one.value)}
        for one in approvals.signatures
    ]
    write_whole(path, (json.dumps({"keys": keys, "signatures": signatures}, indent=2) + "\n").encode())


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
