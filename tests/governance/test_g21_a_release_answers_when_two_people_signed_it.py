"""G-20, G-21: status moves draft, active, retired; activation needs two people in two roles; what is tampered with
keeps the release before running, and shows red."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import cds_service.published
from cds_service.cli import main
from cds_service.errors import ConfigurationError
from cds_service.pinning import HEADER
from knowledge.approvals import read_approvals
from knowledge.errors import ReleaseError
from knowledge.index import NAME, RELEASES, event_of, record, status_of, versions
from knowledge.lifecycle import activate, retire
from tests.approving import KEYS, PEOPLE, approvals, drafted, put_in_force
from tests.calls import OURS, sample, service_of
from tests.conftest import AppMaker
from tests.tokens import production
from tests.unit.knowledge.charts import NOW

Start = Callable[..., FlaskClient]
NEWEST = versions()[-1]
BEFORE = versions()[-2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The releases, each signed by two people of this site."""
    releases = tmp_path / "releases"
    shutil.copytree(RELEASES, releases)
    (releases / "approvals.json").unlink()
    approvals(releases / "approvals.json")
    return releases


@pytest.fixture
def start(make_app: AppMaker, folder: Path, tmp_path: Path) -> Start:
    """A service that starts, or starts again, on these releases with the same log."""
    home = str(tmp_path / "home")
    return lambda **more: make_app(home=home, releases=str(folder), **more).test_client()


def altered(folder: Path, name: str, change: Callable[[Any], None]) -> None:
    path = folder / name
    told = json.loads(path.read_text("utf-8"))
    change(told)
    path.write_text(json.dumps(told), "utf-8")


def flip(folder: Path, version: str) -> None:
    path = folder / f"{NAME}-{version}.json"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def answering(http: FlaskClient) -> str:
    answer = http.post(service_of("patient-view"), json=sample())
    assert answer.status_code == 200
    version: str = answer.json["extension"][OURS]["knowledge"]["version"]
    return version


def faults(http: FlaskClient) -> list[str]:
    """What /readyz says is wrong; the metric says as many."""
    answer = http.get("/readyz")
    wrong: list[str] = answer.json.get("wrong", [])
    assert answer.status_code == (503 if wrong else 200)
    assert f"heel_cds_knowledge_faults {len(wrong)}.0\n" in http.get("/metrics").text
    return wrong


def test_what_two_people_signed_answers_and_the_log_says_by_whose_approval(start: Start) -> None:
    http = start()
    assert (answering(http), faults(http)) == (NEWEST, [])
    [entry] = [one for one in records(http) if one["kind"] == "release"]
    assert entry["knowledge"]["version"] == NEWEST
    assert {(one["role"], one["name"]) for one in entry["signers"]} == set(PEOPLE.items())
    start()
    assert len([one for one in records(http) if one["kind"] == "release"]) == 1


def records(http: FlaskClient) -> list[dict[str, Any]]:
    from sqlalchemy import select

    from cds_service.records.tables import RECORDS

    log = http.application.extensions["decision_log"]
    with log._engine.connect() as connection:
        return [json.loads(body) for body in connection.execute(select(RECORDS.c.body)).scalars()]


def test_a_flipped_byte_keeps_the_release_before_running(start: Start, folder: Path) -> None:
    start()
    flip(folder, NEWEST)
    http = start()
    assert answering(http) == BEFORE
    assert "its digest is" in faults(http)[0]


@pytest.mark.parametrize("role", list(PEOPLE))
def test_so_does_a_missing_signature(start: Start, folder: Path, role: str) -> None:
    def remove(told: Any) -> None:
        told["signatures"] = [s for s in told["signatures"] if (s["version"], s["role"]) != (NEWEST, role)]

    altered(folder, "approvals.json", remove)
    http = start()
    assert answering(http) == BEFORE
    assert faults(http)[0].startswith(f"release {NEWEST}: no valid signature of a trusted {role} over sha256:")


def test_and_a_key_that_is_no_longer_trusted_or_a_signature_that_was_altered(start: Start, folder: Path) -> None:
    altered(folder, "approvals.json", lambda told: told["signatures"][-1].update(signature="AAAA"))
    assert answering(start()) == BEFORE
    altered(folder, "approvals.json", lambda told: told["signatures"][-1].update(signature="no base64"))
    assert answering(start()) == BEFORE
    altered(folder, "approvals.json", lambda told: told["keys"].clear())
    with pytest.raises(ConfigurationError, match="no release may answer"):
        start()


