"""`/openapi.json` tells of every route and of no other, and the service keeps to it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.calls import sample, service_of
from tests.components import require
from tests.conftest import AppMaker
from tests.running import running
from tests.tokens import production

# A request may keep to a JSON Schema and still not be one that can be answered: drafts that are no Bundle, a day that
# is in no calendar. The error says which member; the schema cannot.
BEYOND_A_SCHEMA = "positive_data_acceptance"


def described(http: FlaskClient) -> Any:
    return http.get("/openapi.json").json


def routes_of(app: Flask) -> set[tuple[str, str]]:
    """Method and path of each route; converters and the names of members do not matter."""
    return {
        (method, re.sub(r"<(?:\w+:)?\w+>", "{}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def told_of(document: Any) -> set[tuple[str, str]]:
    return {
        (method.upper(), re.sub(r"{\w+}", "{}", path))
        for path, item in document["paths"].items()
        for method in item
        if method in ("get", "post", "put", "delete", "patch")
    }


def test_every_route_is_told_of_and_no_other(app: Flask) -> None:
    # GET of `_search` is a read of a resource that cannot be, by the route of reads.
    assert told_of(described(app.test_client())) - {("GET", "/sample-fhir/{}/_search")} == routes_of(app)


def test_in_production_the_sample_server_is_not(make_app: AppMaker, tmp_path: Path) -> None:
    app = production(make_app, tmp_path).application
    assert told_of(described(app.test_client())) == routes_of(app)


def test_the_document_is_openapi_3_1(http: FlaskClient, tmp_path: Path) -> None:
    validator = require("schemathesis").with_name("openapi-spec-validator")
    (tmp_path / "openapi.json").write_bytes(http.get("/openapi.json").data)
    told = subprocess.run([validator, tmp_path / "openapi.json"], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_an_answer_keeps_to_the_schema_told_of(http: FlaskClient) -> None:
    document = described(http)
    schema = {"$ref": "#/components/schemas/Response", "components": document["components"]}
    answer = http.post(service_of("patient-view"), json=sample()).json
    jsonschema.Draft202012Validator(schema).validate(answer)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(answer | {"more": 1})


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("home")) as service:
        yield service.url


def test_schemathesis_finds_nothing(url: str, tmp_path: Path) -> None:
    command = [
        *(require("schemathesis"), "run", f"{url}/openapi.json", "--seed", "20261125", "--max-examples", "25"),
        *("--phases", "examples,coverage,fuzzing", "--exclude-checks", BEYOND_A_SCHEMA, "--continue-on-failure"),
        *("--no-color", "--request-timeout", "30"),
    ]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout
    assert " passed" in told.stdout
