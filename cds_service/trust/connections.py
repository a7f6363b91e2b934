"""HTTP connections that go only where they may, and that can be cut off.

The address that was checked is the one connected to, so a name that resolves to something else a
moment later gains nothing. A server that sends a byte now and then would never run into a timeout
of the socket; cutting the connection ends it.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from cds_service.trust.addresses import SocketAddress


class Gate:
    """Opens connections to the addresses that `resolve` gives, until it is shut."""

    def __init__(self, resolve: Callable[[], list[SocketAddress]]) -> None:
        self._resolve = resolve
        self._live: set[HTTPConnection] = set()
        self.is_shut = False

    def connect(self, connection: HTTPConnection) -> socket.socket:
        """A connected socket. Raises `NewConnectionError`."""
        problem: OSError = OSError("no address")
        try:
            for family, address in self._resolve():
                if self.is_shut:
                    break
                try:
                    return self._open(connection, family, address)
                except OSError as refused:
                    problem = refused
        except OSError as unresolved:
            problem = unresolved
        raise NewConnectionError(connection, "cannot connect") from problem

    def _open(
        self, connection: HTTPConnection, family: socket.AddressFamily, address: tuple[Any, ...]
    ) -> socket.socket:
        opened = socket.socket(family, socket.SOCK_STREAM)
        try:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if isinstance(connection.timeout, int | float):
                opened.settimeout(connection.timeout)
            opened.connect(address)
        except OSError:
            opened.close()
            raise
        self._live.add(connection)
        if self.is_shut:  # meanwhile, so that it was not among those cut
            opened.close()
            raise OSError("shut")
        return opened

    def shut(self) -> None:
        """Cut every connection; whoever waits on one gets an error at once."""
        self.is_shut = True
        for connection in tuple(self._live):
            with contextlib.suppress(OSError, AttributeError):
                connection.sock.shutdown(socket.SHUT_RDWR)


class _Gated(HTTPConnection):
    gate: Gate

    def _new_conn(self) -> socket.socket:
        return self.gate.connect(self)


class _GatedTls(HTTPSConnection):
    gate: Gate

    def _new_conn(self) -> socket.socket:
        return self.gate.connect(self)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Gated
    gate: Gate

    def _new_conn(self) -> Any:
        connection = super()._new_conn()
        connection.gate = self.gate  # type: ignore[attr-defined]
        return connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _GatedTls
    gate: Gate

    def _new_conn(self) -> Any:
        connection = super()._new_conn()
        connection.gate = self.gate  # type: ignore[attr-defined]
        return connection


class _GatedManager(PoolManager):
    def __init__(self, gate: Gate, connections: int, ca_file: Path | None) -> None:
        # Requests adds the public authorities to whatever context it is given.
        ours: dict[str, Any] = {"ssl_context": trusting(ca_file)} if ca_file else {}
        super().__init__(num_pools=1, maxsize=connections, block=False, **ours)
        self.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
        self._gate = gate

    def _new_pool(self, scheme: str, host: str, port: int, request_context: dict[str, Any] | None = None) -> Any:
        pool = super()._new_pool(scheme, host, port, request_context)
        pool.gate = self._gate  # type: ignore[attr-defined]
        return pool


class GatedAdapter(HTTPAdapter):
    """Carries a session's requests through a gate."""

    def __init__(self, gate: Gate, connections: int, ca_file: Path | None) -> None:
        self._gate = gate
        self._connections = connections
        self._ca_file = ca_file
        super().__init__(max_retries=0)

    def init_poolmanager(self, *_: Any, **__: Any) -> None:
        self.poolmanager = _GatedManager(self._gate, self._connections, self._ca_file)


def trusting(ca_file: Path) -> ssl.SSLContext:
    """A context for connections to servers whose certificate an authority of this PEM file has signed.

    Raises `OSError` (`ssl.SSLError` is one) where the file holds no certificate that can be read.
    """
    return ssl.create_default_context(cafile=ca_file)


def gated_session(gate: Gate, connections: int, ca_file: Path | None = None) -> requests.Session:
    """A session that obeys no proxy, netrc or cookie and verifies certificates.

    It trusts the public authorities, and those of `ca_file`.
    """
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = GatedAdapter(gate, connections, ca_file)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
