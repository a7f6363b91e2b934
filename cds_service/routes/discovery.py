"""`GET /cds-services`: what we offer. Needs neither the store nor the rules to be well."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response

from cds_service.services import Service

CDS_HOOKS_VERSION = "2.0.1"


def discovery(services: tuple[Service, ...]) -> Blueprint:
    routes = Blueprint("discovery", __name__)
    body = msgspec.json.encode({"services": [described(service) for service in services]})

    @routes.get("/cds-services")
    def list_services() -> Response:
        return Response(body, content_type="application/json", headers={"Cache-Control": "max-age=60"})

    return routes


def described(service: Service) -> dict[str, object]:
    """One entry of the discovery answer."""
    return {
        "hook": service.hook,
        "id": service.id,
        "title": service.title,
        "description": service.description,
        "usageRequirements": service.usage,
        "prefetch": dict(service.prefetch),
        "version": CDS_HOOKS_VERSION,
        "hookVersion": service.hook_version,
    }
