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
    if "truncated" in str(problem):
        return "It ends too early, or holds half of a surrogate pair."
    return f"{problem}."


def _malformed(what: str) -> RequestError:
    return RequestError(400, "structure", "The body is not JSON.", f"{what} {_LENIENT}")


def _too_deep() -> RequestError:
    return RequestError(
        400, "structure", f"The JSON nests deeper than {DEEPEST} levels.", "No FHIR resource needs that; send less."
    )


def _deeper_than(value: Any, levels: int) -> bool:
    level = [value]
    for _ in range(levels + 1):
        containers = [item for item in level if type(item) is dict or type(item) is list]
        if not containers:
            return False
        level = [child for item in containers for child in (item.values() if type(item) is dict else item)]
    return True


class _Name:
    """A member name that equals no other, so that a dict keeps both of two alike."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def _refuse_repeated(body: bytes) -> None:
    """Refuse a member that comes twice where it would decide whose call this is.

    Within resources the last one counts, as in most parsers: one odd resource must not cost the call.
    """
    top = _members(body, "the request")
    for name, raw in top:
        if name in _ENVELOPES and bytes(raw).lstrip().startswith(b"{"):
            _members(bytes(raw), name)


def _members(body: bytes, where: str) -> list[tuple[str, msgspec.Raw]]:
    found: dict[_Name, msgspec.Raw] = msgspec.json.decode(
        body, type=dict[_Name, msgspec.Raw], dec_hook=lambda name, text: name(text)
    )
    names = [name.text for name in found]
    if len(set(names)) < len(names):
        raise RequestError(
            400,
            "structure",
            f"A member of {where} occurs twice.",
            "Send each name once; which of two is meant is unknown.",
        )
    return [(name.text, raw) for name, raw in found.items()]
