"""Loading a published release: it is what was published, or it is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import ReleaseError
from knowledge.publish import publish
from knowledge.release import NAME, active_version, digest_of, load_release, read_index, release_path, status_of
from tests.approving import put_in_force
from tests.unit.knowledge.charts import NOW
from tests.unit.knowledge.small_release import content, write_drafts

EVENT = {"version": "1.0.0", "status": "active", "digest": "sha256:1", "at": "2026-11-22T10:00:00Z"}


def index(folder: Path, *events: Any) -> Path:
    (folder / "index.json").write_text(json.dumps({NAME: list(events)}), "utf-8")
    return folder


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    publish(write_drafts(tmp_path / "drafts", content()), tmp_path / "releases", at=NOW)
    put_in_force("0.1.0", tmp_path / "releases")
    return tmp_path / "releases"


def test_a_published_release_is_loaded_with_its_digest(releases: Path) -> None:
    release = load_release(releases=releases)
    assert (release.name, release.version) == (NAME, "0.1.0")
    assert release.digest == digest_of(release_path("0.1.0", releases).read_bytes())
    assert load_release("0.1.0", releases).digest == release.digest
    assert {rule.name for rule in release.rules} == set(content()["rules"])


def test_a_flipped_byte_is_refused(releases: Path) -> None:
    path = release_path("0.1.0", releases)
    published = bytearray(path.read_bytes())
    published[100] ^= 1
    path.write_bytes(bytes(published))
    with pytest.raises(ReleaseError, match=r"0.1.0.json: its digest is sha256:.*, expected sha256:.*; a pub"):
        load_release(releases=releases)


def test_a_missing_file_is_refused(releases: Path) -> None:
    release_path("0.1.0", releases).unlink()
    with pytest.raises(ReleaseError, match=r"0.1.0.json: cannot be read; its digest must be sha256:"):
        load_release(releases=releases)


def test_an_unknown_version_is_refused_with_those_there_are(releases: Path) -> None:
    with pytest.raises(ReleaseError, match=r"release '9.9.9' is not in .*index.json; known: \['0.1.0'\]"):
        load_release("9.9.9", releases)


def test_without_an_index_there_is_no_release(tmp_path: Path) -> None:
    assert read_index(tmp_path) == []
    with pytest.raises(ReleaseError, match=r"no release is active; publish one"):
        load_release(releases=tmp_path)
    with pytest.raises(ReleaseError, match=r"known: none"):
        status_of("1.0.0", tmp_path)


def test_the_newest_active_version_is_in_force(tmp_path: Path) -> None:
    events = [{**EVENT, "version": version} for version in ("1.9.0", "1.10.0", "2.0.0")]
    index(tmp_path, *events, {**EVENT, "version": "2.0.0", "status": "retired"})
    assert active_version(tmp_path) == "1.10.0"
    assert status_of("2.0.0", tmp_path)["status"] == "retired"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"heel-pain-runner": [1]}', '{"heel-pain-runner": [{"version": "1.0.0"}]}']
)
def test_a_spoilt_index_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "index.json").write_text(text, "utf-8")
    with pytest.raises(ReleaseError, match=r"index.json: not a release index; restore it from version control"):
        read_index(tmp_path)


@pytest.mark.parametrize("change", [{"version": "one"}, {"digest": ""}, {"status": "whim"}])
def test_an_index_with_a_spoilt_event_is_refused(tmp_path: Path, change: dict[str, str]) -> None:
    index(tmp_path, {**EVENT, **change})
    with pytest.raises(ReleaseError, match=r"each event needs a version like 1.0.0, a digest and a status of"):
        read_index(tmp_path)
