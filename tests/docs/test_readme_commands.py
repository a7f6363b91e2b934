"""Every command of the README is run as a reader would type it, and prints what the README shows.

Commands stand in fenced blocks: `sh` holds commands only; in `console` they follow `$ `, and the lines
below one are its output, where `...` stands for what differs from run to run.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.components import ROOT
from tests.running import PATIENCE, READY, free_port

README = ROOT / "README.md"
PORT = "8000"
BLOCK = re.compile(r"^```(console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN_ELSEWHERE = {
    "make test": "it is what runs this test",
    "docker": "needs a Docker daemon; test_docker.py checks the files it is given",
    "kubectl": "needs a cluster; test_docker.py checks the files it is given",
    "git clone": "is how this checkout came about",
}


@dataclass(frozen=True)
class Command:
    """One command line of the README and the output shown for it ("" where none is)."""

    line: str
    shown: str

    @property
    def serves(self) -> bool:
        return self.line.startswith("make serve")

    @property
    def run_elsewhere(self) -> bool:
        return self.line.startswith(tuple(RUN_ELSEWHERE))


def commands(text: str) -> Iterator[Command]:
    for kind, block in BLOCK.findall(text):
        lines = block.replace("\\\n", " ").splitlines()
        if kind == "sh":
            yield from (Command(line.strip(), "") for line in lines if line.strip() and not line.startswith("#"))
            continue
        for chunk in re.split(r"^\$ ", "\n".join(lines), flags=re.MULTILINE)[1:]:
            line, _, shown = chunk.partition("\n")
            yield Command(line.strip(), shown.strip())


COMMANDS = list(commands(README.read_text("utf-8")))


def environment(home: Path) -> dict[str, str]:
    """A newcomer's: an empty home, no settings, and nothing of the make that runs the tests."""
    ours = ("HEEL_CDS_", "XDG_", "MAKE", "MFLAGS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"HOME": str(home), "PATH": f"{ROOT / '.venv/bin'}:{kept['PATH']}"}


def _up_to_date() -> None:
    """`make serve` in this test must not build the environment that the tests run in anew."""
    asked = subprocess.run(
        ["make", "--question", ".venv/serving"], cwd=ROOT, env=environment(ROOT), capture_output=True
    )
    if asked.returncode:
        message = "the environment was not built by make test"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


@contextmanager
def served(home: Path, port: int) -> Iterator[None]:
    """`make serve` in the background, once it has said that it is ready."""
    process = subprocess.Popen(
        ["make", "serve", f"ARGS=--port {port}"],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        assert any(READY in line for line in process.stdout), "make serve ended without being ready"
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)
        process.stdout.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the checkout, so that a command may write into it."""
    folder = tmp_path_factory.mktemp("checkout")
    for path in ROOT.iterdir():
        (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture(scope="module")
def port(home: Path) -> Iterator[int]:
    """The port of a service started by `make serve`."""
    _up_to_date()
    number = free_port()
    with served(home, number):
        yield number


def test_the_readme_has_the_two_commands() -> None:
    lines = {command.line for command in COMMANDS}
    assert {"make serve", "make test"} <= lines


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.serves], ids=lambda command: command.line)
def test_each_serve_command_starts_the_service(command: Command, port: int) -> None:
    rest = command.line.removeprefix("make serve")
    assert not rest or rest.startswith(" ARGS=")
    assert subprocess.run(["make", "--dry-run", "serve"], cwd=ROOT, capture_output=True).returncode == 0
    assert port


@pytest.mark.parametrize(
    "command", [c for c in COMMANDS if not c.serves and not c.run_elsewhere], ids=lambda command: command.line[:60]
)
def test_each_command_does_what_the_readme_shows(command: Command, port: int, home: Path, checkout: Path) -> None:
    line = command.line.replace(f":{PORT}", f":{port}")
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], cwd=checkout, env=environment(home), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    told = done.stdout.replace(f":{port}", f":{PORT}")
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    if command.shown:
        assert doctest.OutputChecker().check_output(command.shown, told, options), told
