"""JSON as it comes from outside: either a value that is safe to walk, or a refusal that says where it breaks."""

from __future__ import annotations

import codecs
from typing import Any

import msgspec

from cds_service.errors import RequestError

DEEPEST = 100  # levels; a questionnaire nested twenty items deep has about sixty
_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_ENVELOPES = ("context", "prefetch", "fhirAuthorization")
_LENIENT = "JSON must be UTF-8, without NaN or Infinity, comments, trailing commas or lone surrogates."


def read_json(body: bytes) -> Any:
    """The value of a JSON text. A UTF-8 byte order mark is passed over.

    Raises `RequestError` 400 for text that is no JSON, is not UTF-8, or nests deeper than `DEEPEST` levels.
    """
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        value = msgspec.json.decode(body)
    except UnicodeDecodeError:
        raise _malformed("It is not UTF-8.") from None
    except (msgspec.DecodeError, ValueError) as problem:
        raise _malformed(_where(body, problem)) from None
    except RecursionError:
        raise _too_deep() from None
    if _deeper_than(value, DEEPEST):
        raise _too_deep()
    return value


def read_object(body: bytes) -> dict[str, Any]:
    """The members of a JSON object, as `read_json`; members of its envelopes may not occur twice."""
    value = read_json(body)
    if not isinstance(value, dict):
        raise RequestError(
            400, "structure", "The body is JSON, but not an object.", "Send one CDS Hooks request: an object in braces."
        )
    _refuse_repeated(body.removeprefix(codecs.BOM_UTF8))
    return value


def _where(body: bytes, problem: Exception) -> str:
    if not body.strip():
        return "It is empty."
    if body.startswith(_OTHER_ENCODINGS) or b"\0" in body[:4]:
        return "It is UTF-16 or UTF-32."
    return f"{problem}."


def _malformed(what: str) -> RequestError:
    return RequestError(400, "structure", "The body is not JSON.", f"{what} {_LENIENT}")


def _too_deep() -> RequestError:
    return RequestError(
        400, "structure", f"The JSON nests deeper than {DEEPEST} levels.", "No FHIR resource needs that; send less."
    )


def _deeper_than(value: Any, levels: int) -> bool:
    level = [value]
    while level and levels >= 0:
        levels -= 1
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent)
            if type(child) is dict or type(child) is list
        ] if type(level[0]) in (dict, list) else []
    return bool(level)


class _Name(str):
    """A member name that equals no other, so that a dict keeps both of two alike."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other
