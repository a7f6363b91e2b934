"""G-28: a caller can pin a release and sees when it is superseded; a pin that cannot be honoured is never silence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cds_service.errors import RequestError
from cds_service.intake.concept_maps import CodeMaps
from cds_service.pinning import HEADER, Pins
from cds_service.published import Published
from cds_service.settings import Settings
from knowledge.index import NAME, RELEASES, extended, read_index
from tests.calls import OURS, service_of
from tests.conftest import AppMaker
from tests.replaying import call, request_of


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0", "3.0.0", "4.0.0", "5.0.0"])
def test_the_pinned_release_answers(http: FlaskClient, version: str) -> None:
    for _ in range(2):
        answered = call(http, request_of("rupture"), **{HEADER: f"{NAME}/{version}"})
        assert json.loads(answered.answer)["extension"][OURS]["knowledge"]["version"] == version


@pytest.mark.parametrize("pin", ["heel-pain-runner/9.9.9", "another/1.0.0", "1.0.0", ""])
def test_what_does_not_exist_is_refused_with_what_does(http: FlaskClient, pin: str) -> None:
    answer = http.post(service_of("patient-view"), json=request_of("plantar-two-weeks"), headers={HEADER: pin})
    assert answer.status_code == 400
    [issue] = answer.json["issue"]
    assert issue["details"]["text"] == "The pinned release does not exist, so it answers nobody."
    assert "with one of 1.0.0, 2.0.0, 3.0.0, 4.0.0, 5.0.0" in issue["diagnostics"]


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """The releases, with 1.0.0 retired and the file of 2.0.0 damaged."""
    folder = tmp_path / "releases"
    shutil.copytree(RELEASES, folder)
    [first, *_] = read_index(folder)
    retired = {"version": "1.0.0", "status": "retired", "digest": first["digest"], "at": "2026-11-26T00:00:00Z"}
    (folder / "index.json").write_text(json.dumps({NAME: extended(read_index(folder), retired)}))
    damaged = folder / f"{NAME}-2.0.0.json"
    damaged.write_bytes(damaged.read_bytes().replace(b"plantar", b"plantaR", 1))
    return folder


@pytest.mark.parametrize(("version", "found"), [("1.0.0", "1.0.0 is retired"), ("2.0.0", "2.0.0 is damaged")])
def test_a_retired_or_damaged_pin_is_refused(releases: Path, version: str, found: str) -> None:
    published = Published(Settings.from_env({"HEEL_CDS_RELEASES": str(releases)}), None)
    pins = Pins(published, CodeMaps.none())
    with pytest.raises(RequestError, match=found) as refused:
        pins.of(f"{NAME}/{version}")
    assert refused.value.status == 400
    assert pins.of(None).release.version == "5.0.0"


def test_a_pin_by_setting_says_what_superseded_it(make_app: AppMaker) -> None:
    pinned = make_app(knowledge="1.0.0").test_client()
    assert pinned.get("/version").json["knowledge"]["supersededBy"] == "5.0.0"
    assert "supersededBy" not in make_app().test_client().get("/version").json["knowledge"]
