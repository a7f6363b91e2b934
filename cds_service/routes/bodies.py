"""The JSON body of a call, whole or refused."""

from __future__ import annotations

import sys

from flask import request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import RequestEntityTooLarge

from cds_service.errors import RequestError

JSON_TYPES = frozenset({"application/json", "application/fhir+json", "application/json+fhir"})


def json_body() -> bytes:
    """The bytes of a body declared as JSON. Raises `RequestError` 400 where it breaks off, 413 too large, 415."""
    _check_type()
    try:
        body = request.get_data()
    except (OSError, ParseException):
        raise RequestError(
            400, "structure", "The body broke off, or is not chunked as it says.", "Send it whole."
        ) from None
    if request.content_length is None and len(body) >= (request.max_content_length or sys.maxsize):
        # A body sent in chunks is cut at the limit without a word.
        raise RequestEntityTooLarge
    return body


def _check_type() -> None:
    if request.mimetype not in JSON_TYPES:
        raise RequestError(
            415, "not-supported", "The body is not declared as JSON.", "Send Content-Type: application/json."
        )
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise RequestError(415, "not-supported", "The body is compressed.", "Send it without a Content-Encoding.")
