"""G-19: the same version never yields different bytes."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from cds_service.cli import main
from knowledge.authored import DRAFTS
from knowledge.errors import ReleaseError
from knowledge.index import NAME, read_index, versions
from knowledge.publish import publish
from knowledge.release import RELEASES, load_release, release_path
from tests.unit.knowledge.charts import NOW
from tests.unit.knowledge.small_release import content, write_drafts

# What was published. A line is added for each release; none is ever changed or removed.
PUBLISHED = {
    "1.0.0": "sha256:92e9eeb7eb3384fd083ffd449fca1b15d81682aaed0bf220cb412aa5dc323efd",
    "2.0.0": "sha256:279ae5c8206d142e3c111e095b2f56c66595c180dc9c19a84ca1cc4120e36f5e",
    "3.0.0": "sha256:daa94702f45089f2f36b0b97327fdfe5e5260021bfadf78b9638ac07a1e37f01",
    "4.0.0": "sha256:997743c23daea6496732f60e6436bc53e769178398dfcd734e2d118798c87314",
    "5.0.0": "sha256:53018aecb4665a8eae87a7cee530aa94864393800643cf0cedfef6d9a64d0648",
}


def test_every_release_is_listed_here() -> None:
    assert versions() == list(PUBLISHED)


@pytest.mark.parametrize("version", PUBLISHED)
def test_its_bytes_are_those_that_were_published(version: str) -> None:
    assert "sha256:" + hashlib.sha256(release_path(version).read_bytes()).hexdigest() == PUBLISHED[version]
    assert {event["digest"] for event in read_index() if event["version"] == version} == {PUBLISHED[version]}


def test_no_file_lies_beside_them() -> None:
    assert {path.name for path in RELEASES.glob("*.json")} >= {f"{NAME}-{version}.json" for version in PUBLISHED}
    named = {path.name.removeprefix(f"{NAME}-").removesuffix(".json") for path in RELEASES.glob(f"{NAME}-*.json")}
    assert named == set(PUBLISHED)


def test_a_published_version_is_not_published_anew_with_other_content(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drafts, releases = tmp_path / "drafts", tmp_path / "releases"
    shutil.copytree(DRAFTS / NAME, drafts)
    shutil.copytree(RELEASES, releases)
    release = drafts / "release.yaml"
    text = release.read_text("utf-8").replace("title: Heel pain in people who run", "title: Another title")
    newest = list(PUBLISHED)[-1]
    release.write_text(
        "\n".join(f"version: {newest}" if line.startswith("version:") else line for line in text.splitlines())
    )
    before = {path.name: path.read_bytes() for path in releases.iterdir()}
    assert main(["knowledge", "publish", "--drafts", str(drafts), "--releases", str(releases)]) == 2
    assert f"version {newest} is published and never changes" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in releases.iterdir()} == before


def test_not_even_where_its_file_or_its_line_in_the_index_is_gone(tmp_path: Path) -> None:
    releases = tmp_path / "releases"
    publish(write_drafts(tmp_path / "one", content()), releases, at=NOW)
    other = write_drafts(tmp_path / "two", content(title="Another title"))
    whole = {path.name: path.read_bytes() for path in releases.iterdir()}
    for gone in whole:
        (releases / gone).unlink()
        with pytest.raises(ReleaseError, match="is published and never changes"):
            publish(other, releases, at=NOW)
        (releases / gone).write_bytes(whole[gone])


def test_a_changed_byte_is_noticed_before_it_is_used(tmp_path: Path) -> None:
    releases = tmp_path / "releases"
    publish(write_drafts(tmp_path / "one", content()), releases, at=NOW)
    path = release_path("0.1.0", releases)
    path.write_bytes(path.read_bytes().replace(b"A small release", b"A SMALL release"))
    with pytest.raises(ReleaseError, match="a published release never changes"):
        load_release("0.1.0", releases)


def test_one_version_cannot_have_two_digests_in_the_history(tmp_path: Path) -> None:
    publish(write_drafts(tmp_path / "one", content()), tmp_path, at=NOW)
    index = tmp_path / "index.json"
    events = json.loads(index.read_text("utf-8"))
    index.write_text(
        json.dumps({NAME: [*events[NAME], {**events[NAME][0], "status": "retired", "digest": "sha256:0"}]})
    )
    with pytest.raises(ReleaseError, match="a version never changes"):
        read_index(tmp_path)
