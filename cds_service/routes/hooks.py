"""`POST /cds-services/{id}`: parse, decide, return."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Blueprint, Response, g, request

from cards.naming import EXTENSION
from cds_service.decide import Answer, Declined, Keep, Moment, decide, whole_second
from cds_service.errors import NotRecorded, RequestError
from cds_service.intake.call import parse_call
from cds_service.measures import Measures, Watch
from cds_service.pinning import HEADER, Pins
from cds_service.records.keeping import Refuse
from cds_service.routes.bodies import json_body
from cds_service.services import Service
from cds_service.trust.clients import Client
from knowledge.release import Release


def hooks(
    services: tuple[Service, ...],
    pins: Mapping[str, Pins],
    keep: Keep,
    refuse: Refuse,
    declined: Declined,
    measures: Measures,
) -> Blueprint:
    """The route of the services. `pins` are the releases that may answer each client, by its name."""
    routes = Blueprint("hooks", __name__)
    by_id: Mapping[str, Service] = {service.id: service for service in services}

    @routes.post("/cds-services/<service_id>")
    def call_service(service_id: str) -> Response:
        service = by_id.get(service_id)
        if service is None:
            raise RequestError(
                404, "not-found", "No service has this id.", "GET /cds-services lists the services offered."
            )
        g.service = service.id
        client: Client = g.client
        moment = Moment(whole_second(datetime.now(UTC)), uuid.uuid4())
        try:
            watch = measures.watch()
            answered = answer_call(service, moment, client, watch)
        except NotRecorded:
            raise
        except Exception as problem:
            refuse(problem, moment, service, client, pins[client.name].last)
            raise
        g.cards = len(answered.response["cards"])
        watch.answered(service.id, answered.response)
        language = answered.policy["language"]
        named = answered.response["extension"][EXTENSION]["knowledge"]
        headers = {
            HEADER: f"{named['name']}/{named['version']}",
            "Cache-Control": "no-store",
            "Content-Language": language,
        }
        headers |= {} if len(client.languages) == 1 else {"Vary": "Accept-Language"}
        return Response(answered.sent, content_type="application/json", headers=headers)

    def answer_call(service: Service, moment: Moment, client: Client, watch: Watch) -> Answer:
        body = json_body()
        call = parse_call(body, service)
        watch.lap("decode")
        in_force = pins[client.name].of(request.headers.get(HEADER))
        speaking = client.speaking(_language(client, in_force.release))
        return decide(body, call, service, speaking, in_force, moment, keep, declined, watch)

    return routes


def _language(client: Client, release: Release) -> str:
    accepted = [tag for tag, quality in request.accept_languages if quality > 0]
    return client.language(accepted, release.content["wording"])
