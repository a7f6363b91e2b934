"""Real patient files of other projects: all are read, and nobody in them has a heel complaint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service.cli import main
from tests import calls
from tests.shared_material import SHARED, shared

AT = "2026-11-25T10:00:00Z"
FOLDERS = ("patients/synthea-r4", "patients/qicore-tests", "patients/davinci-crd", "patients/ahrq-exec")
PATIENTS = sorted(path for folder in FOLDERS for path in (SHARED / "fixtures" / folder).rglob("*.json"))
BULK = sorted((SHARED / "fixtures/bulk").rglob("*.ndjson"))
NAMELESS = ("hospitalInformation1559319163815", "practitionerInformation1559319163815", "Questionnaire")
NAMING = [path for path in PATIENTS if path.stem not in NAMELESS]


def evaluated(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    """The responses that `heel-cds evaluate` prints for a file, one for each patient in it."""
    assert main(["evaluate", "--json", "--at", AT, *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def resources_in(path: Path) -> Iterator[dict[str, Any]]:
    """Every resource anywhere in a file, however it is wrapped."""
    text = path.read_text("utf-8-sig")
    by_line = path.suffix == ".ndjson"
    waiting = [json.loads(line) for line in text.splitlines() if line] if by_line else [json.loads(text)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if value.get("resourceType", "Bundle") != "Bundle":
                yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def patients_in(path: Path) -> set[str]:
    """Ids of the Patient resources in a file; not every one has an id."""
    return {one["id"] for one in resources_in(path) if one["resourceType"] == "Patient" and "id" in one}


def test_all_105_files_are_here() -> None:
    shared("fixtures/patients")
    assert len(PATIENTS) == 105
    assert len(BULK) == 6


@pytest.mark.parametrize("path", NAMING, ids=lambda path: path.stem[:40])
def test_a_real_patient_without_heel_complaint_gets_no_card(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    responses = evaluated(capsys, str(path))
    assert len(responses) >= max(1, len(patients_in(path)))
    assert all(response["cards"] == [] for response in responses)


@pytest.mark.parametrize("path", PATIENTS, ids=lambda path: path.stem[:40])
def test_the_service_takes_everything_in_the_file_along_with_a_call(path: Path, http: FlaskClient) -> None:
    person = min(patients_in(path), default=calls.PATIENT)
    prefetch = {
        "patient": {"resourceType": "Patient", "id": person},
        "conditions": None,
        "everything": calls.bundle(*resources_in(path), kind="collection"),
    }
    context = calls.context("patient-view", patientId=person)
    answer = calls.post(http, calls.request(prefetch=prefetch, context=context))
    assert answer.status_code == 200
    assert answer.json["cards"] == []


@pytest.mark.parametrize(
    "path", [path for path in PATIENTS + BULK if path.stem in NAMELESS], ids=lambda path: path.stem
)
def test_a_file_about_no_patient_is_said_to_be_one(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(path)]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "names no patient" in told.err


@pytest.mark.parametrize(
    "path", [path for path in BULK if path.stem not in NAMELESS], ids=lambda path: f"{path.parent.name}-{path.stem}"
)
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
