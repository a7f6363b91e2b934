"""Reads from a client's FHIR server: only there, only so much, only until the deadline."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError

from cds_service.errors import RequestError, Upstream
from cds_service.intake.authorization import Secret
from cds_service.intake.deadline import Deadline
from cds_service.intake.json_text import read_json
from cds_service.trust.addresses import FhirAccess, origin
from cds_service.trust.connections import Gate, gated_session

MOST_REDIRECTS = 3
_CHUNK = 64 * 1024
_EMPTY = (204,)


class FhirClient:
    """One FHIR server for the time of one call. Threads may share it.

    `base` must have passed `FhirAccess.refusal`. Without `token` it asks openly.
    """

    def __init__(self, base: str, token: Secret | None, access: FhirAccess, deadline: Deadline) -> None:
        self.base = base.rstrip("/") + "/"
        self.access = access
        self._origin = origin(base)
        self._token = token
        self._deadline = deadline
        self._bytes_left = access.max_total_bytes
        self._counting = threading.Lock()
        self._gate = Gate(lambda: access.addresses(base))
        self._session = gated_session(self._gate, access.connections, access.ca_file)

    def close(self) -> None:
        """Cut all connections; nothing is asked after this."""
        self._gate.shut()
        self._session.close()

    def within(self, url: str) -> bool:
        """Whether a link leads to this very server."""
        target = _joined(self.base, url)
        return target is not None and origin(target) == self._origin

    def get(self, url: str) -> Any:
        """The JSON at a URL, relative to the base or absolute on the same origin; `None` when it has none.

        Raises `Upstream` with one of a few fixed causes, such as "status 403" or "time ran out".
        """
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._answer(url)
            if isinstance(answer, bytes):
                return _value(answer)
            url = answer
        raise Upstream("too many redirects")

    def _answer(self, url: str) -> bytes | str:
        """The body, or where a redirect leads."""
        target = _joined(self.base, url)
        if target is None or not self.within(target):
            raise Upstream("a link to another server")
        if self._late:
            raise Upstream("time ran out")
        try:
            return self._ask_again_if_closed(target)
        except requests.Timeout:
            raise Upstream("time ran out") from None
        except (requests.RequestException, HTTPError, OSError):
            cause = "time ran out" if self._late else "unreachable"
            raise Upstream(cause) from None

    @property
    def _late(self) -> bool:
        return self._gate.is_shut or self._deadline.passed

    def _ask_again_if_closed(self, target: str) -> bytes | str:
        """Ask, and once more where the connection broke: a server may close an idle one just as it is used again."""
        try:
            return self._ask(target)
        except requests.Timeout:
            raise
        except requests.ConnectionError:
            if self._late:
                raise
            return self._ask(target)

    def _ask(self, target: str) -> bytes | str:
        wait = max(self._deadline.remaining(), 0.001)
        headers = {"Accept": "application/fhir+json", "User-Agent": "heel-pain-cds"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.reveal()}"
        with self._session.get(target, headers=headers, timeout=wait, stream=True, allow_redirects=False) as answer:
            if answer.is_redirect:
                return _joined(target, answer.headers["Location"]) or ""
            if answer.status_code in _EMPTY:
                return b""
            if answer.status_code != 200:
                raise Upstream(f"status {answer.status_code}")
            return self._body(answer)

    def _body(self, answer: requests.Response) -> bytes:
        body = bytearray()
        try:
            for chunk in answer.iter_content(_CHUNK):
                self._take(len(chunk))
                body += chunk
                if len(body) > self.access.max_page_bytes:
                    raise Upstream("too large")
                if self._deadline.passed:
                    raise Upstream("time ran out")
        except BaseException:
            # What is thrown away must not cost the other answers their room.
            self._take(-len(body))
            raise
        return bytes(body)

    def _take(self, size: int) -> None:
        with self._counting:
            if size > self._bytes_left:
                raise Upstream("too large")
            self._bytes_left -= size


def _joined(base: str, url: str) -> str | None:
    """A link made absolute; `None` when it is no URL at all."""
    try:
        return urljoin(base, url) if url.strip() else None
    except ValueError:
        return None


def _value(body: bytes) -> Any:
    if not body:
        return None
    try:
        return read_json(body)
    except RequestError:
        raise Upstream("malformed JSON") from None
