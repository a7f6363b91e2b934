"""A real PostgreSQL server of a test's own: a cluster in a temporary folder, on a free port of this machine."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.running import free_port

INSTALLED = Path("/usr/lib/postgresql")  # where Debian and Ubuntu keep each version
ACCOUNT = "postgres"  # who runs it where the tests run as root, which PostgreSQL refuses to


def require_programs() -> Path:
    """The folder with initdb and pg_ctl; skips the test where there is none, except in CI."""
    versions = sorted(INSTALLED.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    anywhere = shutil.which("initdb")
    if versions or anywhere:
        return versions[-1].parent if versions else Path(str(anywhere)).resolve().parent
    message = "PostgreSQL is not installed; run tests/tools/install as root, or apt-get install postgresql"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server that can be stopped and started."""

    programs: Path
    folder: Path
    port: int

    def initialise(self) -> None:
        self._run(
            "initdb",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            "-D",
            self._data,
        )

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "-w", "-D", self._data, "-l", log, "-o", options)

    def stop(self) -> None:
        """As when its machine is switched off."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self._data)

    def database(self) -> str:
        """The URL of a new database."""
        name = f"heel_{uuid.uuid4().hex}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"create database {name}".encode())
        return self._url(name)

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", ACCOUNT, "--", *command]
        # What it prints goes to a file: the server keeps its end of a pipe open as long as it runs.
        with (self.folder / "commands").open("ab") as told:
            done = subprocess.run(command, cwd=self.folder, stdout=told, stderr=told, stdin=subprocess.DEVNULL)
        if done.returncode:
            raise AssertionError((self.folder / "commands").read_text("utf-8"))


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A running server until the block ends."""
    programs = require_programs()
    # Not in pytest's folder, which is closed to the account that runs the server.
    folder = Path(tempfile.mkdtemp(prefix="heel-cds-postgresql-"))
    try:
        if os.geteuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            os.chown(folder, account.pw_uid, account.pw_gid)
        made = Cluster(programs, folder, free_port())
        made.initialise()
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
