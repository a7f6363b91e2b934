"""G-35, the log's part: erasing a salt is on record, leaves the tree verifiable, and leaves no copy of the salt."""

from __future__ import annotations

import json
from pathlib import Path

from tests.auditing import audit, decision, log_in, record

SALT = "c0ffee" + "5a" * 29


def test_an_erased_salt_is_gone_the_erasure_is_on_record_and_the_tree_still_verifies(tmp_path: Path) -> None:
    log_in(tmp_path, 5).append(record(9), SALT)
    before = audit(tmp_path, "show", decision(9), "--json").json
    assert before["salt"] == SALT
    assert audit(tmp_path, "erase", decision(9), "--reason", "patient-request").status == 0
    after = audit(tmp_path, "show", decision(9), "--json").json
    assert after["salt"] is None
    assert after["record"] == before["record"]
    assert audit(tmp_path, "verify").status == 0
    event = json.loads(audit(tmp_path, "records").out.splitlines()[-1])
    assert event | {"at": ""} == {"kind": "erasure", "decision": decision(9), "at": "", "reason": "patient-request"}
    files = b"".join(path.read_bytes() for path in tmp_path.glob("heel-cds.db*"))
    assert SALT.encode() not in files


def test_what_has_no_salt_cannot_be_erased_again(tmp_path: Path) -> None:
    log_in(tmp_path, 2)
    assert audit(tmp_path, "erase", decision(1), "--reason", "retention-ended").status == 0
    again = audit(tmp_path, "erase", decision(1), "--reason", "retention-ended", "--json")
    assert (again.status, again.json["found"]) == (1, False)
    assert audit(tmp_path, "erase", decision(77), "--reason", "retention-ended").status == 1


def test_a_reason_is_a_code_and_never_text(tmp_path: Path) -> None:
    log_in(tmp_path, 1)
    told = audit(tmp_path, "erase", decision(0), "--reason", "Mrs Example asked for it")
    assert told.status == 2
    assert "Example" not in told.err
