"""`POST /cds-services/{id}/feedback`: what became of cards, as the client reports it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, g, jsonify

from cds_service.errors import NotRecorded, RequestError
from cds_service.records.feedback import FeedbackStore
from cds_service.reports import read_reports
from cds_service.routes.bodies import json_body
from cds_service.services import Service
from cds_service.trust.clients import Client


def feedback(services: tuple[Service, ...], store: FeedbackStore) -> Blueprint:
    routes = Blueprint("feedback", __name__)
    offered = {service.id for service in services}

    @routes.post("/cds-services/<service_id>/feedback")
    def report(service_id: str) -> Response:
        if service_id not in offered:
            raise RequestError(
                404, "not-found", "No service has this id.", "GET /cds-services lists the services offered."
            )
        g.service = service_id
        client: Client = g.client
        reports = read_reports(json_body())
        try:
            received = store.receive(reports, service_id, client.name, datetime.now(UTC))
        except NotRecorded:
            raise RequestError(
                503, "no-store", "The feedback could not be stored.", "Send it again later; see /readyz."
            ) from None
        return jsonify(
            stored=received.stored,
            repeated=received.repeated,
            unknownCards=received.unknown_cards,
            unknownSuggestions=received.unknown_suggestions,
        )

    return routes
