"""`GET /openapi.json`: every route, what it takes and what it gives, as OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version

import msgspec
from flask import Blueprint, Response

from cds_service.routes.sample_fhir import BASE
from cds_service.services import Service
from cds_service.wire import openapi as described
from knowledge.release import Release


def openapi(services: Sequence[Service], release: Release, *, sandbox: bool) -> Blueprint:
    """The route; the sample FHIR server is told of only in the `sandbox` profile, where it is."""
    routes = Blueprint("openapi", __name__)

    @cache
    def document() -> bytes:
        ids = [service.id for service in services]
        told = described(version("heel-pain-cds"), ids, (release.name, release.version))
        if not sandbox:
            told["paths"] = {path: item for path, item in told["paths"].items() if not path.startswith(BASE)}
        return msgspec.json.encode(told)

    @routes.get("/openapi.json")
    def whole() -> Response:
        return Response(document(), content_type="application/json")

    return routes
