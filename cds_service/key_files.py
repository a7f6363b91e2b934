"""Ed25519 keys in files, whoever's they are: of the log, and of those who sign releases."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from cds_service.errors import ConfigurationError, HeelCdsError
from cds_service.records.signed_notes import read_verifier_key


def read_public_key(path: Path) -> Ed25519PublicKey:
    """A public key from a file: PEM, or a verifier key as `heel-cds audit key` prints it. Raises `HeelCdsError`."""
    try:
        content = path.read_bytes()
        if content.startswith(b"-----BEGIN"):
            key = load_pem_public_key(content)
            if isinstance(key, Ed25519PublicKey):
                return key
            raise ValueError("another kind of key")
        return read_verifier_key(content.decode())
    except (OSError, ValueError, UnsupportedAlgorithm) as problem:
        raise HeelCdsError(
            f"{path}: no public key can be read there ({type(problem).__name__}); expected an Ed25519 public key in "
            "PEM, or the line that heel-cds audit key prints"
        ) from None


def read_private_key(path: Path, named: str) -> Ed25519PrivateKey:
    """The key in a PEM file. Raises `ConfigurationError` that says by what it was `named`."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
        if isinstance(key, Ed25519PrivateKey):
            return key
        raise ValueError("another kind of key")
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as problem:
        raise ConfigurationError(
            f"{named}: no key can be read at {path} ({type(problem).__name__}); expected an unencrypted "
            "Ed25519 private key in PEM (openssl genpkey -algorithm ed25519)"
        ) from None


def make_private_key(path: Path) -> Ed25519PrivateKey:
    """A new key, written to a file that must not exist, for its owner alone. Raises `HeelCdsError`."""
    key = Ed25519PrivateKey.generate()
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem_of(key))
    except OSError as problem:
        raise HeelCdsError(
            f"{path}: no key can be written there ({problem.strerror}); name a file that does not exist yet"
        ) from None
    return key


def pem_of(key: Ed25519PrivateKey) -> bytes:
    """The key as an unencrypted PEM file holds it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
