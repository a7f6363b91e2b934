"""Pseudonyms of users, places and patients, which only the hospital can resolve, since it keeps their key."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from cds_service.errors import ConfigurationError

LEAST_KEY_BYTES = 32
_LENGTH = 32  # hex characters: 128 bits, so that no two identifiers ever share one


class Pseudonyms:
    """Makes pseudonyms with one key; without a key, None for everything."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key

    @classmethod
    def load(cls, path: Path | None) -> Pseudonyms:
        """With the key of a file, white space at its end left out. Raises `ConfigurationError` for one too short."""
        if path is None:
            return cls()
        try:
            key = path.read_bytes().rstrip()
        except OSError as problem:
            raise _wrong(path, f"it cannot be read ({problem.strerror})") from None
        if len(key) < LEAST_KEY_BYTES:
            raise _wrong(path, f"it holds {len(key)} bytes")
        return cls(key)

    def __bool__(self) -> bool:
        return self._key is not None

    def of(self, client: str, identifier: str | None) -> str | None:
        """The pseudonym of `Practitioner/12`, `Location/7`, `Patient/3` or a site's name, as one client uses it."""
        return self.keyed(client, identifier) if identifier else None

    def keyed(self, *parts: str) -> str | None:
        """The keyed digest of some texts, in hex; None without a key."""
        if self._key is None:
            return None
        return hmac.new(self._key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:_LENGTH]


def _wrong(path: Path, found: str) -> ConfigurationError:
    return ConfigurationError(
        f"{path}: no key for pseudonyms: {found}; expected a file of at least {LEAST_KEY_BYTES} random bytes, which "
        "only the hospital has. Make one: openssl rand -hex 32 > pseudonyms.key"
    )
