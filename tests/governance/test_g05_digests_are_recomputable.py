"""G-5: digests are recomputed by canonical JSON (RFC 8785) of another library, and SHA-256, over what is published."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import jcs
import pytest

from cds_service.cli import main
from knowledge.index import head, read_index, versions
from knowledge.release import RELEASES, release_path
from tests.auditing import audit
from tests.conftest import AppMaker
from tests.replaying import call, record_file, request_of


def recomputed(value: Any) -> str:
    """The digest of a JSON value, by a library the project does not use."""
    return "sha256:" + hashlib.sha256(jcs.canonicalize(value)).hexdigest()


@pytest.mark.parametrize("version", versions())
def test_that_of_a_release_is_the_one_the_command_lists(version: str, capsys: pytest.CaptureFixture[str]) -> None:
    published = release_path(version).read_bytes()
    assert main(["knowledge", "list", "--json"]) == 0
    [listed] = [event for event in json.loads(capsys.readouterr().out) if event["version"] == version]
    assert recomputed(json.loads(published)) == listed["digest"]
    assert jcs.canonicalize(json.loads(published)) == published  # so that `sha256sum FILE` says the same


def test_that_of_a_history_of_releases() -> None:
    events = json.loads((RELEASES / "index.json").read_bytes())["heel-pain-runner"]
    assert recomputed(events) == head(read_index())
    for position, event in enumerate(events):
        if "previous" in event:
            assert event["previous"] == recomputed(events[:position])


def test_those_in_an_answer_and_of_its_record_in_the_log(make_app: AppMaker, tmp_path: Path) -> None:
    home = tmp_path / "home"
    answered = call(make_app(home=str(home)).test_client(), request_of("rupture"))
    told = json.loads(answered.answer)["extension"]["org.w3id.heel-pain-cds"]
    assert told["knowledge"]["digest"] == recomputed(
        json.loads(release_path(told["knowledge"]["version"]).read_bytes())
    )
    entry = json.loads(record_file(home, answered, tmp_path).read_text("utf-8"))
    policy = entry["record"]["policy"]
    assert recomputed({name: value for name, value in policy.items() if name != "digest"}) == told["policy"]["digest"]
    # A leaf of the log is hashed as RFC 6962 says, over the canonical record.
    leaf = hashlib.sha256(b"\x00" + jcs.canonicalize(entry["record"])).hexdigest()
    assert leaf == entry["log"]["leafHash"]
    assert audit(home, "verify").status == 0


@pytest.mark.parametrize(("old", "new"), [("1.0.0", "2.0.0"), ("3.0.0", "2.0.0")])
def test_that_which_a_patch_leads_to(old: str, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "diff", old, new, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    for version, side in ((old, "from"), (new, "to")):
        assert told[side] == recomputed(json.loads(release_path(version).read_bytes()))
