"""HealthChain's client, which nobody here wrote, drives the running service."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import calls
from tests.components import ROOT, require
from tests.running import Running, running

SCRIPT = ROOT / "tests/tools/healthchain_client.py"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("home")) as started:
        yield started


@pytest.fixture
def prefetch(tmp_path: Path) -> Path:
    """What the client is to send: the prefetch of a packaged sample."""
    file = tmp_path / "prefetch.json"
    file.write_text(json.dumps(calls.sample("achilles-rupture")["prefetch"]), "utf-8")
    return file


def drive(service: Running, prefetch: Path, *patient: str) -> tuple[list[dict[str, Any]], str]:
    """The answers as HealthChain's card model read them, and the errors it spoke of."""
    url = service.url + calls.service_of("patient-view")
    command = [require("healthchain"), SCRIPT, url, prefetch, *patient]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout), "\n".join(line for line in done.stderr.splitlines() if line.startswith("ERROR"))


def test_it_gets_the_card_of_the_patient_it_names(service: Running, prefetch: Path) -> None:
    request = calls.sample("achilles-rupture")
    answers, errors = drive(service, prefetch, request["context"]["patientId"])
    assert not errors
    own = service.post(calls.service_of("patient-view"), request).json()
    assert [card["summary"] for card in answers[0]["cards"]] == [card["summary"] for card in own["cards"]]
    assert answers[0]["cards"][0]["indicator"] == "critical"
    assert answers[0]["cards"][0]["suggestions"]


def test_the_random_patient_it_names_by_itself_gets_412_that_says_the_ids_differ(
    service: Running, prefetch: Path
) -> None:
    answers, errors = drive(service, prefetch)
    assert answers == [{}]
    assert "412" in errors
    assert "OperationOutcome" in errors
    assert "another id than context.patientId" in errors
