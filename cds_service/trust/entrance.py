"""The way in: every route under /cds-services is answered for a known client alone, and finds it in `g.client`."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, g, request

from cds_service.errors import NotTrusted, TooManyCalls
from cds_service.trust.clients import Client
from cds_service.trust.rates import Rates
from cds_service.trust.tokens import Verifier

ROOT = "/cds-services"
NoteTurnedAway = Callable[[NotTrusted, datetime, str, str | None], None]


def install(
    app: Flask,
    verifier: Verifier,
    note: NoteTurnedAway,
    anybody: Client | None,
    rates: Rates,
    *,
    closed_discovery: bool,
) -> None:
    """Ask who calls before anything else is done about a call.

    `anybody` is the client as which a call without a token is answered, in the sandbox profile; None: no call is.
    """

    @app.before_request
    def who() -> None:
        if not _is_guarded(request.path) or (_is_discovery() and not closed_discovery):
            return
        try:
            g.client = _client()
        except NotTrusted as problem:
            note(problem, datetime.now(UTC), str(uuid.uuid4()), (request.view_args or {}).get("service_id"))
            raise
        # Those turned away are bounded elsewhere; this is for a known client that runs wild.
        if seconds := rates.wait(g.client.name):
            raise TooManyCalls(seconds)

    def _client() -> Client:
        if anybody is not None and (not verifier.clients or "Authorization" not in request.headers):
            return anybody
        if "access_token" in request.args:
            raise NotTrusted("token-in-url")
        return verifier.client_of(request.headers.get("Authorization"), request.path)


def _is_guarded(path: str) -> bool:
    return path == ROOT or path.startswith(f"{ROOT}/")


def _is_discovery() -> bool:
    return request.path.rstrip("/") == ROOT and request.method in ("GET", "HEAD")
