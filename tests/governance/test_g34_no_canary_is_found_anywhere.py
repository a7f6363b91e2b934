"""G-34: what is planted in every string of request, headers and token is in no log, file, database or error body.

A live service at its most talkative log level; its output, its home, its temporary files and every answer that is
no 200 are searched. The same with the engine, the store and the caller's FHIR server failing.
"""

from __future__ import annotations

import copy
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.calls import break_store, service_of
from tests.replaying import leaves, request_of
from tests.running import PATIENCE, Running, running
from tests.stub_fhir import stub_fhir

MARK = "cqnqry"  # no word of any language, so that a chance match is none
JSON = {"Content-Type": "application/json"}


@dataclass
class Planting:
    """A service under watch, the canaries sent to it, and the answers it gave that are no 200."""

    service: Running
    home: Path
    temporary: Path
    planted: int = 0
    told: list[str] = field(default_factory=list)

    def canary(self) -> str:
        self.planted += 1
        return f"{MARK}{self.planted:05}z"

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> int:
        answer = requests.request(
            method, self.service.url + path, data=body, headers=JSON | headers, timeout=PATIENCE, allow_redirects=False
        )
        if answer.status_code != 200:
            self.told.append(f"{answer.status_code} {answer.headers} {answer.text}")
        return answer.status_code

    def call(self, request: Any, **headers: str) -> int:
        hook = request.get("hook") if isinstance(request, dict) else None
        path = service_of(hook) if hook in ("patient-view", "order-sign") else service_of("patient-view")
        return self.send("POST", path, json.dumps(request).encode(), **headers)

    def found(self) -> list[str]:
        """Where any canary was found."""
        places = {str(path): path.read_bytes() for path in self._files()}
        places |= {f"an answer: {told[:60]}": told.encode() for told in self.told}
        return [place for place, content in places.items() if MARK.encode() in content]

    def _files(self) -> Iterator[Path]:
        for folder in (self.home, self.temporary):
            yield from (path for path in folder.rglob("*") if path.is_file())


@contextmanager
def watched(folder: Path, code_at_start: str = "") -> Iterator[Planting]:
    """A service that first runs some code of ours, so that parts of it fail."""
    home, temporary, code = (folder / name for name in ("home", "temporary", "code"))
    for made in (home, temporary, code):
        made.mkdir()
    (code / "sitecustomize.py").write_text(code_at_start, "utf-8")
    settings = {"LOG_LEVEL": "debug", "DEADLINE": "5"}
    environment = {f"HEEL_CDS_{name}": value for name, value in settings.items()}
    with running(home, settings={**environment, "TMPDIR": str(temporary), "PYTHONPATH": str(code)}) as service:
        yield Planting(service, home, temporary)
        service.process.terminate()
        assert service.process.stdout is not None
        (home / "stdout.txt").write_text(service.welcome + service.process.stdout.read(), "utf-8")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planting]:
    with watched(tmp_path_factory.mktemp("sound")) as planting:
        yield planting
    assert planting.found() == []  # what was printed too, which is whole only now


@pytest.fixture
def plant(sound: Planting) -> Iterator[Planting]:
    yield sound
    assert sound.planted > 0
    assert sound.found() == []


def with_leaf(whole: Any, path: tuple[Any, ...], value: Any) -> Any:
    other = copy.deepcopy(whole)
    holder = other
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return other


def strings(whole: Any) -> list[tuple[Any, ...]]:
    return [path for path, value in leaves(whole) if isinstance(value, str)]


def told_everything(name: str) -> dict[str, Any]:
    """A golden patient with the parts of a chart that no rule reads: names, addresses, notes, narratives."""
    request = request_of(name)
    request["prefetch"]["patient"] |= {
        "name": [{"family": "family", "given": ["given"], "text": "text"}],
        "telecom": [{"system": "phone", "value": "value"}],
        "address": [{"line": ["line"], "city": "city", "postalCode": "code"}],
        "identifier": [{"system": "urn:oid:1", "value": "value"}],
        "text": {"status": "generated", "div": "<div>narrative</div>"},
    }
    for bundle in request["prefetch"].values():
        for entry in bundle.get("entry", [])[:2] if bundle.get("resourceType") == "Bundle" else []:
            entry["resource"] |= {"note": [{"text": "note"}], "text": {"status": "generated", "div": "<div/>"}}
    return request | {"extension": {"com.example": {"member": "value"}}}


