"""Every command on knowledge reads the releases of one folder: `--releases`, else HEEL_CDS_RELEASES."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cds_service.cli import main
from knowledge.index import NAME, RELEASES
from tests.approving import drafted
from tests.calls import sample
from tests.conftest import AppMaker

ONE_MORE = "77.0.0"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The releases, and a draft that the package does not have."""
    releases = tmp_path / "elsewhere"
    shutil.copytree(RELEASES, releases)
    drafted(ONE_MORE, releases)
    return releases


COMMANDS = (
    ["list"],
    ["verify"],
    ["show", ONE_MORE],
    ["attributes", ONE_MORE],
    ["hazards", ONE_MORE],
    ["export", ONE_MORE, "--fhir"],
    ["diff", "1.0.0", ONE_MORE],
    ["impact", "1.0.0", ONE_MORE, "chart.json"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_command_reads_the_folder_it_is_told_or_that_of_the_setting(
    command: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    (folder / "chart.json").write_text(json.dumps(sample()), "utf-8")
    assert main(["knowledge", *command, "--releases", str(folder)]) == 0
    assert ONE_MORE in capsys.readouterr().out
    if ONE_MORE in command:
        assert main(["knowledge", *command]) == 2
        assert ONE_MORE in capsys.readouterr().err
    monkeypatch.setenv("HEEL_CDS_RELEASES", str(folder))
    assert main(["knowledge", *command]) == 0
    assert ONE_MORE in capsys.readouterr().out


def test_verify_says_which_folder_it_read_and_does_not_praise_an_empty_one(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["knowledge", "verify", "--releases", str(folder)]) == 0
    assert capsys.readouterr().out.startswith(f"releases in {folder}\n")
    damaged = folder / f"{NAME}-1.0.0.json"
    damaged.write_bytes(damaged.read_bytes().replace(b"plantar", b"plantaR", 1))
    assert main(["knowledge", "verify", "--releases", str(folder), "--json"]) == 1
    assert list(json.loads(capsys.readouterr().out)["faults"]) == ["1.0.0"]
    for nothing in (tmp_path, tmp_path / "not-there"):
        assert main(["knowledge", "verify", "--releases", str(nothing)]) == 2


def test_the_service_compares_the_releases_it_serves(make_app: AppMaker, folder: Path) -> None:
    http: FlaskClient = make_app(releases=str(folder)).test_client()
    answer = http.get(f"/knowledge/$diff?from=1.0.0&to={ONE_MORE}")
    assert answer.json["to"]["version"] == ONE_MORE
