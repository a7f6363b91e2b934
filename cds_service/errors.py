"""The errors of the service, one tree. Each text teaches: where, found, expected, what to do.

None ever carries a value from a chart, or a token.
"""

from __future__ import annotations


class HeelCdsError(Exception):
    """Base of all errors this project raises on purpose."""


class ConfigurationError(HeelCdsError):
    """The settings make no safe service: refuse to start."""


class RequestError(HeelCdsError):
    """The call cannot be answered with cards.

    `status` is the HTTP status, `code` a FHIR issue-type code (`structure`, `required`, `invalid`,
    `not-found`, `too-long`, ...), `text` one sentence for people, `diagnostics` what to do about it.
    """

    def __init__(self, status: int, code: str, text: str, diagnostics: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text
        self.diagnostics = diagnostics


class TooManyCalls(RequestError):
    """The client called more often than it may; it may again in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            429,
            "throttled",
            "The client calls more often than it may.",
            "Wait as Retry-After says; the limit is calls_per_minute of the client, or HEEL_CDS_CALLS_PER_MINUTE.",
        )
        self.seconds = seconds


class NotTrusted(HeelCdsError):
    """The caller is not known. The answer never says why; the log does.

    `reason` is a code, never anything of the token. `client` is the name of the client where its key has signed the
    token that was not good for this call.
    """

    def __init__(self, reason: str, client: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.client = client


class Upstream(HeelCdsError):
    """The client's FHIR server did not give what was asked. `cause` is a fixed word, never its text."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class NotRecorded(HeelCdsError):
    """The record of a decision could not be stored, so its cards may not be shown."""


class NotDelivered(HeelCdsError):
    """A checkpoint did not reach the place the hospital keeps for it."""
