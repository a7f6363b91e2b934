"""The JWT by which a CDS client says who it is, as CDS Hooks has it: read, and verified against the client's entry.

What a token says about itself only chooses the entry of the clients file; keys, algorithms, key URLs and audience
come from that entry alone. Nothing is fetched that the entry does not name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from cds_service.errors import NotTrusted
from cds_service.trust.clients import Client, Identity
from cds_service.trust.json_web_keys import Key
from cds_service.trust.key_sets import KeySets

LEEWAY = 60  # seconds by which clocks may differ
LONGEST_LIFE = 3600  # seconds from iat to exp
MOST_LETTERS = 8192
CLAIMS = ("iss", "aud", "exp", "iat", "jti")
_BEARER = re.compile(r"(?i:bearer) +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)")
_REASONS: Mapping[type[jwt.PyJWTError], str] = {
    jwt.ExpiredSignatureError: "expired",
    jwt.ImmatureSignatureError: "not-yet-valid",
    jwt.InvalidAudienceError: "audience",
    jwt.MissingRequiredClaimError: "claims",
}

FirstUse = Callable[[str, str, int], bool]  # issuer, jti and until when (epoch seconds) it must be known again


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it came, nothing of it verified."""

    text: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    def __repr__(self) -> str:
        return "Token(hidden)"


class Verifier:
    """Verifies tokens for the clients of the file. `first_use` keeps each `jti`, over all processes."""

    def __init__(self, clients: Iterable[Client], key_sets: KeySets, first_use: FirstUse) -> None:
        self.clients = tuple(clients)
        self._key_sets = key_sets
        self._first_use = first_use

    def client_of(self, authorization: str | None, path: str) -> Client:
        """The client whose token this `Authorization` header bears, for the endpoint at `path`.

        Raises `NotTrusted` for every other caller, and what `first_use` raises when it cannot tell.
        """
        token = read_token(authorization)
        client, identity = self._named(token.claims)
        claims = self._signed(token, client, identity, path)
        if not self._first_use(identity.issuer, claims["jti"], math.ceil(claims["exp"]) + LEEWAY):
            raise NotTrusted("replayed", client.name)
        return client

    def _named(self, claims: Mapping[str, Any]) -> tuple[Client, Identity]:
        """The one entry with the token's issuer and tenant."""
        named = [(one, one.identity) for one in self.clients if one.identity and one.identity.issuer == claims["iss"]]
        if not named:
            raise NotTrusted("issuer")
        for client, identity in named:
            if identity.tenants is None or claims.get("tenant") in identity.tenants:
                return client, identity
        raise NotTrusted("tenant")

    def _signed(self, token: Token, client: Client, identity: Identity, path: str) -> Mapping[str, Any]:
        """The claims, once a key of the client has signed them and they are good for this call."""
        accepted = identity.audiences or (identity.base_url + path.rstrip("/"),)
        for key in self._keys(token.header, identity):
            try:
                claims = _decoded(token.text, key, token.header["alg"], accepted)
            except jwt.InvalidSignatureError:
                continue
            except jwt.PyJWTError as problem:
                raise NotTrusted(_REASONS.get(type(problem), "claims"), client.name) from None
            if not 0 < claims["exp"] - claims["iat"] <= LONGEST_LIFE:
                raise NotTrusted("lifetime", client.name)
            return claims
        raise NotTrusted("signature")

    def _keys(self, header: Mapping[str, Any], identity: Identity) -> list[Key]:
        """The keys with the header's id that fit its algorithm, of the sets that the entry allows."""
        algorithm, kid, jku = header["alg"], header["kid"], header.get("jku")
        if algorithm not in identity.algorithms:
            raise NotTrusted("algorithm")
        if jku is not None and jku not in identity.key_urls:
            raise NotTrusted("key-url")
        found = [key for key in identity.keys if key.kid == kid]
        for url in () if found else (jku,) if jku is not None else identity.key_urls:
            found += self._key_sets.keys(url, kid)
        if not (fitting := [key for key in found if algorithm in key.algorithms]):
            raise NotTrusted("unknown-key")
        return fitting


def read_token(authorization: str | None) -> Token:
    """The token of an `Authorization` header, its parts well-formed. Raises `NotTrusted`."""
    if not authorization:
        raise NotTrusted("no-token")
    found = _BEARER.fullmatch(authorization.strip())
    if found is None or len(found[1]) > MOST_LETTERS:
        raise NotTrusted("malformed")
    try:
        parts = jwt.decode_complete(found[1], options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError, OverflowError):
        raise NotTrusted("malformed") from None
    token = Token(found[1], parts["header"], parts["payload"])
    _check_header(token.header)
    _check_claims(token.claims)
    return token


def _check_header(header: Mapping[str, Any]) -> None:
    """RFC 7515: what `crit` names must be understood, and we understand nothing of the kind."""
    if str(header.get("typ")).upper() != "JWT" or "crit" in header:
        raise NotTrusted("header")
    if not all(isinstance(header.get(name), str) and header[name] for name in ("alg", "kid")):
        raise NotTrusted("header")


def _check_claims(claims: Mapping[str, Any]) -> None:
    """Each claim that must be there is, and is of its type."""
    texts = all(isinstance(claims.get(name), str) and claims[name] for name in ("iss", "jti"))
    times = all(_is_time(claims[name]) for name in ("exp", "iat", "nbf") if name in claims)
    if not texts or not times or not {"exp", "iat"} <= set(claims) or not isinstance(claims.get("tenant", ""), str):
        raise NotTrusted("claims")


def _is_time(value: Any) -> bool:
    return type(value) in (int, float) and 0 < value < 2**40  # NaN is not


def _decoded(text: str, key: Key, algorithm: str, audiences: Iterable[str]) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(
        text,
        key.public,
        algorithms=[algorithm],
        audience=list(audiences),
        leeway=LEEWAY,
        options={"require": list(CLAIMS)},
    )
    return claims