@pytest.mark.parametrize("name", ["rupture", "steroid-order"])
def test_each_string_of_a_request_in_turn(plant: Planting, name: str) -> None:
    whole = told_everything(name)
    statuses = {plant.call(with_leaf(whole, path, plant.canary())) for path in strings(whole)}
    assert {200, 400} <= statuses


def test_each_string_with_a_canary_behind_it_and_all_at_once(plant: Planting) -> None:
    whole = told_everything("rupture")
    for path, value in leaves(whole):
        if isinstance(value, str):
            plant.call(with_leaf(whole, path, f"{value} {plant.canary()} <b>https://{plant.canary()}.example</b>"))
    every = whole
    for path in strings(whole):
        every = with_leaf(every, path, plant.canary())
    plant.call(every)
    plant.call({plant.canary(): {plant.canary(): plant.canary()}, **whole, "context": {plant.canary(): 1}})


def test_each_name_of_a_member(plant: Planting) -> None:
    text = json.dumps(told_everything("rupture"))
    for name in (
        "hook",
        "hookInstance",
        "context",
        "userId",
        "patientId",
        "prefetch",
        "resourceType",
        "code",
        "coding",
    ):
        plant.send("POST", service_of("patient-view"), text.replace(f'"{name}"', f'"{plant.canary()}"', 1).encode())


def test_headers_paths_queries_and_methods(plant: Planting) -> None:
    whole = request_of("rupture")
    names = (
        "User-Agent",
        "Referer",
        "Cookie",
        "X-Forwarded-For",
        "X-Request-Id",
        "Accept",
        "Accept-Language",
        "Origin",
    )
    more = (
        "Heel-CDS-Knowledge",
        "If-Match",
        "Content-Encoding",
        "Content-Type",
        "X-Anything",
        "Expect-CT",
        "Forwarded",
    )
    for name in (*names, *more):
        plant.call(whole, **{name: plant.canary()})
    for token in (f"Bearer {plant.canary()}", f"Basic {plant.canary()}", plant.canary()):
        plant.call(whole, Authorization=token)
    plant.call(whole, **{"Heel-CDS-Knowledge": f"heel-pain-runner/{plant.canary()}"})
    for path in (f"/{plant.canary()}", f"/cds-services/{plant.canary()}", f"/sample-fhir/{plant.canary()}/1"):
        for method in ("GET", "POST", "PUT", "OPTIONS"):
            plant.send(method, f"{path}?{plant.canary()}={plant.canary()}", b"{}")
    plant.send(plant.canary().upper(), "/cds-services")
    plant.send("GET", f"/knowledge/$diff?from={plant.canary()}&to={plant.canary()}")


def test_bodies_that_are_no_json_and_no_hook(plant: Planting) -> None:
    for body in (
        '{{"{}',
        '"{}"',
        '["{}"]',
        '{{"hook": "{}"}}',
        '{{"hook": {{"{}": 1}}}}',
        "{} \xff",
        '{{"a": "\\ud800{}',
    ):
        plant.send("POST", service_of("patient-view"), body.format(plant.canary()).encode("latin-1"))
    plant.send("POST", service_of("patient-view"), plant.canary().encode(), **{"Content-Type": plant.canary()})
    plant.send("POST", service_of("patient-view"), (f'"{plant.canary()}' * 10).encode(), **{"Content-Encoding": "gzip"})


def test_decisions_and_their_tokens(plant: Planting) -> None:
    whole = json.dumps(told_everything("rupture")).encode()
    answered = plant.service.post(service_of("patient-view"), json.loads(whole))
    decision = answered.json()["extension"]["org.w3id.heel-pain-cds"]["decisionId"]
    for route in ("explanation", "$replay", f"explanation?rule={plant.canary()}"):
        other = whole.replace(b'"family"', f'"{plant.canary()}"'.encode())
        for body in (whole, other, plant.canary().encode()):
            plant.send("POST", f"/decisions/{decision}/{route}", body, Authorization=f"Bearer {plant.canary()}")
    plant.send("POST", f"/decisions/{plant.canary()}/explanation", whole)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 404, 500])