def test_an_older_history_put_back_keeps_the_release_of_the_newer_one_running(start: Start, folder: Path) -> None:
    newer = (folder / "index.json").read_bytes()
    start()
    altered(folder, "index.json", lambda told: told[NAME].__delitem__(slice(-2, None)))
    http = start()
    assert answering(http) == NEWEST
    assert "rolled back" in faults(http)[0]
    (folder / "index.json").write_bytes(newer)
    assert faults(start()) == []


def test_a_rollback_that_is_meant_is_accepted_by_a_person_and_on_record(
    start: Start, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    start()
    altered(folder, "index.json", lambda told: told[NAME].__delitem__(slice(-2, None)))
    monkeypatch.setenv("HEEL_CDS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HEEL_CDS_RELEASES", str(folder))
    assert main(["audit", "accept-index", "--reason", "downgrade", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == BEFORE
    http = start()
    assert (answering(http), faults(http)) == (BEFORE, [])
    assert [one.get("reason") for one in records(http) if one["kind"] == "release"] == [None, "downgrade"]
    flip(folder, BEFORE)
    assert main(["audit", "accept-index", "--reason", "downgrade"]) == 1
    assert "its digest is" in capsys.readouterr().out
    (folder / "index.json").write_text("{}")
    assert main(["audit", "accept-index", "--reason", "downgrade"]) == 2
    assert "not a release index" in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["", "[]", '{"heel-pain-runner": [{"version": "1"}]}'])
def test_an_index_that_cannot_be_read_keeps_the_release_running_too(start: Start, folder: Path, damage: str) -> None:
    start()
    (folder / "index.json").write_text(damage)
    http = start()
    assert answering(http) == NEWEST
    assert "not a release index" in faults(http)[0] or "each event needs" in faults(http)[0]


def test_what_is_changed_under_a_running_service_shows_and_changes_no_answer(start: Start, folder: Path) -> None:
    http = start()
    flip(folder, NEWEST)
    assert "was changed" in faults(http)[0]
    assert answering(http) == NEWEST
    (folder / f"{NAME}-{NEWEST}.json").unlink()
    assert "can no longer be read" in faults(http)[0]
    (folder / "index.json").write_text("{}")
    assert "not a release index" in faults(http)[0]
    assert answering(http) == NEWEST


def test_what_is_retired_or_no_longer_approved_answers_nobody_from_the_next_call_on(start: Start, folder: Path) -> None:
    http = start()
    retire(NEWEST, NOW, folder)
    assert (answering(http), faults(http)) == (BEFORE, [])
    assert pinned(http, NEWEST).status_code == 400
    assert [entry["knowledge"]["version"] for entry in records(http) if entry["kind"] == "release"] == [NEWEST, BEFORE]

    def remove(told: Any) -> None:
        told["signatures"] = [one for one in told["signatures"] if one["version"] != BEFORE]

    signed = (folder / "approvals.json").read_bytes()
    altered(folder, "approvals.json", remove)
    assert answering(http) == versions()[-3]
    assert faults(http)[0].startswith(f"release {BEFORE}: no valid signature")
    assert "not approved" in pinned(http, BEFORE).json["issue"][0]["details"]["text"]
    (folder / "approvals.json").write_bytes(signed)
    assert (answering(http), faults(http)) == (BEFORE, [])


def test_where_nothing_may_answer_any_more_a_call_is_refused_and_readiness_is_red(start: Start, folder: Path) -> None:
    http = start()
    altered(folder, "approvals.json", lambda told: told["signatures"].clear())
    refused = http.post(service_of("patient-view"), json=sample())
    assert refused.status_code == 503
    assert refused.json["issue"][0]["details"]["text"] == "No release of the knowledge may answer now."
    assert any(fault.startswith("no release may answer") for fault in faults(http))
    assert http.get("/version").json["knowledge"]["version"] == NEWEST


def test_a_version_named_by_a_setting_is_refused_once_it_is_retired(start: Start, folder: Path) -> None:
    http = start(knowledge=BEFORE)
    assert answering(http) == BEFORE
    retire(BEFORE, NOW, folder)
    assert http.post(service_of("patient-view"), json=sample()).status_code == 503
    assert faults(http) == [f"release {BEFORE} is retired; only an active one answers"]


def test_what_is_activated_answers_from_the_next_call_on(start: Start, folder: Path) -> None:
    http = start()
    version = next_one(folder)
    put_in_force(version, folder)
    assert (answering(http), faults(http)) == (version, [])
    assert http.get("/version").json["knowledge"]["version"] == version
    assert http.get(f"/knowledge/{NAME}/{version}").status_code == 200


def test_files_that_change_while_they_are_looked_at_are_looked_at_again(
    start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    http, load = start(), cds_service.published.load_approved

    def loading(*given: Any) -> Any:
        altered(folder, "approvals.json", lambda told: told["keys"].append(told["keys"][0]))
        return load(*given)

    monkeypatch.setattr(cds_service.published, "load_approved", loading)
    version = next_one(folder)
    put_in_force(version, folder)
    answered: list[str] = []
    call = Thread(target=lambda: answered.append(answering(http)), daemon=True)
    call.start()
    call.join(60)
    assert answered == [version]


def test_approvals_that_are_gone_or_unreadable_change_no_answer_and_show(start: Start, folder: Path) -> None:
    http = start()
    (folder / "approvals.json").write_text("no JSON")
    assert "not an approvals file" in faults(http)[0]
    (folder / "approvals.json").unlink()
    assert "the approvals are gone" in faults(http)[0]
    assert answering(http) == NEWEST


def test_a_retirement_stays_though_the_index_is_put_back(start: Start, folder: Path) -> None:
    before = (folder / "index.json").read_bytes()
    http = start()
    retire(NEWEST, NOW, folder)
    assert answering(http) == BEFORE
    (folder / "index.json").write_bytes(before)
    assert answering(http) == BEFORE
    assert "no longer holds the history" in faults(http)[0]
    again = start()
    assert answering(again) == BEFORE
    assert "rolled back" in faults(again)[0]
    assert f"release {NEWEST} is retired" in pinned(again, NEWEST).json["issue"][0]["details"]["text"]
    with pytest.raises(ConfigurationError, match="is retired"):
        start(knowledge=NEWEST)


def test_a_damaged_shadow_is_left_out_and_shows(start: Start, folder: Path) -> None:
    flip(folder, BEFORE)
    http = start(shadow=BEFORE)
    assert answering(http) == NEWEST
    assert faults(http)[0].startswith("the shadow release is not evaluated: ")


def test_an_older_release_that_is_damaged_shows_and_is_not_offered(start: Start, folder: Path) -> None:
    flip(folder, BEFORE)
    http = start()
    assert faults(http) == [f"the file of release {BEFORE} was changed"]
    refused = pinned(http, BEFORE)
    assert refused.status_code == 400
    assert BEFORE not in refused.json["issue"][0]["diagnostics"]


def pinned(http: FlaskClient, version: str) -> TestResponse:
    return http.post(service_of("patient-view"), json=sample(), headers={HEADER: f"{NAME}/{version}"})


def test_an_edited_index_under_a_running_service_shows(start: Start, folder: Path) -> None:
    http = start()
    altered(folder, "index.json", lambda told: told[NAME].pop())
    assert "no longer holds the history" in faults(http)[0]


def test_a_draft_answers_nobody(start: Start, folder: Path) -> None:
    draft = next_one(folder)
    assert answering(start()) == NEWEST
    with pytest.raises(ConfigurationError, match=rf"release {draft} is draft; only an active one answers"):
        start(knowledge=draft)
    assert answering(start(shadow=draft)) == NEWEST
    put_in_force(draft, folder)
    http = start()
    assert answering(http) == draft
    assert http.get(f"/knowledge/{NAME}/{draft}").status_code == 200
    retire(draft, NOW, folder)
    assert answering(start()) == NEWEST
    with pytest.raises(ConfigurationError, match="is retired"):
        start(knowledge=draft)
    with pytest.raises(ConfigurationError, match=r"'77\.0\.0' is not published"):
        start(knowledge="77.0.0")


def next_one(folder: Path) -> str:
    """The newest release once more, under the next version, that is not active yet."""
    version = f"{int(NEWEST.split('.')[0]) + 1}.0.0"
    drafted(version, folder)
    return version


@pytest.mark.parametrize("status", ["draft", "active"])
def test_status_never_moves_back(folder: Path, status: str) -> None:
    retire(BEFORE, NOW, folder)
    digest = status_of(BEFORE, folder)["digest"]
    with pytest.raises(ReleaseError, match="status moves only draft -> active -> retired"):
        record(event_of(BEFORE, status, digest, NOW), folder)
    with pytest.raises(ReleaseError, match="status moves only"):
        activate(NEWEST, read_approvals(folder / "approvals.json"), NOW, folder)


def test_people_approve_by_the_command_line(
    folder: Path, start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    version = next_one(folder)
    mine = tmp_path / "site.json"
    where = ("--releases", str(folder), "--approvals", str(mine))
    assert main(["knowledge", "activate", version, *where]) == 2
    for role, name in PEOPLE.items():
        who, key = ("--role", role, "--name", name), tmp_path / f"{role}.pem"
        assert main(["knowledge", "sign", version, *who, "--key", str(key), *where]) == 2
        assert main(["knowledge", "trust", *who, "--new-key", str(key), *where]) == 0
        assert key.stat().st_mode & 0o077 == 0
        assert main(["knowledge", "trust", *who, "--new-key", str(key), *where]) == 2
        assert main(["knowledge", "sign", version, *who, "--key", str(key), *where]) == 0
    assert main(["knowledge", "activate", version, *where, "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"version": version, "status": "active"}
    assert answering(start(approvals=str(mine))) == version
    assert main(["knowledge", "retire", version, *where]) == 0
    assert status_of(version, folder)["status"] == "retired"


def test_a_key_that_is_not_trusted_signs_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = tmp_path / "public.pem"
    key = KEYS["clinical-author"].public_key()
    public.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    where = ("--releases", str(folder), "--approvals", str(tmp_path / "site.json"))
    who = ("--role", "clinical-author", "--name", "A. Author")
    assert main(["knowledge", "trust", *who, "--public", str(public), *where]) == 0
    other = tmp_path / "other.pem"
    assert (
        main(["knowledge", "trust", "--role", "independent-reviewer", "--name", "R", "--new-key", str(other), *where])
        == 0
    )
    assert main(["knowledge", "sign", NEWEST, *who, "--key", str(other), *where]) == 2
    assert "the key is not trusted to sign as clinical-author 'A. Author'" in capsys.readouterr().err


def test_production_counts_no_development_key_and_needs_a_file_of_its_own(make_app: AppMaker, tmp_path: Path) -> None:
    assert answering_in_production(production(make_app, tmp_path))
    with pytest.raises(ConfigurationError, match="HEEL_CDS_APPROVALS: not set; production needs"):
        production(make_app, tmp_path, settings={"approvals": ""})
    with pytest.raises(ConfigurationError, match="no valid signature of a trusted clinical-author"):
        production(make_app, tmp_path, settings={"approvals": str(RELEASES / "approvals.json")})
    (tmp_path / "broken.json").write_text("[]")
    with pytest.raises(ConfigurationError, match=r"HEEL_CDS_APPROVALS: .*not an approvals file"):
        production(make_app, tmp_path, settings={"approvals": str(tmp_path / "broken.json")})


def answering_in_production(http: FlaskClient) -> bool:
    return http.get("/readyz").status_code == 200


def test_development_keys_are_made_at_publication_and_never_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import knowledge.publish

    monkeypatch.setattr(knowledge.publish, "failures", lambda *_: [])
    assert main(["knowledge", "publish", "--development", "--releases", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["status"] == "active"
    made = read_approvals(tmp_path / "approvals.json")
    assert all(key.development and key.name.startswith("development key") for key in made.keys)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["approvals.json", "index.json", f"{NAME}-{told['version']}.json"]
    )
    assert main(["knowledge", "publish", "--development", "--releases", str(tmp_path)]) == 0
    assert read_approvals(tmp_path / "approvals.json") == made


def test_a_role_that_does_not_exist_is_never_trusted(tmp_path: Path) -> None:
    from knowledge.approvals import trust
    from knowledge.signatures import TrustedKey

    with pytest.raises(ReleaseError, match="'owner' is no role"):
        trust(TrustedKey("owner", "O. Owner", b""), tmp_path / "approvals.json")
