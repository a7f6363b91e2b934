"""`/healthz` alive, `/readyz` able to answer, `/version` what runs."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version

from flask import Blueprint, Response, jsonify

from cds_service.pinning import Pins
from cds_service.published import Published
from cds_service.records.decision_log import DecisionLog
from knowledge import ENGINE_VERSION
from knowledge.review_clock import has_ended, review_of

UNWRITABLE = "the decision log cannot be written; check the database at HEEL_CDS_DATABASE_URL"


def faults(pins: Pins, published: Published) -> list[str]:
    """What is wrong with the releases, and with the one a setting names."""
    problem = pins.problem
    return list(dict.fromkeys([*published.faults_now(), *([problem] if problem else [])]))


def health(pins: Pins, log: DecisionLog, published: Published) -> Blueprint:
    """The routes by which an operator and a load balancer see how the service does."""
    routes = Blueprint("health", __name__)

    def knowledge() -> dict[str, str]:
        release = pins.last
        named = {"name": release.name, "version": release.version, "digest": release.digest}
        newer = pins.superseded_by  # looks at the bytes of every active release
        return named | ({"supersededBy": newer} if newer else {})

    @routes.get("/healthz")
    def alive() -> Response:
        return jsonify(status="ok")

    @routes.get("/readyz")
    def ready() -> tuple[Response, int]:
        now = datetime.now(UTC)
        standing = knowledge() | review_of(pins.last, now)
        wrong = [*([] if log.works() else [UNWRITABLE]), *faults(pins, published)]
        if has_ended(pins.last, now):
            wrong.append("the release is past its end; install or name a newer one")
        if wrong:
            return jsonify(status="not ready", wrong=wrong, knowledge=standing), 503
        return jsonify(status="ready", knowledge=standing), 200

    @routes.get("/version")
    def running() -> Response:
        return jsonify(service=version("heel-pain-cds"), engine=ENGINE_VERSION, knowledge=knowledge())

    return routes
