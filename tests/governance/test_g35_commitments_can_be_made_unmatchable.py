"""G-35: commitments resist guessing; erasing a decision takes its salt, its pseudonyms and its kept request.

After that nothing matches, the tree still verifies, and the erasure is on record.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cds_service.records import decision_log
from cds_service.records.reasons import ACCEPTED_INDEXES, ERASURES
from tests import calls
from tests.auditing import Told, audit, decision, log_in, record, stored, tampering
from tests.calls import break_store
from tests.conftest import AppMaker
from tests.reporting import cards_of

SALT = "c0ffee" + "5a" * 29
PATIENT = calls.sample_patient()


def erase(home: Path, name: str, *more: str, reason: str = "erasure-request", **settings: str) -> Told:
    return audit(home, "erase", name, "--reason", reason, *more, **settings)


def newest(home: Path) -> Any:
    return json.loads(audit(home, "records").out.splitlines()[-1])


def test_an_erased_salt_is_gone_the_erasure_is_on_record_and_the_tree_still_verifies(tmp_path: Path) -> None:
    log_in(tmp_path, 5).append(record(9), SALT)
    before = audit(tmp_path, "show", decision(9), "--json").json
    assert before["salt"] == SALT
    assert erase(tmp_path, decision(9)).status == 0
    after = audit(tmp_path, "show", decision(9), "--json").json
    assert after["salt"] is None
    assert after["record"] == before["record"]
    assert audit(tmp_path, "verify").status == 0
    assert newest(tmp_path) | {"at": ""} == {
        "kind": "erasure",
        "decision": decision(9),
        "at": "",
        "reason": "erasure-request",
        "erased": ["salt"],
    }
    files = b"".join(path.read_bytes() for path in tmp_path.glob("heel-cds.db*"))
    assert SALT.encode() not in files


class TestTheRequestThatWasKept:
    """Of a service whose hospital keeps what it answered on."""

    @pytest.fixture
    def kept(self, make_app: AppMaker, tmp_path: Path) -> Path:
        folder = tmp_path / "kept"
        folder.mkdir()
        cards_of(make_app(home=str(tmp_path), requests=str(folder), deadline="30").test_client())
        [file] = folder.iterdir()
        assert PATIENT in file.read_text("utf-8")
        return file

    def test_it_goes_with_the_salt_and_both_are_told_and_on_record(self, kept: Path, tmp_path: Path) -> None:
        told = erase(tmp_path, kept.stem, requests=str(kept.parent))
        assert (told.status, list(kept.parent.iterdir())) == (0, [])
        assert "erased: the request kept in HEEL_CDS_REQUESTS, the salt of its commitment; on record" in told.out
        assert newest(tmp_path)["erased"] == ["request", "salt"]
        assert audit(tmp_path, "verify").status == 0

    def test_erasing_again_does_nothing_and_is_no_error(self, kept: Path, tmp_path: Path) -> None:
        erase(tmp_path, kept.stem, requests=str(kept.parent))
        before = audit(tmp_path, "records").out
        again = erase(tmp_path, kept.stem, "--json", requests=str(kept.parent))
        assert (again.status, again.json["found"], again.json["erased"]) == (0, True, [])
        assert audit(tmp_path, "records").out == before

    def test_one_that_an_earlier_erasure_left_is_taken_now(self, kept: Path, tmp_path: Path) -> None:
        first = erase(tmp_path, kept.stem)
        assert "HEEL_CDS_REQUESTS is not set here" in first.out
        assert kept.exists()
        assert erase(tmp_path, kept.stem, "--json", requests=str(kept.parent)).json["erased"] == ["request"]
        assert newest(tmp_path)["erased"] == ["request"]
        assert not kept.exists()

    def test_one_that_is_missing_is_no_obstacle(self, kept: Path, tmp_path: Path) -> None:
        kept.unlink()
        assert erase(tmp_path, kept.stem, "--json", requests=str(kept.parent)).json["erased"] == ["salt"]

    def test_when_the_log_cannot_be_written_the_next_attempt_does_what_is_left(
        self, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stopped(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(decision_log, "erasure_of", stopped)
            with pytest.raises(KeyboardInterrupt):
                erase(tmp_path, kept.stem, requests=str(kept.parent))
        assert audit(tmp_path, "show", kept.stem, "--json").json["salt"] is not None
        assert erase(tmp_path, kept.stem, "--json", requests=str(kept.parent)).json["erased"] == ["salt"]
        assert audit(tmp_path, "verify").status == 0

    def test_one_that_cannot_be_removed_leaves_all_as_it_was(self, kept: Path, tmp_path: Path) -> None:
        kept.unlink()
        kept.mkdir()
        told = erase(tmp_path, kept.stem, requests=str(kept.parent))
        assert told.status == 2
        assert "nothing else was erased" in told.err
        assert audit(tmp_path, "show", kept.stem, "--json").json["salt"] is not None

    def test_one_whose_decision_is_not_on_record_can_be_erased_too(self, kept: Path, tmp_path: Path) -> None:
        orphan = kept.with_name(f"{decision(77)}.json")
        kept.rename(orphan)
        assert erase(tmp_path, decision(77), "--json", requests=str(kept.parent)).json["erased"] == ["request"]
        assert audit(tmp_path, "verify").status == 0

    def test_none_is_kept_where_the_decision_cannot_be_recorded(self, make_app: AppMaker, tmp_path: Path) -> None:
        home, folder = tmp_path / "home", tmp_path / "kept-here"
        folder.mkdir()
        http = make_app(home=str(home), requests=str(folder), deadline="30").test_client()
        break_store(home)
        assert calls.post(http, calls.sample()).status_code == 503
        assert list(folder.iterdir()) == []


def test_what_has_nothing_left_and_what_nobody_knows_are_told_apart(tmp_path: Path) -> None:
    log_in(tmp_path, 2)
    assert erase(tmp_path, decision(1), reason="retention-expired").status == 0
    again = erase(tmp_path, decision(1), "--json", reason="retention-expired")
    assert (again.status, again.json["found"], again.json["erased"]) == (0, True, [])
    unknown = erase(tmp_path, decision(77))
    assert unknown.status == 1
    assert "no record of decision" in unknown.out
    assert "heel-cds audit records lists them" in unknown.out


@pytest.mark.parametrize("wrong", ["../../etc/passwd", "x", "", "release"])
def test_an_id_that_is_none_is_wrong_use(tmp_path: Path, wrong: str) -> None:
    log_in(tmp_path, 1)
    told = erase(tmp_path, wrong)
    assert told.status == 2
    assert "expected the decisionId of an answer" in told.err


@pytest.mark.parametrize("wrong", ["Mrs Example asked for it", "example-jane-1950", "patient-request", ""])
@pytest.mark.parametrize(
    ("command", "known"), [(("erase", decision(0)), ERASURES), (("accept-index",), ACCEPTED_INDEXES)]
)
def test_a_reason_is_one_of_a_closed_list_since_a_name_can_be_written_like_a_code(
    tmp_path: Path, command: tuple[str, ...], known: dict[str, str], wrong: str
) -> None:
    log_in(tmp_path, 1)
    told = audit(tmp_path, *command, "--reason", wrong)
    assert told.status == 2
    assert "xample" not in told.err
    assert all(code in told.err for code in known)
    assert audit(tmp_path, "show", decision(0), "--json").json["salt"] is not None


def test_an_erasure_of_before_the_list_was_closed_still_verifies(tmp_path: Path) -> None:
    log = log_in(tmp_path, 1)
    log.append({"kind": "erasure", "decision": decision(0), "at": "2026-11-25T10:00:00Z", "reason": "patient-request"})
    with tampering(tmp_path) as database:
        database.execute("update records set salt = null")
    assert audit(tmp_path, "verify").status == 0


def test_the_same_request_twice_gives_commitments_that_have_nothing_in_common(
    make_app: AppMaker, tmp_path: Path
) -> None:
    http = make_app(home=str(tmp_path), deadline="30").test_client()
    for _ in range(2):
        cards_of(http, calls.sample())
    one, other = (record["commitment"] for record in stored(tmp_path).values())
    assert all(one[name] != other[name] for name in one if name != "algorithm")
