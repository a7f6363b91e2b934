"""What all tests share: a service with its own empty store, and a guard that keeps tests on this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

AppMaker = Callable[..., Flask]
PREFIX = "HEEL_CDS_"


@pytest.fixture(autouse=True, scope="session")
def no_settings_of_the_machine() -> Iterator[None]:
    """Settings of whoever runs the tests must not change what they find."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            patch.delenv(name)
        yield


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    """A test that would reach another machine fails; names other than localhost resolve to nothing."""
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            pytest.fail(f"a test tried to reach {address}")
        connect(self, address)

    def guarded_resolve(host: Any, *rest: Any, **more: Any) -> Any:
        if host is not None and not _is_address(host) and host != "localhost":
            raise socket.gaierror(socket.EAI_NONAME, "tests resolve no names")
        return resolve(host, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_resolve)
        yield


def _is_address(host: str | bytes) -> bool:
    try:
        ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


@pytest.fixture(scope="session")
def make_app(tmp_path_factory: pytest.TempPathFactory) -> AppMaker:
    """Make a service with settings such as `max_cards="1"`, each with a store of its own."""
    from cds_service.app import create_app  # tests of the knowledge alone need no web service
    from cds_service.settings import Settings

    def make(**settings: str) -> Flask:
        given = {"home": str(tmp_path_factory.mktemp("home")), **settings}
        return create_app(Settings.from_env({PREFIX + name.upper(): value for name, value in given.items()}))

    return make


@pytest.fixture(scope="session")
def app(make_app: AppMaker) -> Flask:
    """The service with its default settings, but time enough for a busy machine."""
    return make_app(deadline="30")


@pytest.fixture(scope="session")
def http(app: Flask) -> FlaskClient:
    """Calls that service without a socket."""
    return app.test_client()
