"""A server of key sets on this machine, over TLS with an authority of its own, that counts who asks."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

PATH = "/.well-known/jwks.json"


class KeyServer:
    """What it says, and what it was asked for. `location` makes it redirect, `hang` keep silent."""

    def __init__(self, url: str) -> None:
        self.url = url + PATH
        self.keys: list[dict[str, Any]] = []
        self.body: bytes | None = None
        self.status = 200
        self.location: str | None = None
        self.hang = False
        self.drip = False
        self.over = threading.Event()
        self.asked: list[str] = []

    @property
    def says(self) -> bytes:
        return self.body if self.body is not None else json.dumps({"keys": self.keys}).encode()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: KeyServer = self.server.key_server  # type: ignore[attr-defined]
        server.asked.append(self.path)
        if server.hang:
            server.over.wait()
            return
        self.send_response(302 if server.location else server.status)
        if server.location:
            self.send_header("Location", server.location)
        body = server.says
        self.send_header("Content-Length", str(len(body) + server.drip))
        self.end_headers()
        try:
            self.wfile.write(body)
            self.wfile.flush()
        except OSError:
            return  # the reader has had enough
        if server.drip:
            server.over.wait()

    def do_POST(self) -> None:
        server: KeyServer = self.server.key_server  # type: ignore[attr-defined]
        server.asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def key_server(folder: Path | None = None) -> Iterator[KeyServer]:
    """A server for the time of a test: https with a certificate of `authority()` kept in `folder`, or plain http."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    port = server.server_address[1]
    if folder is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_served(folder))
        server.socket = context.wrap_socket(server.socket, server_side=True)
    told = KeyServer(f"https://localhost:{port}" if folder is not None else f"http://127.0.0.1:{port}")
    server.key_server = told  # type: ignore[attr-defined]
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # a reader that does not trust us hangs up
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield told
    finally:
        told.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def authority(folder: Path) -> Path:
    """The PEM file of the authority that signs the server's certificate."""
    path = folder / "authority.pem"
    path.write_bytes(_authority()[1].public_bytes(Encoding.PEM))
    return path


@cache
def _authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example hospital authority")])
    builder = _certificate(name, name, key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)  # signs certificates and lists
    named = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return key, builder.add_extension(usage, critical=True).add_extension(named, critical=False).sign(
        key, hashes.SHA256()
    )


def _served(folder: Path) -> Path:
    """A certificate for localhost with its key, in one file."""
    signer, root = _authority()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    hosts = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    signed_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = _certificate(name, root.subject, key).add_extension(hosts, critical=False)
    certificate = builder.add_extension(signed_by, critical=False).sign(signer, hashes.SHA256())
    path = folder / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    return path


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
