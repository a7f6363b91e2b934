"""G-25: two releases on the hospital's own charts: counts without anybody's name, small ones untold."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from cds_service.cli import main
from tests.golden.patients import PATIENTS

CANARY = "canary-4711"


def charts(folder: Path, copies: int) -> None:
    """The golden patients, each so many times, with identifiers, names and notes planted."""
    for name, (_, resources) in PATIENTS.items():
        for number in range(copies):
            chart = copy.deepcopy(resources)
            for entry in chart["entry"]:
                one = entry["resource"]
                one["text"] = {"status": "generated", "div": f"<div>{CANARY} {number}</div>"}
                if one["resourceType"] == "Patient":
                    one |= {"name": [{"family": CANARY}], "identifier": [{"value": CANARY}]}
                else:
                    one["note"] = [{"text": CANARY}]
            (folder / f"{name}-{number}.json").write_text(json.dumps(chart), "utf-8")


def impact(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["knowledge", "impact", "1.0.0", "3.0.0", *arguments]) == 0
    return capsys.readouterr().out


def test_counts_are_told_and_no_patient_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, page = tmp_path / "charts", tmp_path / "report.html"
    folder.mkdir()
    charts(folder, 12)
    told = impact(capsys, str(folder), "--json", "--html", str(page))
    report = json.loads(told)
    assert report["patients"] == 12 * len(PATIENTS)
    assert report["unreadFiles"] == 0
    assert {cell["kind"] for cell in report["cells"]} >= {"appeared", "disappeared"}
    assert "places" not in report
    for text in (told, page.read_text("utf-8")):
        assert CANARY not in text
        assert "Patient/" not in text
    assert "<script" not in page.read_text("utf-8")


def test_small_counts_are_not_told_unless_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "charts"
    folder.mkdir()
    charts(folder, 1)
    report = json.loads(impact(capsys, str(folder), "--json"))
    assert {cell["patients"] for cell in report["cells"] if cell["patients"] != 0} <= {"<11", *range(11, 100)}
    assert any(cell["patients"] == "<11" for cell in report["cells"])
    lines = impact(capsys, str(folder), "--drill-down")
    assert "rupture-0.json, patient 1" in lines
    assert CANARY not in lines


def test_a_small_count_cannot_be_worked_out_of_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    charts(tmp_path, 1)
    assert json.loads(impact(capsys, str(tmp_path), "--json"))["advisedDifferently"] == "not told"
    assert json.loads(impact(capsys, str(tmp_path), "--json", "--drill-down"))["advisedDifferently"] > 0


def test_a_file_that_cannot_be_read_costs_itself_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    charts(tmp_path, 1)
    (tmp_path / "broken.json").write_text("{", "utf-8")
    some = next(iter(tmp_path.glob("*-0.json")))
    lines = [json.dumps(entry["resource"]) for entry in json.loads(some.read_text("utf-8"))["entry"]]
    some.with_suffix(".ndjson").write_text("\n".join([*lines, '{"resourceType": "Cond', "no JSON"]), "utf-8")
    page = tmp_path.parent / "page.html"
    at = ("--at", "2026-11-25T10:00:00Z")
    report = json.loads(impact(capsys, str(tmp_path), "--json", "--drill-down", "--html", str(page), *at))
    assert report["patients"] == len(PATIENTS) + 1
    assert (report["unreadFiles"], report["unread"], report["unreadParts"]) == (1, ["broken.json"], 2)
    assert "in which no patient could be read: broken.json" in page.read_text("utf-8")
    lines = impact(capsys, str(tmp_path), *at).splitlines()
    assert f"not covered: 1 of {len(PATIENTS) + 2} files, in which no patient could be read; --drill-down" in lines[1]
    assert "not covered: 2 lines or entries" in lines[2]


@pytest.mark.parametrize("content", ["{", '{"resourceType": "Condition"}', '{"resourceType": "Bundle"}'])
def test_where_no_patient_can_be_read_there_is_no_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (tmp_path / "one.json").write_text(content, "utf-8")
    assert main(["knowledge", "impact", "1.0.0", "3.0.0", str(tmp_path)]) == 2
    assert "no patient could be read in 1 files" in capsys.readouterr().err


def test_a_folder_without_charts_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "impact", "1.0.0", "3.0.0", str(tmp_path)]) == 2
    assert "expected a file or a folder with Bundles" in capsys.readouterr().err
