"""G-23: the difference of two releases for people and machines; the patch applied to one gives the other's digest."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
import rfc8785
from flask.testing import FlaskClient

from cds_service.cli import main
from knowledge.index import status_of, versions
from knowledge.patches import apply
from knowledge.release import digest_of, release_path


@pytest.mark.parametrize(("old", "new"), list(itertools.permutations(versions(), 2)))
def test_the_patch_gives_the_digest(old: str, new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "diff", old, new, "--patch"]) == 0
    patch = tmp_path / "patch.json"
    patch.write_text(capsys.readouterr().out, "utf-8")
    assert main(["knowledge", "apply", old, str(patch), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"digest": status_of(new)["digest"]}


@pytest.mark.parametrize(("old", "new"), list(itertools.permutations(versions(), 2)))
def test_so_does_the_patch_of_the_route(old: str, new: str, http: FlaskClient) -> None:
    answer = http.get("/knowledge/$diff", query_string={"from": old, "to": new})
    assert answer.status_code == 200
    assert answer.json["from"] == {"version": old, "digest": status_of(old)["digest"]}
    assert answer.json["to"] == {"version": new, "digest": status_of(new)["digest"]}
    patched = apply(answer.json["patch"], json.loads(release_path(old).read_bytes()))
    assert digest_of(rfc8785.dumps(patched)) == status_of(new)["digest"]


def test_the_route_tells_people_the_same_as_the_command(http: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "diff", "2.0.0", "3.0.0"]) == 0
    told = capsys.readouterr().out
    text = http.get("/knowledge/$diff?from=2.0.0&to=3.0.0", headers={"Accept": "text/plain"})
    assert (text.mimetype, text.text) == ("text/plain", told)
    assert http.get("/knowledge/$diff?from=2.0.0&to=3.0.0").json["lines"] == told.splitlines()
    same = http.get("/knowledge/$diff?from=3.0.0&to=3.0.0", headers={"Accept": "text/plain"})
    assert same.text == "no difference\n"


@pytest.mark.parametrize(("query", "status"), [("from=1.0.0", 400), ("", 400), ("from=9.9.9&to=1.0.0", 404)])
def test_the_route_refuses_what_it_does_not_have_by_naming_what_it_has(
    query: str, status: int, http: FlaskClient
) -> None:
    answer = http.get(f"/knowledge/$diff?{query}")
    assert (answer.status_code, answer.json["resourceType"]) == (status, "OperationOutcome")
    assert "3.0.0" in answer.json["issue"][0]["diagnostics"]
    assert "9.9.9" not in answer.text


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