def test_a_fhir_server_that_answers_with_canaries(plant: Planting, status: int) -> None:
    whole = told_everything("rupture")
    with stub_fhir() as stub:
        sent = {name: value for name, value in whole.items() if name != "prefetch"}
        outcome = {"resourceType": "OperationOutcome", "issue": [{"diagnostics": plant.canary()}]}
        away = {"Location": f"https://{plant.canary()}.example/", "X-Anything": plant.canary()}
        for body in (outcome, plant.canary().encode(), b'{"resourceType": "' + plant.canary().encode()):
            stub.says_otherwise(body, status=status, headers=away)
            call = stub.call(access_token=plant.canary(), subject=plant.canary(), scope=plant.canary())
            plant.call({**sent, **call})
        for server in (
            f"{stub.url}/{plant.canary()}",
            f"http://127.0.0.1:1/{plant.canary()}",
            f"https://{plant.canary()}.example",
        ):
            plant.call({**sent, **call, "fhirServer": server})
        plant.call({**sent, **call, "fhirAuthorization": {plant.canary(): plant.canary()}})


ENGINE_FAILS = """
import cds_service.decide as module

def evaluate(release, chart, hook, at):
    raise RuntimeError(repr(chart))

module.evaluate = evaluate
"""
FACTS_FAIL = f"""
from knowledge.facts import FactBook

whole = FactBook.read_from

def read_from(self, sightings):
    if "{MARK}" in repr(sightings):
        raise KeyError(repr(sightings))
    return whole(self, sightings)

FactBook.read_from = read_from
"""
CARDS_FAIL = """
import cds_service.decide as module

def build_cards(decision, release, audience, context, quality):
    raise ValueError(repr(decision.facts) + repr(context))

module.build_cards = build_cards
"""
READING_FAILS = """
import cds_service.decide as module

def read_chart(resources, **more):
    raise LookupError(repr(resources) + repr(more))

module.read_chart = read_chart
"""
WORKER_DIES = """
import cds_service.routes.hooks as module

def decide(body, call, *more):
    raise SystemExit(repr(body) + repr(call))

module.decide = decide
"""
FAILURES = {
    "engine": ENGINE_FAILS,
    "facts": FACTS_FAIL,
    "cards": CARDS_FAIL,
    "reading": READING_FAILS,
    "worker": WORKER_DIES,
}
_LEAK = """
import cds_service.routes.hooks as module

decided = module.decide

def decide(body, *more):
    {leaked}
    return decided(body, *more)

module.decide = decide
"""
LEAKS = [
    _LEAK.format(leaked="print(body, flush=True)"),
    _LEAK.format(leaked="import sys; print(body, file=sys.stderr, flush=True)"),
    _LEAK.format(leaked="import tempfile, os; os.write(tempfile.mkstemp()[0], body)"),
    _LEAK.format(leaked="from cds_service.errors import RequestError; raise RequestError(400, 'x', str(body))"),
]


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_when_the_service_itself_fails(failure: str, tmp_path: Path) -> None:
    whole = told_everything("rupture")
    with watched(tmp_path, failure) as plant:
        for path in strings(whole)[::3]:
            changed = with_leaf(whole, path, plant.canary())
            with suppress(requests.ConnectionError):  # a worker that dies says nothing
                plant.call(changed, Authorization=f"Bearer {plant.canary()}")
    assert failure == FAILURES["worker"] or any(told.startswith("500") for told in plant.told)
    assert plant.found() == []


def test_when_the_store_fails(tmp_path: Path) -> None:
    whole = told_everything("rupture")
    with watched(tmp_path) as plant:
        break_store(plant.home)
        for path in strings(whole)[::3]:
            plant.call(with_leaf(whole, path, plant.canary()))
    assert any(told.startswith("503") for told in plant.told)
    assert plant.found() == []


@pytest.mark.parametrize("leak", LEAKS)
def test_a_service_that_leaked_would_be_found_out(leak: str, tmp_path: Path) -> None:
    with watched(tmp_path, leak) as plant:
        plant.call(with_leaf(request_of("rupture"), ("prefetch", "patient", "id"), plant.canary()))
    assert plant.found() != []


def test_when_the_client_goes_away_in_the_middle(plant: Planting) -> None:
    where = urlsplit(plant.service.url)
    head = "POST /cds-services/heel-pain-patient-view HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with socket.create_connection((where.hostname, where.port), timeout=PATIENCE) as client:
        client.sendall(f'{head}Content-Length: 900\r\n\r\n{{"hook": "{plant.canary()}'.encode())
    assert plant.send("GET", "/healthz") == 200
