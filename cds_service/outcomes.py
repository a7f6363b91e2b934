"""Error answers: always a FHIR OperationOutcome, never a patient value, a token or a stack trace."""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec
from flask import Flask, Response, g, has_app_context
from werkzeug.exceptions import HTTPException

from cds_service.errors import NotRecorded, NotTrusted, RequestError, TooManyCalls

LOG = logging.getLogger(__name__)
FHIR_JSON = "application/fhir+json"
_ISSUE_CODES = {404: "not-found", 405: "not-supported", 413: "too-long", 415: "not-supported", 429: "throttled"}
_TEXTS = {
    404: ("There is nothing at this address.", "GET /cds-services lists the services."),
    405: ("This address does not take that method.", "The Allow header names those it takes."),
    413: ("The body is larger than this service takes.", "Send only what the prefetch templates ask for."),
}


def outcome(status: int, code: str, text: str, diagnostics: str = "") -> Response:
    """An answer with one issue. `code` is a FHIR issue-type code."""
    severity = "fatal" if status >= 500 else "error"
    issue = {"severity": severity, "code": code, "details": {"text": text}}
    if has_app_context():
        g.issue = code
    if diagnostics:
        issue["diagnostics"] = diagnostics
    body = msgspec.json.encode({"resourceType": "OperationOutcome", "issue": [issue]})
    return Response(body, status=status, content_type=FHIR_JSON)


def status_and_code(problem: Exception) -> tuple[int, str]:
    """The HTTP status and the FHIR issue-type code with which an error is answered: all a record of it may say."""
    match problem:
        case RequestError():
            return problem.status, problem.code
        case NotTrusted():
            return 401, "login"
        case NotRecorded():
            return 503, "no-store"
        case HTTPException():
            status = problem.code or 500
            return status, _ISSUE_CODES.get(status, "processing")
        case _:
            return 500, "exception"


def install(app: Flask, count: Callable[[int, str], None]) -> None:
    """Turn every error into an OperationOutcome, and `count` it by status and issue-type code."""

    @app.after_request
    def counted(answer: Response) -> Response:
        if answer.status_code >= 400:
            count(answer.status_code, g.get("issue", "processing"))
        return answer

    app.register_error_handler(RequestError, _refused)
    app.register_error_handler(NotTrusted, _not_trusted)
    app.register_error_handler(NotRecorded, _not_recorded)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _refused(problem: RequestError) -> Response:
    answer = outcome(problem.status, problem.code, problem.text, problem.diagnostics)
    if isinstance(problem, TooManyCalls):
        answer.headers["Retry-After"] = str(problem.seconds)
    return answer


def _not_trusted(_: NotTrusted) -> Response:
    answer = outcome(401, "login", "The caller is not known here.")  # and no more: the log has the reason
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _not_recorded(problem: NotRecorded) -> Response:
    LOG.error("the decision could not be recorded, so its cards were not given", extra={"error": str(problem)})
    return outcome(
        503, "no-store", "The decision could not be recorded, so no card is given.", "Check /readyz and the database."
    )


def _http(problem: HTTPException) -> Response:
    status = problem.code or 500
    text, hint = _TEXTS.get(status, (problem.name, ""))
    answer = outcome(status, _ISSUE_CODES.get(status, "processing"), text, hint)
    for name, value in problem.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


def _unforeseen(problem: Exception) -> Response:
    # The text of an exception may hold a chart value, so only its kind and place are logged.
    place = problem.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "nowhere"
    LOG.error("unforeseen error", extra={"error": type(problem).__name__, "where": where})
    hint = f"Nothing was decided. Quote request id {g.get('request_id', 'none')} to the operator of the service."
    return outcome(500, "exception", "The service failed on this request.", hint)
