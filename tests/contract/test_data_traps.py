"""The 35 traps that real charts hold: each has its tests, each its fixture; its number stands in their names."""

from __future__ import annotations

import re
from pathlib import Path

from tests.contract.traps import FOLDER, fixture
from tests.shared_material import shared

TRAPS = "reference/data-traps.md"


def test_every_trap_of_the_research_note_has_a_test() -> None:
    listed = {int(n) for n in re.findall(r"^(\d+)\. \*\*", shared(TRAPS).read_text("utf-8"), re.MULTILINE)}
    files = [path.read_text("utf-8") for path in Path(__file__).parent.glob("test_data_traps_*.py")]
    tested = {int(n) for content in files for n in re.findall(r"def test_trap_(\d+)_", content)}
    assert len(listed) == 35
    assert tested == listed


def test_every_fixture_the_research_note_names_is_here_and_tells_what_it_shows() -> None:
    text = shared(TRAPS).read_text("utf-8").split("## C.")[1].split("## D.")[0]
    named = set(re.findall(r"`([^`]+)`", text))
    assert len(named) > 40
    assert named <= {path.stem for path in FOLDER.glob("*.json")}
    for path in FOLDER.glob("*.json"):
        about = fixture(path.stem)["about"]
        assert about["traps"], path.stem
        assert set(about["traps"]) <= set(range(1, 36)), path.stem
        assert about["source"] and about["licence"], path.stem  # noqa: PT018 - one sentence
