"""Callers that prove who they are: keys made on the spot, tokens signed with them, and a service that knows them."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jwt
import yaml
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask.testing import FlaskClient
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from werkzeug.test import TestResponse

from tests import calls
from tests.approving import approvals
from tests.conftest import AppMaker

BASE = "https://cds.example.org/heel"
ISSUER = "https://ehr.example.org/oauth2"
PATH = calls.service_of("patient-view")
OUTCOME = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "error", "code": "login", "details": {"text": "The caller is not known here."}}],
}
CURVES = {"ES384": ec.SECP384R1, "ES256": ec.SECP256R1}


@cache
def private_key(algorithm: str = "ES384", which: str = "first") -> Any:
    """A key of this kind; the same each time for the same `which`."""
    if algorithm in CURVES:
        return ec.generate_private_key(CURVES[algorithm]())
    return rsa.generate_private_key(65537, 1024 if which == "short" else 2048)


def jwk(algorithm: str = "ES384", which: str = "first", **more: Any) -> dict[str, Any]:
    """Its public half as a JWK whose id is `which`; a member given as None is left out."""
    kind = ECAlgorithm if algorithm in CURVES else RSAAlgorithm
    public = kind.to_jwk(private_key(algorithm, which).public_key(), as_dict=True)
    public.pop("key_ops", None)
    whole = {**public, "kid": which, "use": "sig", "alg": algorithm} | more
    return {name: value for name, value in whole.items() if value is not None}


def token(
    path: str = PATH,
    *,
    algorithm: str = "ES384",
    which: str = "first",
    key: Any = None,
    header: Mapping[str, Any] | None = None,
    **claims: Any,
) -> str:
    """A good token for the endpoint at `path`; `header` and `claims` replace members, None leaves one out."""
    now = int(time.time())
    whole = {"iss": ISSUER, "aud": BASE + path, "exp": now + 300, "iat": now, "jti": str(uuid.uuid4())} | claims
    head = {"typ": "JWT", "kid": which} | dict(header or {})
    head.setdefault("alg", algorithm)
    return jwt.encode(
        {name: value for name, value in whole.items() if value is not None},
        key if key is not None else private_key(algorithm, which),
        algorithm=algorithm,
        headers={name: value for name, value in head.items() if value is not None},
    )


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(algorithm: str, signature: str = "", **header: Any) -> str:
    """A good token but for its algorithm and its signature."""
    payload = token().split(".")[1]
    return f"{part({'alg': algorithm, 'typ': 'JWT', 'kid': 'first'} | header)}.{payload}.{signature or 'AAAA'}"


def bearing(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def calling(http: FlaskClient, text: str, path: str = PATH, **headers: str) -> TestResponse:
    """A call about the packaged patient with a token."""
    return http.post(path, json=calls.sample(), headers=bearing(text) | headers)


def refused(answer: TestResponse) -> bool:
    """Whether a caller was turned away, without a word why."""
    return answer.status_code == 401 and answer.json == OUTCOME and answer.headers["WWW-Authenticate"] == "Bearer"


def entry(**changes: Any) -> dict[str, Any]:
    """An entry of the clients file with keys of both kinds; a member given as None is left out."""
    whole = {
        "name": "example-hospital",
        "issuer": ISSUER,
        "base_url": BASE,
        "keys": {"jwks": {"keys": [jwk(), jwk("RS384", "second")]}},
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def clients_file(folder: Path, *entries: Mapping[str, Any], **more: Any) -> Path:
    """The file with these entries, or with the usual one."""
    path = folder / "clients.yaml"
    path.write_text(yaml.safe_dump({"clients": list(entries or [entry()]), **more}, sort_keys=False))
    return path


def log_key(folder: Path) -> Path:
    """The key with which a service in production signs its log."""
    path = folder / "log-key.pem"
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(pem)
    return path


def production(
    make_app: AppMaker,
    folder: Path,
    *entries: Mapping[str, Any],
    settings: Mapping[str, str] | None = None,
    **more: Any,
) -> FlaskClient:
    """The service in its production profile, for these clients; its home is `folder`."""
    given = {
        "profile": "production",
        "home": str(folder),
        "log_key": str(log_key(folder)),
        "clients": str(clients_file(folder, *entries, **more)),
        "approvals": str(approvals(folder / "approvals.json")),
        "deadline": "30",
    }
    return make_app(**given | dict(settings or {})).test_client()


def statuses(answers: Iterable[TestResponse]) -> list[int]:
    return [answer.status_code for answer in answers]
