"""A token is used once, however many processes answer, and whichever of them is killed."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from tests import calls
from tests.approving import approvals
from tests.running import PATIENCE, Running, running
from tests.tokens import PATH, bearing, clients_file, log_key, token

CALLERS = 6


def settings(home: Path) -> dict[str, str]:
    given = {
        "PROFILE": "production",
        "CLIENTS": str(clients_file(home)),
        "LOG_KEY": str(log_key(home)),
        "APPROVALS": str(approvals(home / "approvals.json")),
        "DEADLINE": "30",
    }
    return {f"HEEL_CDS_{name}": value for name, value in given.items()}


def call(service: Running, text: str) -> int:
    return requests.post(service.url + PATH, json=calls.sample(), headers=bearing(text), timeout=PATIENCE).status_code


def test_two_services_of_two_workers_on_one_database_answer_each_token_once(tmp_path: Path) -> None:
    """J-13"""
    tokens = [token() for _ in range(10)]
    with (
        running(tmp_path, "--workers", "2", settings=settings(tmp_path)) as one,
        running(tmp_path, "--workers", "2", settings=settings(tmp_path)) as other,
        ThreadPoolExecutor(CALLERS) as pool,
    ):
        assert "clients.yaml" in one.welcome
        assert "sandbox" not in one.welcome
        for text in tokens:
            found = list(pool.map(lambda place, text=text: call((one, other)[place % 2], text), range(CALLERS)))
            assert sorted(found) == [200] + [401] * (CALLERS - 1)


def test_a_token_stays_used_when_the_service_is_killed(tmp_path: Path) -> None:
    """J-13"""
    text = token()
    with running(tmp_path, "--workers", "2", settings=settings(tmp_path)) as service:
        assert call(service, text) == 200
        os.killpg(service.process.pid, signal.SIGKILL)
    with running(tmp_path, settings=settings(tmp_path)) as service:
        assert call(service, text) == 401
        assert call(service, token()) == 200
