"""The access token of one call, and what it lets us read. Held for the call only, never shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from cds_service.intake.deadline import Deadline
from cds_service.intake.identity import typed

_TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")
_SCOPE = re.compile(r"(?:patient|user|system)/(\*|[A-Za-z]+)\.(read|write|\*|[cruds]+)(\?\S*)?")
_READ = frozenset({"read", "*"})


class Secret:
    """A text that neither logs, tracebacks nor pickles can show."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(hidden)"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not stored")


class Reach(Enum):
    """How much of a type a token lets us read: a scope with a query gives a part of it."""

    NONE = "none"
    PART = "part"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Authorization:
    """A `fhirAuthorization` that passed all checks.

    `patient` is whom it is limited to, if anybody; `subject` the client id under which we are registered there.
    """

    token: Secret
    valid_until: Deadline
    scopes: tuple[str, ...]
    patient: str | None = None
    subject: str = ""

    def reach(self, resource_type: str, *, search: bool) -> Reach:
        """What may be had of a type by search, or by read of one resource."""
        queries = [query for scope in self.scopes if (query := _granted(scope, resource_type, search)) is not None]
        if not queries:
            return Reach.NONE
        return Reach.WHOLE if "" in queries else Reach.PART


def _granted(scope: str, resource_type: str, search: bool) -> str | None:
    """The query that narrows a scope, empty when none does; `None` when it does not grant this."""
    found = _SCOPE.fullmatch(scope)
    if found is None or found[1] not in ("*", resource_type):
        return None
    granted = found[2] in _READ or ("s" if search else "r") in found[2].removeprefix("write")
    return (found[3] or "") if granted else None


def read_authorization(value: Any) -> Authorization | str:
    """The authorization, or the name of the first member that is missing or wrong."""
    if not isinstance(value, Mapping):
        return "fhirAuthorization"
    if wrong := next((name for name, fits in _CHECKS.items() if not fits(value.get(name))), None):
        return f"fhirAuthorization.{wrong}"
    patient = value.get("patient")
    return Authorization(
        token=Secret(value["access_token"]),
        valid_until=Deadline.after(value["expires_in"]),
        scopes=tuple(value["scope"].split()),
        patient=(typed(patient) or patient).removeprefix("Patient/") if isinstance(patient, str) else None,
        subject=value["subject"],
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "access_token": lambda value: isinstance(value, str) and _TOKEN.fullmatch(value) is not None,
    "token_type": lambda value: isinstance(value, str) and value.lower() == "bearer",
    "expires_in": lambda value: type(value) is int and 0 < value < 10**9,
    "scope": _is_text,
    "subject": _is_text,
    "patient": lambda value: value is None or _is_text(value),
}
