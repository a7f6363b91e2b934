"""What does not fit the schema of the clients file, told so that its author can mend it: where, found, expected."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

SCHEMA: Mapping[str, Any] = json.loads(Path(__file__).with_name("clients.schema.json").read_text("utf-8"))
_KINDS = {
    dict: "a mapping",
    list: "a list",
    str: "the text",
    int: "the number",
    float: "the number",
    bool: "the value",
    type(None): "nothing",
}
_MOST_LETTERS = 60


def faults(content: Any) -> list[str]:
    """One sentence for each fault, in the order of the file; keys are never repeated in one."""
    found = Draft202012Validator(SCHEMA).iter_errors(content)
    return [_told(fault, content) for fault in sorted(found, key=lambda fault: [str(p) for p in fault.absolute_path])]


def where(path: Iterable[str | int], content: Any) -> str:
    """A place as a reader of the file finds it; an entry is called by its name too."""
    told = ""
    for part in path:
        content = content[part]
        if isinstance(part, int):
            name = content.get("name") if isinstance(content, dict) else None
            told += f"[{part}] ({name})" if isinstance(name, str) else f"[{part}]"
        else:
            told += f".{part}"
    return told.lstrip(".") or "the file"


def _told(fault: ValidationError, content: Any) -> str:
    place = where(fault.absolute_path, content)
    schema: Any = fault.schema
    members: Any = fault.instance
    demanded: Any = fault.validator_value
    if fault.validator == "additionalProperties":
        known = schema["properties"]
        strange = next(name for name in members if name not in known)
        close = difflib.get_close_matches(strange, known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"expected one of {', '.join(known)}"
        return f"{place}: found the member {strange!r}, which there is not; {hint}"
    if fault.validator == "required":
        missing = next(name for name in demanded if name not in members)
        return f"{place}: {missing} is missing; expected {schema['properties'][missing]['description']}"
    secret = "jwks" in fault.absolute_path
    return f"{place}: found {_found(fault.instance, secret)}, expected {_expected(fault)}"


def _found(value: Any, secret: bool) -> str:
    kind = _KINDS.get(type(value), "a value")
    if isinstance(value, dict | list):
        return kind if value else f"{kind} that is empty"
    return kind if secret or value is None else f"{kind} {str(value)[:_MOST_LETTERS]!r}"


def _expected(fault: ValidationError) -> str:
    """The innermost description on the way to what was not met."""
    node: Any = SCHEMA
    described = str(SCHEMA["description"])
    for part in fault.absolute_schema_path:
        if isinstance(node, Mapping) and "$ref" in node:  # which the path leaves out
            node = SCHEMA["$defs"][node["$ref"].rpartition("/")[2]]
        node = node[part]
        if isinstance(node, Mapping) and "description" in node:
            described = str(node["description"])
    twice = "; each stands once" if fault.validator == "uniqueItems" else ""
    return described + twice
