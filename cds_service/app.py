"""The application: wires settings, knowledge, records and routes once, at start."""

from __future__ import annotations

import logging
import os
import time
import uuid

from flask import Flask, Response, g, request

from cds_service import outcomes
from cds_service.decide import InForce
from cds_service.errors import ConfigurationError
from cds_service.intake.concept_maps import CodeMaps
from cds_service.pinning import Pins, load_verified
from cds_service.records.checkpoints import Checkpoints, Schedule
from cds_service.records.database import open_database
from cds_service.records.decision_log import DecisionLog
from cds_service.records.keeping import keeper, refuser
from cds_service.records.log_key import signing_key
from cds_service.records.retained import RequestStore
from cds_service.routes.decisions import decisions
from cds_service.routes.discovery import discovery
from cds_service.routes.health import health
from cds_service.routes.hooks import hooks
from cds_service.routes.knowledge_diff import knowledge_diff
from cds_service.routes.sample_fhir import sample_fhir
from cds_service.services import SERVICES
from cds_service.settings import Settings
from cds_service.trust import cors
from cds_service.trust.auditors import Auditors
from cds_service.trust.clients import the_client
from knowledge.errors import ReleaseError
from knowledge.release import Release, load_release

LOG = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application. Raises `ConfigurationError` where the settings make no safe service."""
    settings = settings or Settings.from_env(os.environ)
    for warning in settings.unknown:
        LOG.warning("a variable is not a setting", extra={"settings": warning})
    client = the_client(settings)
    in_force = InForce(knowledge_of(settings), CodeMaps.load(settings.code_maps), shadow_of(settings))
    log, checkpoints = _log_of(settings)
    requests = RequestStore(settings.requests) if settings.requests else None
    pins = Pins(in_force)
    keep, refuse = keeper(log.append, requests), refuser(log.append, client, in_force)
    services = tuple(s for s in SERVICES if settings.services is None or s.id in settings.services)

    app = Flask("cds_service", static_folder=None)
    app.url_map.strict_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.extensions |= {"decision_log": log, "checkpoints": checkpoints}  # both count what went wrong
    outcomes.install(app)
    cors.install(app, settings)
    _observe(app)
    app.register_blueprint(discovery(services))
    app.register_blueprint(hooks(services, client, pins, keep, refuse))
    app.register_blueprint(health(in_force.release, log, pins.superseded_by))
    app.register_blueprint(decisions(log, in_force.code_maps, Auditors(settings)))
    app.register_blueprint(knowledge_diff())
    if settings.sandbox:
        app.register_blueprint(sample_fhir())
    return app


def _log_of(settings: Settings) -> tuple[DecisionLog, Checkpoints]:
    """The decision log, and its checkpoints with one of how it stands now."""
    key = signing_key(settings)
    database = open_database(settings.database_url)
    due = Schedule(settings.checkpoint_records, settings.checkpoint_minutes, settings.checkpoints)
    checkpoints = Checkpoints(database, key, due)
    checkpoints.begin()
    return DecisionLog(database, settings.if_not_recorded, checkpoints.stored), checkpoints


def knowledge_of(settings: Settings) -> Release:
    """The release the settings name, once all its worked cases hold. Raises `ConfigurationError` otherwise."""
    try:
        return load_verified(settings.knowledge)
    except ReleaseError as problem:
        raise ConfigurationError(f"HEEL_CDS_KNOWLEDGE: {problem}") from problem


def shadow_of(settings: Settings) -> Release | None:
    """The release to evaluate beside the one in force. Raises `ConfigurationError` when it cannot be used."""
    try:
        return load_release(settings.shadow) if settings.shadow else None
    except ReleaseError as problem:
        raise ConfigurationError(f"HEEL_CDS_SHADOW: {problem}") from problem


def _observe(app: Flask) -> None:
    """Give each request an id, and log one line for it: no address, no body, no header."""

    @app.before_request
    def begin() -> None:
        g.request_id = uuid.uuid4().hex
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
