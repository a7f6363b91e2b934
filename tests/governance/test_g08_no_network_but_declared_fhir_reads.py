"""G-8: evaluating makes no network call: terminology is in the release."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.golden.patients import PATIENTS
from tests.replaying import call, request_of


@pytest.mark.parametrize("name", sorted(PATIENTS))
def test_no_socket_is_opened(http: FlaskClient, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def refused(*_: Any, **__: Any) -> Any:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    assert call(http, request_of(name)).answer
