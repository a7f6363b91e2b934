"""Against a FHIR server that nobody here wrote: Medplum's router and repository, paged by seven."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import calls
from tests.components import ROOT, require

TOKEN = "token-of-the-test"
PER_PAGE = 7
RESOURCES = 200
SAMPLES = ("plantar-heel-pain", "achilles-rupture", "calcaneal-stress-fracture")


@dataclass(frozen=True)
class Server:
    """A running FHIR server, and what it has been asked: method, path and query, one line a request."""

    url: str
    log: list[str]


@contextmanager
def serving(patients: list[Path]) -> Iterator[Server]:
    script = ROOT / "tests/tools/fhir_server.mjs"
    command = ["node", "--experimental-websocket", script, require("node"), TOKEN, str(PER_PAGE), *patients]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    server = Server(process.stdout.readline().strip(), [])
    listener = Thread(target=lambda: server.log.extend(process.stdout or ()))
    listener.start()
    try:
        yield server
    finally:
        process.terminate()
        process.wait()
        listener.join()
        process.stdout.close()


def filled(request: dict[str, Any]) -> dict[str, Any]:
    """A sample with unrelated observations added until its patient has `RESOURCES` resources."""
    resources = list(resources_of(request))
    person = request["context"]["patientId"]
    entries = request["prefetch"]["observations"]["entry"]
    for number in range(RESOURCES - len(resources)):
        entries.append({"resource": pulse(person, number)})
    return request


def pulse(person: str, number: int) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": f"{person}-pulse-{number}",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": {"reference": f"Patient/{person}"},
        "effectiveDateTime": f"2026-0{1 + number % 9}-{1 + number % 28:02}",
        "valueQuantity": {"value": 60 + number % 20, "system": "http://unitsofmeasure.org", "code": "/min"},
    }


def resources_of(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for value in request["prefetch"].values():
        if value and value["resourceType"] == "Bundle":
            yield from (entry["resource"] for entry in value.get("entry", []))
        elif value:
            yield value


@pytest.fixture(scope="module")
def requests_of_patients() -> dict[str, dict[str, Any]]:
    return {name: filled(calls.sample(name)) for name in SAMPLES}


@pytest.fixture(scope="module")
def server(requests_of_patients: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("fhir-server")
    files = []
    for name, request in requests_of_patients.items():
        files.append(folder / f"{name}.json")
        files[-1].write_text(json.dumps(calls.bundle(*resources_of(request), kind="collection")))
    with serving(files) as running:
        yield running


def without_prefetch(request: dict[str, Any], server: Server, token: str = TOKEN) -> dict[str, Any]:
    kept = {name: value for name, value in request.items() if name != "prefetch"}
    access = {"access_token": token, "token_type": "Bearer", "expires_in": 300, "scope": "user/*.rs", "subject": "us"}
    return kept | {"fhirServer": server.url, "fhirAuthorization": access}


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_prefetched_gives_the_same_cards_as_everything_prefetched(
    name: str, http: FlaskClient, server: Server, requests_of_patients: dict[str, dict[str, Any]]
) -> None:
    request = requests_of_patients[name]
    assert len(list(resources_of(request))) == RESOURCES
    prefetched = calls.post(http, request)
    fetched = calls.post(http, without_prefetch(request, server))
    assert prefetched.status_code == fetched.status_code == 200
    assert prefetched.json["cards"]
    assert calls.without_identity(fetched.json) == calls.without_identity(prefetched.json)


def test_every_page_is_read(http: FlaskClient, server: Server, requests_of_patients: dict[str, Any]) -> None:
    request = requests_of_patients["plantar-heel-pain"]
    before = len(server.log)
    calls.post(http, without_prefetch(request, server))
    asked = [line for line in server.log[before:] if "/Observation?" in line]
    entries = len(request["prefetch"]["observations"]["entry"])
    assert len(asked) == -(-entries // PER_PAGE)
    assert len(asked) > 20


def test_only_what_did_not_come_with_the_call_is_asked_for(
    http: FlaskClient, server: Server, requests_of_patients: dict[str, Any]
) -> None:
    request = requests_of_patients["achilles-rupture"]
    call = without_prefetch(request, server)
    call["prefetch"] = {key: value for key, value in request["prefetch"].items() if key != "conditions"}
    templates = http.get("/cds-services").json["services"][0]["prefetch"]
    missing = {template.split("?")[0] for key, template in templates.items() if key not in call["prefetch"]}
    before = len(server.log)
    assert calls.post(http, call).status_code == 200
    asked = {re.split(r"[/?]", line.partition("/fhir/R4/")[2])[0] for line in server.log[before:]}
    assert asked == missing
    assert "Condition" in asked
    assert "Patient" not in asked


def test_a_token_the_server_refuses_gets_412(
    http: FlaskClient, server: Server, requests_of_patients: dict[str, Any]
) -> None:
    request = requests_of_patients["plantar-heel-pain"]
    answer = calls.post(http, without_prefetch(request, server, token="expired-token"))
    assert answer.status_code == 412
    assert "expired-token" not in answer.text
