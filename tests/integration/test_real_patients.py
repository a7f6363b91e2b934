"""Real patient files of other projects: all are read, and nobody in them has a heel complaint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cds_service.cli import main
from tests.shared_material import SHARED, shared

AT = "2026-11-25T10:00:00Z"
FOLDERS = ("patients/synthea-r4", "patients/qicore-tests", "patients/davinci-crd", "patients/ahrq-exec")
PATIENTS = sorted(path for folder in FOLDERS for path in (SHARED / "fixtures" / folder).rglob("*.json"))
BULK = sorted((SHARED / "fixtures/bulk").rglob("*.ndjson"))


def evaluated(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    """The responses that `heel-cds evaluate` prints for a file, one for each patient in it."""
    assert main(["evaluate", "--json", "--at", AT, *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def patients_in(path: Path) -> set[str]:
    """Ids of the Patient resources anywhere in a file."""
    text = path.read_text("utf-8-sig")
    whole = [json.loads(line) for line in text.splitlines() if line] if path.suffix == ".ndjson" else json.loads(text)
    found: set[str] = set()
    waiting = [whole]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if value.get("resourceType") == "Patient":
                found.add(value["id"])
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return found


def test_all_105_files_are_here() -> None:
    shared("fixtures/patients")
    assert len(PATIENTS) == 105
    assert len(BULK) == 6


@pytest.mark.parametrize("path", PATIENTS, ids=lambda path: path.stem[:40])
def test_a_real_patient_without_heel_complaint_gets_no_card(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    responses = evaluated(capsys, str(path))
    assert len(responses) == len(patients_in(path))
    assert [response["cards"] for response in responses] == [[]] * len(responses)


@pytest.mark.parametrize("path", BULK, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_bulk_export_is_read_line_by_line_without_error(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    responses = evaluated(capsys, str(path))
    assert all(response["cards"] == [] for response in responses)


def test_a_whole_bulk_export_in_one_file_keeps_its_patients_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = [path for path in BULK if path.parent.name == "pathling-r4"]
    shared("fixtures/bulk/pathling-r4")
    together = tmp_path / "export.ndjson"
    together.write_text("".join(path.read_text("utf-8").rstrip() + "\n" for path in parts), "utf-8")
    responses = evaluated(capsys, str(together))
    assert len(responses) == len(patients_in(together)) > 1
    assert all(response["cards"] == [] for response in responses)
