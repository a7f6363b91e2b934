"""A FHIR server on this machine that says exactly what a test scripts, right or wrong."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BASE = "/fhir"
TOKEN = "canary-token-4711"


@dataclass(frozen=True)
class Reply:
    """One HTTP answer. `body` is sent as JSON unless it is bytes. With `hang` it never comes."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False
    drip: bool = False  # begins, then sends no more


@dataclass(frozen=True)
class Asked:
    """One request that came: path and query below the base, and its headers."""

    target: str
    headers: Mapping[str, str]

    @property
    def resource_type(self) -> str:
        return self.target.split("?")[0].split("/")[0]


class StubFhir:
    """Scripted by path: `Patient/1`, or the type for searches, or type and query for one page."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[Asked] = []
        self.over = threading.Event()
        self.cuts = 0  # how many requests to come are met by closing the connection
        self._replies: dict[str, Reply] = {}
        self._otherwise = Reply({"resourceType": "Bundle", "type": "searchset"})

    def says(self, target: str, body: Any = b"", **more: Any) -> None:
        self._replies[target] = Reply(body, **more)

    def says_otherwise(self, body: Any = b"", **more: Any) -> None:
        self._otherwise = Reply(body, **more)

    def pages(self, kind: str, pages: Sequence[Sequence[Mapping[str, Any]]]) -> None:
        """A search of `kind` that comes page by page."""
        for number, page in enumerate(pages):
            bundle: dict[str, Any] = {
                "resourceType": "Bundle",
                "type": "searchset",
                "entry": [{"resource": r} for r in page],
            }
            if number + 1 < len(pages):
                bundle["link"] = [{"relation": "next", "url": f"{self.url}/{kind}?page={number + 1}"}]
            self.says(f"{kind}?page={number}" if number else kind, bundle)

    @property
    def types_asked(self) -> list[str]:
        return sorted(asked.resource_type for asked in self.asked)

    def reply_to(self, target: str) -> Reply:
        for known in (target, target.split("?")[0]):
            if known in self._replies:
                return self._replies[known]
        return self._otherwise

    def call(self, **authorization: Any) -> dict[str, Any]:
        """The members of a request that let a service read here; a member given as None is left out."""
        whole = {
            "access_token": TOKEN,
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": "user/*.read",
            "subject": "heel-pain-cds",
        } | authorization
        return {
            "fhirServer": self.url,
            "fhirAuthorization": {name: value for name, value in whole.items() if value is not None},
        }


@contextmanager
def stub_fhir() -> Iterator[StubFhir]:
    """A server for the time of a test. It knows nothing: reads get an empty Bundle until told otherwise."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = False
    stub = StubFhir(f"http://127.0.0.1:{server.server_address[1]}{BASE}")
    server.stub = stub  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stub
    finally:
        stub.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        stub: StubFhir = self.server.stub  # type: ignore[attr-defined]
        target = self.path.removeprefix(BASE + "/")
        stub.asked.append(Asked(target, dict(self.headers)))
        reply = stub.reply_to(target)
        if stub.cuts:
            stub.cuts -= 1
            return
        if reply.hang:
            stub.over.wait()
            return
        self._send(reply, stub.over.wait if reply.drip else None)

    def _send(self, reply: Reply, pause: Callable[[], object] | None) -> None:
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        if reply.headers.get("Content-Encoding") == "gzip":
            body = gzip.compress(body)
        self.send_response(reply.status)
        for name, value in ({"Content-Type": "application/fhir+json"} | dict(reply.headers)).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + (1 if pause else 0)))
        self.end_headers()
        try:
            self.wfile.write(body)
            self.wfile.flush()
        except OSError:
            return  # the reader has had enough
        if pause:
            pause()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
