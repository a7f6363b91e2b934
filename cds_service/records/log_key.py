"""The Ed25519 key that signs checkpoints of the log, and the public keys that verify them."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
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
from cds_service.settings import Settings

FILE = "log-key.pem"


def signing_key(settings: Settings) -> Ed25519PrivateKey:
    """The key of HEEL_CDS_LOG_KEY; in the sandbox profile one of our own under HEEL_CDS_HOME, made when first needed.

    Raises `ConfigurationError` where there is none, or it is no Ed25519 key.
    """
    if settings.log_key is None:
        if not settings.sandbox:
            raise ConfigurationError(
                "HEEL_CDS_LOG_KEY: not set; production needs the PEM file of an Ed25519 key to sign checkpoints of the "
                "decision log. Make one: openssl genpkey -algorithm ed25519 -out log-key.pem"
            )
        _make(settings.home / FILE)
    return read_private_key(settings.log_key or settings.home / FILE)


def known_public_key(settings: Settings) -> Ed25519PublicKey | None:
    """The public half of this installation's own key, or None where it has none yet."""
    path = settings.log_key or settings.home / FILE
    return read_private_key(path).public_key() if settings.log_key or path.exists() else None


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


def verifying_keys(given: Iterable[Path] | None, settings: Settings) -> list[Ed25519PublicKey]:
    """The public keys in the files that are given, else this installation's own where it has one."""
    if given:
        return [read_public_key(path) for path in given]
    own = known_public_key(settings)
    return [own] if own else []


def read_private_key(path: Path, named: str = "HEEL_CDS_LOG_KEY") -> Ed25519PrivateKey:
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
            file.write(_pem(key))
    except OSError as problem:
        raise HeelCdsError(
            f"{path}: no key can be written there ({problem.strerror}); name a file that does not exist yet"
        ) from None
    return key


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _make(path: Path) -> None:
    """Write a new key, unless there is one; whole, and for its owner alone, or not at all."""
    if path.exists():
        return
    pem = _pem(Ed25519PrivateKey.generate())
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{FILE}.")  # mode 0600
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
        with contextlib.suppress(FileExistsError):  # another service made it meanwhile, and that one is used
            os.link(draft, path)
        os.unlink(draft)
    except OSError as problem:
        raise ConfigurationError(
            f"HEEL_CDS_HOME: no key to sign the log can be written to {path} ({problem.strerror}); expected a folder "
            "that can be written, or the key's file in HEEL_CDS_LOG_KEY"
        ) from None
