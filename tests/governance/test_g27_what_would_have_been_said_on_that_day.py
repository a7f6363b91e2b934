"""G-27: what would have been said on a day, with what was known then, and with what is known now."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cds_service.cli import main
from tests.calls import OURS
from tests.replaying import request_of

DAY = "2026-11-25T08:40:00Z"  # 1.0.0 had been published, 2.0.0 had not


def said(capsys: pytest.CaptureFixture[str], path: Path, *when: str) -> dict[str, Any]:
    assert main(["evaluate", str(path), "--json", *when]) == 0
    ours: dict[str, Any] = json.loads(capsys.readouterr().out)["extension"][OURS]
    return ours


@pytest.fixture
def patient(tmp_path: Path) -> Path:
    path = tmp_path / "patient.json"
    path.write_text(json.dumps(request_of("squeeze-test-missing")), "utf-8")
    return path


def test_both_are_told_apart_and_echoed(patient: Path, capsys: pytest.CaptureFixture[str]) -> None:
    then = said(capsys, patient, "--as-of", DAY)
    now = said(capsys, patient, "--at", DAY, "--knowledge", "3.0.0")
    assert (then["knowledge"]["version"], now["knowledge"]["version"]) == ("1.0.0", "3.0.0")
    assert then["evaluatedAt"] == now["evaluatedAt"] == DAY
    assert then["recommendations"] != now["recommendations"]


@pytest.mark.parametrize(
    ("when", "taught"),
    [
        (("--as-of", "2020-01-01T00:00:00Z"), "no release was in force at 2020-01-01"),
        (("--as-of", DAY, "--knowledge", "2.0.0"), "use --at with --knowledge"),
    ],
)
def test_what_cannot_be_told_says_why(
    patient: Path, capsys: pytest.CaptureFixture[str], when: tuple[str, ...], taught: str
) -> None:
    assert main(["evaluate", str(patient), *when]) == 2
    assert taught in capsys.readouterr().err
