"""Several workers, many callers, stops and starts: every answer that was given has its record."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import requests

from tests import calls
from tests.running import PATIENCE, Running, running

CALLERS = 8
SAMPLES = ("plantar-heel-pain", "achilles-rupture", "calcaneal-stress-fracture")

OF_CALLS = "select decision, body from records where kind in ('decision', 'refusal')"


def records(home: Path) -> dict[str, dict[str, Any]]:
    """Every record of a call in the store of `home`, by decision id."""
    with closing(sqlite3.connect(home / "heel-cds.db")) as database:
        return {name: json.loads(body) for name, body in database.execute(OF_CALLS)}


def about(number: int) -> dict[str, Any]:
    """A sample's request with a patient id of its own."""
    request = calls.sample(SAMPLES[number % len(SAMPLES)])
    person = request["context"]["patientId"]
    renamed: dict[str, Any] = json.loads(json.dumps(request).replace(person, f"{person}-{number}"))
    return renamed


def decision_of(answer: dict[str, Any]) -> str:
    return str(answer["extension"][calls.OURS]["decisionId"])


@contextmanager
def callers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(CALLERS) as pool:
        yield pool


def call(service: Running, number: int) -> dict[str, Any]:
    request = about(number)
    answer = service.post(calls.service_of(request["hook"]), request)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def test_calls_at_the_same_time_never_mix_patients_and_each_has_its_record(tmp_path: Path) -> None:
    """R-10"""
    with running(tmp_path, "--workers", "3") as service:
        alone = [call(service, number) for number in range(len(SAMPLES))]
        with callers() as pool:
            answers = list(pool.map(lambda number: call(service, number), range(50)))
    for number, answer in enumerate(answers):
        assert f"-{number}" in subjects(answer)
        assert len(set(subjects(answer).split())) == 1
        same = alone[number % len(SAMPLES)]
        assert [card["summary"] for card in answer["cards"]] == [card["summary"] for card in same["cards"]]
    kept = records(tmp_path)
    assert {decision_of(answer) for answer in [*alone, *answers]} == set(kept)
    for answer in answers:
        assert kept[decision_of(answer)]["shown"] == answer["extension"][calls.OURS]["recommendations"]


def subjects(answer: dict[str, Any]) -> str:
    """The patients that the suggested orders of an answer are for."""
    return " ".join(
        action["resource"]["subject"]["reference"]
        for card in answer["cards"]
        for suggestion in card.get("suggestions", ())
        for action in suggestion["actions"]
    )


def test_a_service_stopped_in_the_midst_of_calls_loses_no_record_and_starts_again(tmp_path: Path) -> None:
    given: list[str] = []
    enough = Event()

    def keep_calling(service: Running) -> None:
        for number in range(10_000):
            try:
                answer = requests.post(
                    service.url + calls.service_of("patient-view"), json=about(number), timeout=PATIENCE
                )
            except requests.ConnectionError:
                return  # the service has stopped
            assert answer.status_code == 200
            given.append(decision_of(answer.json()))
            if len(given) >= 30:
                enough.set()

    with running(tmp_path, "--workers", "2") as service, callers() as pool:
        callings = [pool.submit(keep_calling, service) for _ in range(CALLERS)]
        assert enough.wait(PATIENCE)
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(PATIENCE)
        for calling in callings:
            calling.result()
    assert set(given) <= set(records(tmp_path))

    with running(tmp_path) as service:
        after = decision_of(call(service, 0))
    assert {*given, after} <= set(records(tmp_path))


def test_a_service_that_is_killed_keeps_every_record_of_an_answer_it_gave(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        given = [decision_of(call(service, number)) for number in range(5)]
        os.killpg(service.process.pid, signal.SIGKILL)
        service.process.wait(PATIENCE)
    assert set(given) <= set(records(tmp_path))


def test_the_same_call_again_gives_the_same_cards_under_another_decision(tmp_path: Path) -> None:
    """R-09"""
    request = about(0)
    with running(tmp_path) as service:
        answers = [service.post(calls.service_of("patient-view"), request).json() for _ in range(3)]
    assert len({decision_of(answer) for answer in answers}) == 3
    first, *others = [calls.without_identity(answer) for answer in answers]
    assert all(other == first for other in others)
    assert len(records(tmp_path)) == 3


def test_no_record_holds_anything_of_the_patient(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        answer = call(service, 7)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("heel-cds.db*"))
    assert answer["cards"]
    request = about(7)
    assert request["context"]["patientId"].encode() not in stored
    assert request["prefetch"]["patient"]["birthDate"].encode() not in stored
