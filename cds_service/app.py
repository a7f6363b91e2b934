"""The application: wires settings, knowledge, records and routes once, at start."""

from __future__ import annotations

import logging
import os
import re
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, g, request
from sqlalchemy import Engine

from cds_service import outcomes
from cds_service.answering import Answering
from cds_service.engine_identity import engine
from cds_service.errors import ConfigurationError, NotRecorded
from cds_service.measures import Measures
from cds_service.published import Published
from cds_service.records.accepted import Accepted, last_accepted, record_of
from cds_service.records.checkpoints import Checkpoints, Schedule
from cds_service.records.database import open_database
from cds_service.records.decision_log import DecisionLog
from cds_service.records.declined import Declines
from cds_service.records.feedback import FeedbackStore
from cds_service.records.keeping import keeper, refuser
from cds_service.records.log_key import signing_key
from cds_service.records.pseudonyms import Pseudonyms
from cds_service.records.retained import RequestStore
from cds_service.records.tokens_seen import TokensSeen
from cds_service.records.turned_away import TurnedAway
from cds_service.routes.decisions import decisions
from cds_service.routes.discovery import discovery
from cds_service.routes.feedback import feedback
from cds_service.routes.health import health
from cds_service.routes.hooks import hooks
from cds_service.routes.knowledge import knowledge_pages
from cds_service.routes.knowledge_diff import knowledge_diff
from cds_service.routes.metrics import metrics
from cds_service.routes.openapi import openapi
from cds_service.routes.sample_fhir import sample_fhir
from cds_service.routes.site_pack import site_pack
from cds_service.services import SERVICES
from cds_service.settings import Settings
from cds_service.trust import cors, entrance
from cds_service.trust.auditors import Auditors
from cds_service.trust.clients import sandbox_client
from cds_service.trust.clients_file import read_clients
from cds_service.trust.connections import trusting
from cds_service.trust.key_sets import Fetching, KeySets
from cds_service.trust.rates import Rates
from cds_service.trust.tokens import Verifier

LOG = logging.getLogger(__name__)
# A caller's own id of a request: only one that can hold nothing but an id, as a name or a number of a record could.
_REQUEST_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application. Raises `ConfigurationError` where the settings make no safe service."""
    settings = settings or Settings.from_env(os.environ)
    for warning in settings.unknown:
        LOG.warning("a variable is not a setting", extra={"settings": warning})
    _check_authorities(settings.ca_file)
    listed, anybody = read_clients(settings), sandbox_client(settings) if settings.sandbox else None
    pseudonyms = Pseudonyms.load(settings.pseudonym_key)
    database, log, checkpoints = _log_of(settings)
    published = Published(settings, last_accepted(database))
    answering = Answering(settings, published)
    in_force = answering.by_settings()
    everybody = (*listed.clients, *([anybody] if anybody else []))
    pins = answering.by_client(everybody)
    rates = Rates([(client.name, client.calls_per_minute) for client in everybody])
    published.when_changed(lambda accepted: _record_release(accepted, log))
    requests = RequestStore(settings.requests) if settings.requests else None
    services = tuple(s for s in SERVICES if settings.services is None or s.id in settings.services)
    turned_away = TurnedAway(log.append, in_force, {service.id for service in services})
    first_use = TokensSeen(database, settings.if_not_recorded).first_use

    app = Flask("cds_service", static_folder=None)
    app.url_map.strict_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    # Each counts what went wrong.
    app.extensions |= {"decision_log": log, "checkpoints": checkpoints, "turned_away": turned_away}
    measures = Measures()
    outcomes.install(app, measures.refused)
    cors.install(app, settings, frozenset(origin for client in listed.clients for origin in client.cors_origins))
    _observe(app)
    key_sets = KeySets(Fetching(settings.sandbox, settings.ca_file, published_too=settings.sandbox))
    verifier = Verifier(listed.clients, key_sets, first_use)
    entrance.install(app, verifier, turned_away.note, anybody, rates, closed_discovery=listed.closed_discovery)
    app.register_blueprint(discovery(services))
    keep = keeper(log.append, requests, pseudonyms, settings.site)
    app.register_blueprint(
        hooks(services, pins, keep, refuser(log.append), Declines(database, pseudonyms).topics, measures)
    )
    app.register_blueprint(feedback(services, FeedbackStore(database, checkpoints.stored)))
    app.register_blueprint(health(in_force, log, published))
    app.register_blueprint(metrics(measures, in_force, log, published))
    app.register_blueprint(knowledge_pages(published, settings.releases, settings.public_url or ""))
    app.register_blueprint(
        decisions(log, lambda client: pins.get(client, in_force).code_maps, Auditors(settings), settings.releases)
    )
    app.register_blueprint(knowledge_diff(settings.releases))
    app.register_blueprint(site_pack(services, in_force, settings.public_url))
    app.register_blueprint(openapi(services, in_force.release, sandbox=settings.sandbox))
    if settings.sandbox:
        app.register_blueprint(sample_fhir())
    return app


def _check_authorities(ca_file: Path | None) -> None:
    try:
        if ca_file is not None:
            trusting(ca_file)
    except OSError as problem:
        raise ConfigurationError(
            f"HEEL_CDS_CA_FILE: no certificate can be read at {ca_file} ({type(problem).__name__}); expected PEM "
            "with certificates of your own authorities, each from BEGIN CERTIFICATE to END CERTIFICATE"
        ) from None


def _log_of(settings: Settings) -> tuple[Engine, DecisionLog, Checkpoints]:
    """The database, the decision log in it, and its checkpoints with one of how it stands now."""
    key = signing_key(settings)
    database = open_database(settings.database_url)
    due = Schedule(settings.checkpoint_records, settings.checkpoint_minutes, settings.checkpoints, settings.ca_file)
    checkpoints = Checkpoints(database, key, due)
    checkpoints.begin()
    return database, DecisionLog(database, settings.if_not_recorded, checkpoints.stored), checkpoints


def _record_release(accepted: Accepted, log: DecisionLog) -> None:
    """Put on record which release is in force."""
    try:
        log.append(record_of(accepted, engine(), datetime.now(UTC)))
    except NotRecorded as problem:
        LOG.error("the release in force could not be recorded", extra={"error": str(problem)})


def _observe(app: Flask) -> None:
    """Give each request an id, and log one line for it: no address, no body, no header."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        g.began = time.perf_counter()

    @app.after_request
    def end(answer: Response) -> Response:
        answer.headers["X-Request-Id"] = g.get("request_id", "")
        answer.headers["X-Content-Type-Options"] = "nosniff"
        LOG.info("request", extra=_line(answer))
        return answer


def _line(answer: Response) -> dict[str, object]:
    line: dict[str, object] = {
        "request_id": g.get("request_id", ""),
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else "none",
        "status": answer.status_code,
        "milliseconds": round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 2),
    }
    return line | {name: g.get(name) for name in ("service", "cards") if g.get(name) is not None}
