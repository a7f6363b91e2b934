"""The service as a process of its own, as an operator runs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import requests

READY = "Discovery:"
PATIENCE = 60.0  # seconds; only a hung service needs them


@dataclass(frozen=True)
class Running:
    """A running service: its base URL, its process, and what it printed until it was ready."""

    url: str
    process: subprocess.Popen[str]
    welcome: str

    def post(self, path: str, body: object) -> requests.Response:
        return requests.post(self.url + path, json=body, timeout=PATIENCE)


@contextmanager
def running(home: Path, *arguments: str, settings: dict[str, str] | None = None) -> Iterator[Running]:
    """Run `heel-cds serve` on a free port until the block ends."""
    command = [Path(sys.executable).with_name("heel-cds"), "serve", "--port", str(free_port()), *arguments]
    environment = os.environ | {"HEEL_CDS_HOME": str(home), "HEEL_CDS_LOG_LEVEL": "warning"} | (settings or {})
    with (home / "stderr.txt").open("a") as log:
        # A session of its own, so that killing the service can take its workers too.
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
        )
    assert process.stdout is not None
    try:
        welcome = _until_ready(process.stdout)
        if READY not in welcome:
            raise AssertionError(f"the service did not start: {welcome}{(home / 'stderr.txt').read_text()}")
        url = welcome.partition(READY)[2].split()[0].removesuffix("/cds-services")
        yield Running(url, process, welcome)
    finally:
        process.terminate()
        process.wait(PATIENCE)
        process.stdout.close()


def _until_ready(output: IO[str]) -> str:
    lines = []
    for line in output:
        lines.append(line)
        if READY in line:
            break
    return "".join(lines)


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
