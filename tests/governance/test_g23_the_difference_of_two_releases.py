"""G-23: the difference of two releases for people and machines; the patch applied to one gives the other's digest."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from cds_service.cli import main
from knowledge.index import status_of, versions


@pytest.mark.parametrize(("old", "new"), list(itertools.permutations(versions(), 2)))
def test_the_patch_gives_the_digest(old: str, new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "diff", old, new, "--patch"]) == 0
    patch = tmp_path / "patch.json"
    patch.write_text(capsys.readouterr().out, "utf-8")
    assert main(["knowledge", "apply", old, str(patch), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"digest": status_of(new)["digest"]}


def test_people_read_thresholds_codes_words_and_citations(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "diff", "2.0.0", "3.0.0"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "evidence (citations)" in lines
    assert any(line.startswith("  + pressure-that-stays: Two readings above 140/90") for line in lines)
    assert any(line.startswith("  ~ nsaid-etoricoxib-pressure.statement:") for line in lines)
    assert main(["knowledge", "diff", "3.0.0", "3.0.0"]) == 0
    assert capsys.readouterr().out == "no difference\n"


def test_a_patch_that_is_no_json_or_of_another_release_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    patch = tmp_path / "patch.json"
    foreign = '[{"op": "remove", "path": "/nowhere"}]'
    for content, taught in (("{", "cannot be read as JSON"), (foreign, "does not fit")):
        patch.write_text(content, "utf-8")
        assert main(["knowledge", "apply", "2.0.0", str(patch)]) == 2
        assert taught in capsys.readouterr().err


def test_the_drafts_can_be_compared_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "diff", "3.0.0", "drafts", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["from"] == status_of("3.0.0")["digest"]
