"""The shape of a release is closed: what the schema does not name is refused, wherever it stands."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from knowledge.authored import SCHEMA
from tests.releases.drafted import drafts


@cache
def schema() -> dict[str, Any]:
    return dict(json.loads(SCHEMA.read_text("utf-8")))


def problems(content: dict[str, Any]) -> list[str]:
    return [error.message for error in Draft202012Validator(schema()).iter_errors(content)]


def objects(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield path, node
        for name, member in node.items():
            yield from objects(member, f"{path}/{name}")
    elif isinstance(node, list):
        for place, member in enumerate(node):
            yield from objects(member, f"{path}/{place}")


def test_the_schema_is_sound_by_its_own_standard() -> None:
    Draft202012Validator.check_schema(schema())


def test_the_drafts_fit_the_schema() -> None:
    assert problems(drafts()) == []


def test_no_object_of_the_schema_is_open() -> None:
    assert [path for path, node in objects(schema()) if "additionalProperties" not in node] == []


def test_each_definition_is_used() -> None:
    text = json.dumps(schema())
    assert [name for name in schema()["$defs"] if f'"#/$defs/{name}"' not in text] == []


@pytest.mark.parametrize("section", ["concepts", "facts", "rules", "recommendations", "actions", "evidence"])
def test_a_name_nobody_described_is_refused_in_each_section(section: str) -> None:
    content = copy.deepcopy(drafts())
    next(iter(content[section].values()))["colour"] = "red"
    assert problems(content)


def test_a_section_nobody_described_is_refused() -> None:
    assert problems({**drafts(), "opinions": {}})


def test_a_missing_section_is_refused() -> None:
    assert problems({name: value for name, value in drafts().items() if name != "trace"})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), "1.0"),
        (("source", "url"), "http://docus.ai/"),
        (("concepts", "heel-pain", "codes", "snomed"), [2733002]),
        (("concepts", "heel-pain", "codes", "snomed-ct"), ["2733002"]),
        (("concepts", "heel-pain", "words"), ["Heel Pain"]),
        (("facts", "thompson-test", "kind"), "boolean"),
        (("facts", "thompson-test", "unit"), "min"),
        (("facts", "pain-severity", "plausible"), [0, 5, 10]),
        (("facts", "heel-complaint", "when"), {"some": ["night-pain"]}),
        (("facts", "heel-complaint", "when"), {"number": {"fact": "age"}}),
        (("facts", "heel-complaint", "when"), {"all": []}),
        (("wording", "en", "facts", "thompson-test"), {"present": "Thompson test positive"}),
        (("wording", "en", "facts", "pain-severity"), {"value": "severe", "ask": "pain"}),
        (("wording", "en", "phrases", "why"), "Why\nnot"),
    ],
)
def test_what_cannot_be_right_is_refused(path: tuple[str, ...], value: Any) -> None:
    content = copy.deepcopy(drafts())
    parent = content
    for name in path[:-1]:
        parent = parent[name]
    parent[path[-1]] = value
    assert problems(content)
