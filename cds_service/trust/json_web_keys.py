"""Public keys of callers, as JSON Web Keys (RFC 7517): what each may verify, and which are nobody's proof."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
import msgspec

ALGORITHMS = ("ES384", "RS384", "ES256", "RS256")
LEAST_RSA_BITS = 2048
MOST_KEYS = 64
_OF_CURVE = {"P-384": frozenset({"ES384"}), "P-256": frozenset({"ES256"})}
_OF_RSA = frozenset({"RS384", "RS256"})
# RFC 7638 thumbprints of the keys whose private halves lie in the public repository of the CDS Hooks sandbox.
PUBLISHED = frozenset(
    {
        "s9fOe-KDYD1myZ8YCzleUqJQgrYZL49kVijBxhnZvZc",
        "WUEVfFenRfMtdDhwPUzCCfmqEN45h61hdHclwVoqfes",
        "oinqNI3POUw3TTo_R_BmQFF2EK2jQK8R7cJm3Cw-K6Y",
    }
)


class Unfit(ValueError):
    """A key that may verify nothing. Its text says why, and holds nothing of the key."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, its id, and the algorithms it can verify. `published`: anybody has its private half."""

    kid: str
    algorithms: frozenset[str]
    public: Any
    published: bool = False


def key_of(jwk: Any) -> Key:
    """The key of one JWK. Raises `Unfit` for what cannot verify a caller's token, such as a symmetric key."""
    if not isinstance(jwk, Mapping):
        raise Unfit("it is no object")
    kid = jwk.get("kid")
    if not isinstance(kid, str) or not kid:
        raise Unfit("it has no kid")
    if "d" in jwk or "k" in jwk:
        raise Unfit("it holds a secret; give the public half alone, and make a new pair, as this one is known now")
    if jwk.get("use", "sig") != "sig" or "verify" not in jwk.get("key_ops", ["verify"]):
        raise Unfit("it is not for signatures (use, key_ops)")
    algorithms = _algorithms(jwk)
    try:
        public = jwt.PyJWK(dict(jwk), algorithm=min(algorithms)).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as problem:
        raise Unfit(f"it cannot be read ({type(problem).__name__})") from None
    if jwk["kty"] == "RSA" and public.key_size < LEAST_RSA_BITS:
        raise Unfit(f"it has fewer than {LEAST_RSA_BITS} bits")
    return Key(kid, algorithms, public, thumbprint(jwk) in PUBLISHED)


def _algorithms(jwk: Mapping[str, Any]) -> frozenset[str]:
    """What its type and curve allow, narrowed by its own `alg`."""
    able = _OF_RSA if jwk.get("kty") == "RSA" else _OF_CURVE.get(str(jwk.get("crv")), frozenset())
    if not able or jwk.get("kty") not in ("RSA", "EC"):
        raise Unfit("it is neither RSA nor EC on the curve P-384 or P-256")
    named = able & {str(jwk["alg"])} if "alg" in jwk else able
    if not named:
        raise Unfit(f"its alg does not go with its type; expected {' or '.join(sorted(able))}")
    return named


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The RFC 7638 thumbprint (SHA-256) of an RSA or EC key."""
    names = ("e", "kty", "n") if jwk["kty"] == "RSA" else ("crv", "kty", "x", "y")
    told = msgspec.json.encode({name: jwk[name] for name in names}, order="sorted")
    return base64.urlsafe_b64encode(hashlib.sha256(told).digest()).rstrip(b"=").decode()


def fit_keys(key_set: Any, *, published_too: bool) -> tuple[Key, ...]:
    """The keys of a fetched JWK Set that may verify; all others are left out. Raises `Unfit` where it is no set."""
    members = key_set.get("keys") if isinstance(key_set, Mapping) else None
    if not isinstance(members, list):
        raise Unfit("it is no JWK Set, an object with a list of keys")
    found = (_fit_or_none(member) for member in members[:MOST_KEYS])
    return tuple(key for key in found if key and (published_too or not key.published))


def _fit_or_none(jwk: Any) -> Key | None:
    try:
        return key_of(jwk)
    except Unfit:
        return None
