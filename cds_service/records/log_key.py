"""The Ed25519 key that signs checkpoints of the log, and the public keys that verify them."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cds_service.errors import ConfigurationError
from cds_service.key_files import pem_of, read_private_key, read_public_key
from cds_service.settings import Settings

FILE = "log-key.pem"
SETTING = "HEEL_CDS_LOG_KEY"


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
    return read_private_key(settings.log_key or settings.home / FILE, SETTING)


def known_public_key(settings: Settings) -> Ed25519PublicKey | None:
    """The public half of this installation's own key, or None where it has none yet."""
    path = settings.log_key or settings.home / FILE
    return read_private_key(path, SETTING).public_key() if settings.log_key or path.exists() else None


def verifying_keys(given: Iterable[Path] | None, settings: Settings) -> list[Ed25519PublicKey]:
    """The public keys in the files that are given, else this installation's own where it has one."""
    if given:
        return [read_public_key(path) for path in given]
    own = known_public_key(settings)
    return [own] if own else []


def _make(path: Path) -> None:
    """Write a new key, unless there is one; whole, and for its owner alone, or not at all."""
    if path.exists():
        return
    pem = pem_of(Ed25519PrivateKey.generate())
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
