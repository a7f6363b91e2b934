"""Asking a service over HTTP: bounded in time and size, no redirects, each call with a token where a key was given."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
import requests

LARGEST = 5 * 2**20


@dataclass(frozen=True, slots=True)
class Signing:
    """How calls are signed: the `iss`, the id and the private key (PEM) of a client the service knows.

    `audience` is the base address the service knows itself by, where it is called at another.
    """

    issuer: str
    key_id: str
    key: bytes = field(repr=False)
    algorithm: str = "ES384"
    audience: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An answer. `status` 0: none came, and `problem` says why. `body` is None where it is no JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any = None
    problem: str = ""
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """No answer, or one that says that the service broke."""
        return self.status == 0 or self.status >= 500

    @property
    def said(self) -> str:
        """The answer in a few words."""
        return f"status {self.status}" if self.status else self.problem


class Probe:
    """Asks the service below one base URL."""

    def __init__(self, base: str, timeout: float, signing: Signing | None = None) -> None:
        self.base = base.rstrip("/")
        self._timeout = timeout
        self._signing = signing
        self._session = requests.Session()

    def get(self, path: str) -> Told:
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: Any, **headers: str) -> Told:
        """`body` is sent as JSON, bytes as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._ask("POST", path, raw, {"Content-Type": "application/json"} | headers)

    def preflight(self, path: str, origin: str) -> Told:
        """What a browser asks before a page of `origin` may call."""
        asked = {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        return self._ask("OPTIONS", path, None, {"Origin": origin} | asked)

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Told:
        began = time.monotonic()
        try:
            with self._session.request(
                method,
                self.base + path,
                data=body,
                headers={"Accept": "application/json", **self._bearer(path), **headers},
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as answer:
                content = _read(answer, began + self._timeout)
                took = time.monotonic() - began
                return Told(answer.status_code, answer.headers, _parsed(content), seconds=took)
        except (requests.RequestException, TimeoutError, OverflowError) as problem:
            return Told(0, {}, problem=f"no answer ({_in_words(problem)})")

    def _bearer(self, path: str) -> dict[str, str]:
        if self._signing is None:
            return {}
        now = int(time.time())
        claims = {
            "iss": self._signing.issuer,
            "aud": (self._signing.audience or self.base).rstrip("/") + path,
            "iat": now,
            "exp": now + 300,
        }
        token = jwt.encode(
            claims | {"jti": str(uuid.uuid4())},
            self._signing.key,
            algorithm=self._signing.algorithm,
            headers={"kid": self._signing.key_id, "typ": "JWT"},
        )
        return {"Authorization": f"Bearer {token}"}


def _read(answer: requests.Response, until: float) -> bytes:
    content = b""
    for part in answer.iter_content(65536):
        content += part
        if len(content) > LARGEST:
            raise OverflowError
        if time.monotonic() > until:
            raise TimeoutError
    return content


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _in_words(problem: Exception) -> str:
    match problem:
        case TimeoutError() | requests.Timeout():
            return "time ran out; --timeout gives it more"
        case OverflowError():
            return f"more than {LARGEST} bytes"
        case requests.exceptions.SSLError():
            return "its certificate could not be verified"
        case requests.ConnectionError():
            return "nothing could be reached at that address"
        case _:
            return type(problem).__name__
