"""Looking into JSON that may not be what FHIR says it is.

A part that is missing reads as empty. A part of the wrong JSON type raises `Unreadable`, so that the one
resource holding it is left out and counted, and nothing else is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from cds_service.intake.identity import reference_of

Json = dict[str, Any]
T = TypeVar("T")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
PLANNED_INTENTS = frozenset({"proposal", "plan", "option"})  # of a request that asks for nothing yet
LONGEST_DISPLAY = 120
LONGEST_TEXT = 2000  # characters of free text that are looked at; concepts are named far sooner


class Unreadable(ValueError):
    """The resource cannot be read. Never carries what stood in it."""


def members(value: Any) -> list[Any]:
    """The elements of something that is a list in one FHIR version and single in another; nulls left out."""
    if value is None:
        return []
    return [member for member in value if member is not None] if isinstance(value, list) else [value]


def objects(value: Any) -> list[Json]:
    """As `members`, where each must be a JSON object."""
    found = members(value)
    if not all(isinstance(member, dict) for member in found):
        raise Unreadable("an object was expected")
    return found


def single(value: Any) -> Json:
    """The object, the first of several, or an empty one."""
    found = objects(value)
    return found[0] if found else {}


def word(value: Any) -> str:
    """A code of FHIR's own, trimmed and in lower case: `"Active "` is `"active"`; anything else is `""`."""
    return value.strip().lower() if isinstance(value, str) else ""


def text(value: Any) -> str:
    """Free text in one plain form: NFKC, no invisible characters, single spaces; `""` where there is none."""
    return _plain(value[:LONGEST_TEXT]) if isinstance(value, str) else ""


def recurring(read: Callable[[str], T]) -> Callable[[str], T]:
    """Remembers what was made of short wordings, which recur from chart to chart.

    Longer wording is one patient's own and is not kept.
    """
    remembered = lru_cache(maxsize=8192)(read)

    @wraps(read)
    def reading(wording: str) -> T:
        return remembered(wording) if len(wording) <= LONGEST_DISPLAY else read(wording)

    return reading


@recurring
def _plain(value: str) -> str:
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", value)).split())


def trimmed(value: str) -> str:
    """A code or address without blanks or invisible characters around it; never repaired inside."""
    value = unicodedata.normalize("NFKC", value)
    start, end = 0, len(value)
    while start < end and _is_blank(value[start]):
        start += 1
    while end > start and _is_blank(value[end - 1]):
        end -= 1
    return value[start:end]


def _is_blank(character: str) -> bool:
    return character.isspace() or _INVISIBLE.match(character) is not None


def status_of(value: Any) -> str:
    """A status in any of its shapes: a code string (STU3), a CodeableConcept (R4), a list of them."""
    for member in members(value):
        if isinstance(member, str):
            return word(member)
        if isinstance(member, dict):
            return next(
                (code for c in objects(member.get("coding")) if (code := word(c.get("code")))), word(member.get("text"))
            )
        raise Unreadable("a status is a code or a CodeableConcept")
    return ""


def reference_to(resource: Json) -> str:
    """`Type/id` of a resource, or `Type/?` where it has no usable id."""
    return reference_of(resource) or f"{resource['resourceType']}/?"


def value_of(resource: Json, name: str) -> tuple[str, Any]:
    """A choice element `name[x]`: its type suffix and value, as ("Quantity", {...}); ("", None) if absent."""
    for key, value in resource.items():
        if value is not None and key.startswith(name) and len(key) > len(name) and key[len(name)].isupper():
            return key[len(name) :], value
    return "", None


def is_true(value: Any) -> bool:
    return value is True
