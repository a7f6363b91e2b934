"""`GET /site-pack`: what a hospital needs to switch the service on, as a page, or as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response

from cds_service.pinning import Pins
from cds_service.routes.knowledge import answered
from cds_service.services import Service
from cds_service.site_pack import site_pack as pack_of


def site_pack(services: Sequence[Service], pins: Pins, base: str | None) -> Blueprint:
    """The route. It tells nothing of any client: `heel-cds site-pack --client NAME` does."""
    routes = Blueprint("site_pack", __name__)

    @routes.get("/site-pack")
    @routes.get("/site-pack.json")
    def pack() -> Response:
        return answered("site_pack", pack_of(services, pins.last, base=base), ())

    return routes
