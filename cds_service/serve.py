"""Running the service: gunicorn with synchronous workers, the application loaded once before they fork."""

from __future__ import annotations

import contextlib
import gc
import ipaddress
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.http.errors import ParseException
from gunicorn.workers.sync import SyncWorker
from prometheus_client.multiprocess import mark_process_dead

from cds_service.outcomes import FHIR_JSON, outcome
from cds_service.routes.sample_fhir import BASE
from cds_service.samples import write_samples
from cds_service.settings import Settings

LOG = logging.getLogger(__name__)
SANDBOX = "https://sandbox.cds-hooks.org"
STALLED_SECONDS = 5.0
PATIENT = "sample-plantar"  # the packaged patient the sandbox opens first


class _Worker(SyncWorker):  # type: ignore[misc]
    """Gunicorn's worker, but what it could not read as HTTP stands neither in its log nor in its answer."""

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        # A client that stops sending must not keep the worker from all others.
        client.settimeout(STALLED_SECONDS)
        super().handle(listener, client, addr)

    def handle_error(self, _req: Any, client: Any, _addr: Any, exc: BaseException) -> None:
        LOG.warning("a request was not answered by the application", extra={"error": type(exc).__name__})
        if isinstance(exc, ParseException):
            answer = outcome(400, "structure", "The request is not valid HTTP.", "Check its first line and headers.")
        else:
            answer = outcome(500, "exception", "The service failed on this request.")
        head = f"HTTP/1.1 {answer.status}\r\nConnection: close\r\nContent-Type: {FHIR_JSON}\r\n"
        with contextlib.suppress(OSError):
            client.sendall(f"{head}Content-Length: {answer.content_length}\r\n\r\n".encode() + answer.get_data())


class _Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our application and options instead of its command line."""

    def __init__(self, make: Callable[[], Flask], options: dict[str, Any]) -> None:
        self._make = make
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._make()


def run(app: Flask, settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until stopped; prints where and how to try it once the port is open."""
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "worker_class": _Worker,
        "preload_app": True,
        "timeout": int(settings.deadline_seconds) + 30,
        "graceful_timeout": 10,
        "accesslog": None,
        "loglevel": "warning",
        "when_ready": lambda _: print(welcome(settings, host, port), flush=True),
        "child_exit": lambda _server, worker: mark_process_dead(worker.pid),  # type: ignore[no-untyped-call]
        "pre_fork": lambda _server, _worker: gc.freeze(),
    }
    _Server(lambda: app, options).run()


def welcome(settings: Settings, host: str, port: int) -> str:
    """What a newcomer needs: the discovery URL, a call that returns a card, and the sandbox link.

    In production only the first: a call needs a token, and the sandbox is no client.
    """
    base = f"http://{_reachable(host)}:{port}"
    if not settings.sandbox:
        return "\n".join(
            [
                f"heel-pain-cds is ready ({settings.profile} profile), for the clients of {settings.clients}.",
                f"Discovery:   {base}/cds-services",
                "             (plain http: put a proxy in front that ends TLS, at the base_url of the clients)",
                "Stop with Ctrl+C.",
            ]
        )
    sample = write_samples(settings.home / "samples")["plantar-heel-pain"]
    where = f"serviceDiscoveryURL={base}/cds-services&fhirServiceUrl={base}{BASE}&patientId={PATIENT}"
    return "\n".join(
        [
            f"heel-pain-cds is ready ({settings.profile} profile).",
            f"Discovery:   {base}/cds-services",
            "See a card:  " + _curl(base, sample),
            f"CDS sandbox: {SANDBOX}/?{where}",
            "             (made-up patients; README, 'Against the public CDS sandbox', says what to expect there)",
            "Stop with Ctrl+C.",
        ]
    )


def _reachable(host: str) -> str:
    """An address to call a service at that listens on `host`, which may stand for all addresses."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return "127.0.0.1"
    return f"[{host}]" if address.version == 6 else host


def _curl(base: str, sample: Path) -> str:
    return f"curl -s -H 'Content-Type: application/json' -d @'{sample}' {base}/cds-services/heel-pain-patient-view"
