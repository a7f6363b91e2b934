"""JSON Schemas of what goes over the wire. They are closed: what they do not name is never sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent


def schema(name: str) -> dict[str, Any]:
    """The schema of `response` or `discovery`."""
    loaded: dict[str, Any] = json.loads((_FOLDER / f"{name}.schema.json").read_text("utf-8"))
    return loaded


def openapi(version: str, services: Sequence[str], release: tuple[str, str]) -> dict[str, Any]:
    """The OpenAPI description of all routes, complete with the schemas of CDS Hooks.

    `version` is the service's, `services` are the ids offered, `release` name and version of one to show as example.
    """
    described: dict[str, Any] = yaml.safe_load((_FOLDER / "openapi.yaml").read_text("utf-8"))
    described["info"]["version"] = version
    parameters = described["components"]["parameters"]
    parameters["service"]["schema"]["enum"] = list(services)
    parameters["name"]["schema"]["enum"] = [release[0]]
    parameters["version"]["examples"] = {"newest": {"value": release[1]}}
    for name in ("discovery", "response", "feedback"):
        described["components"]["schemas"][name.capitalize()] = _placed(schema(name), name.capitalize())
    return described


def _placed(part: Any, name: str) -> Any:
    """A schema within the description: what it refers to within itself is found where it now stands."""
    if isinstance(part, list):
        return [_placed(member, name) for member in part]
    if not isinstance(part, dict):
        return part
    placed = {key: _placed(member, name) for key, member in part.items() if key not in ("$id", "$schema")}
    if isinstance(reference := placed.get("$ref"), str) and reference.startswith("#/"):
        placed["$ref"] = f"#/components/schemas/{name}{reference.removeprefix('#')}"
    return placed
