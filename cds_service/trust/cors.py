"""Which browser origins may call us. Never a wildcard, and credentials are never allowed."""

from __future__ import annotations

import re

from flask import Flask, Response, request

from cds_service.settings import Settings

_LOOPBACK = re.compile(r"^http://(?:localhost|127\.0\.0\.1)(?::\d{1,5})?$")
METHODS = "GET, POST, OPTIONS"
HEADERS = "Authorization, Content-Type, Accept"
EXPOSED = "Heel-CDS-Knowledge, X-Request-Id"


def allowed(origin: str, settings: Settings, of_clients: frozenset[str] = frozenset()) -> bool:
    """Whether scripts of `origin` (scheme://host[:port]) may read our answers."""
    return origin.lower() in settings.cors_origins | of_clients or (
        settings.cors_loopback and bool(_LOOPBACK.match(origin))
    )


def install(app: Flask, settings: Settings, of_clients: frozenset[str] = frozenset()) -> None:
    """Answer preflights without asking for a token, and mark every answer, errors too.

    `of_clients` are the origins of all clients: a preflight does not tell whose page it is.
    """

    @app.before_request
    def preflight() -> Response | None:
        asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        return Response(status=204) if asks else None

    @app.after_request
    def mark(answer: Response) -> Response:
        answer.vary.add("Origin")
        origin = request.headers.get("Origin", "")
        if origin and allowed(origin, settings, of_clients):
            answer.headers["Access-Control-Allow-Origin"] = origin
            answer.headers["Access-Control-Expose-Headers"] = EXPOSED
            if request.method == "OPTIONS":
                answer.headers["Access-Control-Allow-Methods"] = METHODS
                answer.headers["Access-Control-Allow-Headers"] = HEADERS
                answer.headers["Access-Control-Max-Age"] = "600"
                if request.headers.get("Access-Control-Request-Private-Network") == "true":
                    # Browsers ask this when a public page, such as the CDS sandbox, calls a service on loopback.
                    answer.headers["Access-Control-Allow-Private-Network"] = "true"
        return answer
