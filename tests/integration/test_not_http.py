"""What cannot be read as HTTP is refused, with nothing of it in the answer or in the log."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.running import PATIENCE, Running, running

CANARY = "canary-4711"
START = "POST /cds-services/heel-pain-patient-view HTTP/1.1\r\nHost: localhost\r\n"
MALFORMED = {
    "no request line": f"{CANARY}\r\n\r\n",
    "another version": f"GET /{CANARY} HTTP/9.1\r\n\r\n",
    "a header without a colon": f"{START}Authorization Bearer {CANARY}\r\n\r\n",
    "a header with a strange name": f"{START}{CANARY}\x01: 1\r\n\r\n",
    "an unknown transfer coding": f"{START}Transfer-Encoding: {CANARY}\r\n\r\n",
    "a length that is no number": f"{START}Content-Length: {CANARY}\r\n\r\n",
    "a header that never ends": f"{START}X: {CANARY * 2000}\r\n\r\n",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def service(home: Path) -> Iterator[Running]:
    with running(home) as service:
        yield service


@pytest.mark.parametrize("name", MALFORMED)
def test_it_gets_an_operation_outcome_that_repeats_nothing(service: Running, home: Path, name: str) -> None:
    where = urlsplit(service.url)
    with socket.create_connection((where.hostname, where.port), timeout=PATIENCE) as client:
        client.sendall(MALFORMED[name].encode())
        answer = client.makefile("rb").read().decode()
    head, _, body = answer.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 400 ")
    assert json.loads(body)["resourceType"] == "OperationOutcome"
    logged = (home / "stderr.txt").read_text("utf-8")
    assert "a request was not answered by the application" in logged
    assert CANARY not in answer + logged
    assert "127.0.0.1" not in logged


def _raw(service: Running, sent: bytes) -> str:
    where = urlsplit(service.url)
    with socket.create_connection((where.hostname, where.port), timeout=PATIENCE) as client:
        client.sendall(sent)
        return client.makefile("rb").read().decode()


CHUNKED = f"{START}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode()


def test_a_body_whose_chunks_are_none_is_refused_as_malformed(service: Running) -> None:
    answer = _raw(service, CHUNKED + b"zz\r\n")
    assert answer.startswith("HTTP/1.1 400 ")
    assert '"OperationOutcome"' in answer


def test_a_chunked_body_that_is_too_large_is_refused_as_such(home: Path) -> None:
    with running(home, settings={"HEEL_CDS_MAX_BODY": "2048"}) as small:
        answer = _raw(small, CHUNKED + b"1000\r\n" + b" " * 4096 + b"\r\n0\r\n\r\n")
    assert answer.startswith("HTTP/1.1 413 ")
    assert '"OperationOutcome"' in answer


def test_a_client_that_stops_sending_does_not_keep_the_service_from_others(service: Running) -> None:
    where = urlsplit(service.url)
    with socket.create_connection((where.hostname, where.port)) as stalled:
        stalled.sendall(f"{START}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{{".encode())
        assert _raw(service, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").startswith("HTTP/1.1 200 ")
        assert stalled.makefile("rb").readline().startswith(b"HTTP/1.1 400 ")
