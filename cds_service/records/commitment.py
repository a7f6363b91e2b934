"""Holding a caller to a request without keeping the request.

A record holds a keyed hash of the request that was answered, under a salt of its own that is stored beside
the record and can be erased. Whoever has the request can show that it is the one; whoever has only the
record learns nothing of it, not even whether two requests were alike.

The access token is left out, so that a hospital can keep its requests without their tokens. Nothing else is:
a digit changed anywhere makes another request. White space between members does not count when a request is
brought back, since programs that store JSON change it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator

AS_SENT = "hmac-sha256/as-sent"
AS_GATHERED = "hmac-sha256/as-gathered"  # what was read by FHIR call-back is part of it
_NAME = b'"access_token"'
_TOKEN = re.compile(rb'("access_token"\s*:\s*")(?:[^"\\]|\\.)*"')
_STRING_OR_SPACE = re.compile(rb'("(?:[^"\\]|\\.)*")|\s+')
_STRING_OR_MARK = re.compile(rb'("(?:[^"\\]|\\.)*")|([,:])')


def new_salt() -> str:
    """32 random bytes, as hex."""
    return secrets.token_hex(32)


def digest_of_salt(salt: str) -> str:
    """What a record says of its salt, so that another cannot take its place. It tells nothing of 32 random bytes."""
    return hashlib.sha256(bytes.fromhex(salt)).hexdigest()


def is_salt_of(salt: str, digest: str) -> bool:
    """Whether this is the salt a record speaks of."""
    try:
        return hmac.compare_digest(digest_of_salt(salt), digest)
    except (ValueError, TypeError):
        return False


def without_token(request: bytes) -> bytes:
    """The request with the value of every `access_token` emptied, and nothing else changed."""
    return _TOKEN.sub(rb'\1"', request) if _NAME in request else request


def committed(salt: str, content: bytes) -> str:
    """The keyed hash of some bytes, as hex."""
    return hmac.new(bytes.fromhex(salt), content, hashlib.sha256).hexdigest()


def matches(salt: str, request: bytes, value: str) -> bool:
    """Whether this is the request a hash was made of, as it was or with other white space."""
    return any(hmac.compare_digest(committed(salt, spelling), value) for spelling in _spellings(without_token(request)))


def _spellings(request: bytes) -> Iterator[bytes]:
    yield request
    yield request.translate(None, b"\r\n")  # as curl sends a file with -d; no string of JSON holds a line's end
    compact = _STRING_OR_SPACE.sub(lambda found: found[1] or b"", request)
    yield compact
    yield _STRING_OR_MARK.sub(lambda found: found[1] or found[2] + b" ", compact)
