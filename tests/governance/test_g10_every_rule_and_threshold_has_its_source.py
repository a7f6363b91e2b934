"""G-10: every rule, and every threshold and duration, has a citation with its grade, or an explicit mark of consensus.

How many have which is published with the release.
"""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from cds_service.cli import main
from knowledge.authored import DRAFTS, SCHEMA
from knowledge.coverage import CITED, CONSENSUS, coverage, limits
from knowledge.errors import ReleaseError
from knowledge.index import NAME
from knowledge.publish import build
from tests.releases.drafted import drafts
from tests.releases.drafted import release as drafted


def problems(content: dict[str, Any]) -> list[str]:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    return [error.message for error in Draft202012Validator(schema).iter_errors(content)]


def test_every_rule_and_limit_of_the_drafts_rests_on_a_source_or_is_marked_as_consensus() -> None:
    release = drafted()
    assert coverage(release)["rules"]["nothing"] == coverage(release)["limits"]["nothing"] == 0
    assert {limit.standing(release) for limit in limits(release)} == {CITED, CONSENSUS}
    where = {limit.where for limit in limits(release)}
    timed = {f"facts.{name}" for name, fact in drafts()["facts"].items() if "stale_after_days" in fact}
    assert timed <= where


@pytest.mark.parametrize("member", ["citation", "url", "section", "grade"])
def test_evidence_without_citation_place_or_grade_is_refused(member: str) -> None:
    content = copy.deepcopy(drafts())
    del content["evidence"]["wells-score"][member]
    assert problems(content) == [f"'{member}' is a required property"]


def test_a_rule_without_evidence_is_refused() -> None:
    content = copy.deepcopy(drafts())
    content["rules"]["achilles-rupture"]["evidence"] = []
    assert problems(content)


def test_the_drafts_are_not_published_with_a_limit_that_rests_on_what_does_not_exist(tmp_path: Path) -> None:
    folder = tmp_path / "drafts"
    shutil.copytree(DRAFTS / NAME, folder)
    about = yaml.safe_load((folder / "about.yaml").read_text("utf-8"))
    (folder / "about.yaml").write_text(yaml.safe_dump({**about, "fact_limits": "no-such"}), "utf-8")
    with pytest.raises(ReleaseError, match=r"facts\.[a-z-]+: 'no-such' is not defined among the evidence"):
        build(folder)


def test_the_counts_are_published(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "attributes", "drafts", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["evidence"]
    assert told == coverage(drafted())
    for counts in told.values():
        assert counts["all"] == counts["cited"] + counts["consensus"] + counts["nothing"]
    assert main(["knowledge", "attributes", "drafts"]) == 0
    assert f"limits: all {told['limits']['all']}, cited {told['limits']['cited']}" in capsys.readouterr().out
