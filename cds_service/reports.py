"""What a client reports of the cards it showed, checked and in one spelling.

Free text (`userComment`) is not kept: it may be about the patient. Nor is a code that is no code.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from cds_service.errors import RequestError
from cds_service.intake.json_text import read_object
from cds_service.records.reasons import OTHER
from cds_service.wire import schema

ACCEPTED, OVERRIDDEN = "accepted", "overridden"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/#-]{0,63}")
_SYSTEM = re.compile(r"(https?://|urn:)[A-Za-z0-9._~:/-]{1,200}")


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one card. `card` is None where what was sent is no uuid, as no card of ours can be.

    `reason` is a code, None where none was given, and "other" where what was given is no code.
    """

    card: str | None
    outcome: str
    at: datetime
    suggestions: tuple[str, ...] = ()
    system: str | None = None
    reason: str | None = None


def read_reports(body: bytes) -> list[Report]:
    """The reports of a feedback call.

    Raises `RequestError` 400 with the place of what is wrong; then none of them counts.
    """
    request = read_object(body)
    problem = next(_validator().iter_errors(request), None)
    if problem is not None:
        raise _refusal(*_told(problem))
    return list(_reports(request["feedback"]))


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema("feedback"))


def _reports(entries: list[dict[str, Any]]) -> Iterator[Report]:
    for place, entry in enumerate(entries):
        accepted = entry["acceptedSuggestions"] if entry["outcome"] == ACCEPTED else ()
        system, reason = _reason(entry) if entry["outcome"] == OVERRIDDEN else (None, None)
        yield Report(
            card=_uuid(entry["card"]),
            outcome=entry["outcome"],
            at=_instant(entry["outcomeTimestamp"], place),
            suggestions=tuple(dict.fromkeys(_uuid(one["id"]) or OTHER for one in accepted)),
            system=system,
            reason=reason,
        )


def _uuid(text: str) -> str | None:
    try:
        return str(uuid.UUID(text.strip().lower().removeprefix("urn:uuid:")))
    except ValueError:
        return None


def _instant(text: str, place: int) -> datetime:
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        expected = schema("feedback")["$defs"]["entry"]["properties"]["outcomeTimestamp"]["description"]
        raise _refusal(f"feedback[{place}].outcomeTimestamp", expected) from None


def _reason(entry: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """System and code of the reason chosen, by the standard's name or by Epic's."""
    given = entry.get("overrideReason") or entry.get("overrideReasons") or {}
    coding = given.get("reason")
    if coding is None:
        return None, None
    system, code = coding.get("system"), coding["code"]
    if _CODE.fullmatch(code) and (system is None or _SYSTEM.fullmatch(system)):
        return system, code
    return None, OTHER


def _told(problem: ValidationError) -> tuple[str, str]:
    """Where it is, and what belongs there; nothing of what stood there."""
    where, about = list(problem.absolute_path), cast(dict[str, Any], problem.schema)
    if problem.validator == "required":
        wanted = cast(list[str], problem.validator_value)
        missing = next(name for name in wanted if name not in cast(dict[str, Any], problem.instance))
        where, about = [*where, missing], about["properties"][missing]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where)
    return path.removeprefix(".") or "the body", about.get("description", "a text of 1 to 200 characters")


def _refusal(where: str, expected: str) -> RequestError:
    return RequestError(
        400, "structure", f"{where} is missing or not valid, so nothing was stored.", f"Send {where}: {expected}."
    )
