"""The specification prints as one document that leaves nothing out."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests.components import ROOT
from tests.spec.__main__ import main
from tests.spec.document import FOLDER, document, releases, sentence


@pytest.mark.parametrize("release", releases())
def test_every_test_of_the_specification_is_one_sentence_of_the_document(release: str) -> None:
    lines = [line for line in document(release).splitlines() if line.startswith("- ")]
    names = [
        node.name.removeprefix("test_")
        for path in (FOLDER / f"release_{release}").rglob("test_*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert len(lines) == len(names)
    assert all(any(line.startswith(f"- {sentence(name)}.") for line in lines) for name in names)


@pytest.mark.parametrize("release", releases())
def test_every_chapter_and_topic_has_a_heading(release: str) -> None:
    text = document(release)
    files = list((FOLDER / f"release_{release}").rglob("test_*.py"))
    chapters = {path.parent for path in files if path.parent.name != f"release_{release}"}
    assert text.count("\n### ") == len(files)
    assert {f"## {sentence(chapter.name)}" for chapter in chapters} <= set(text.splitlines())


def test_names_are_written_as_clinicians_write_them() -> None:
    said = sentence("a_positive_thompson_test_needs_no_mri_for_a_runner_s_achilles")
    assert said == "A positive Thompson test needs no MRI for a runner's Achilles"


def test_the_command_prints_the_newest_release_and_any_other_by_number() -> None:
    command = [sys.executable, "-m", "tests.spec"]
    newest = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert newest == document(releases()[-1])
    first = subprocess.run([*command, "1"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "- A positive calf squeeze alone is a suspected rupture.\n" in first


@pytest.mark.parametrize("arguments", [["9"], ["1", "2"], ["--help"]])
def test_wrong_use_names_the_releases_there_are(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "[1 | 5]" in capsys.readouterr().err
