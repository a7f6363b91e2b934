"""G-32: the log is a Merkle tree with signed checkpoints; proofs hold, and verification names what was done to it."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from cds_service.records.forms import canonical
from tests import rfc6962
from tests.auditing import audit, decision, log_in, record, tampering

RECORDS = 21


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A log of 21 records, with checkpoints of 8 and of 21."""
    log = log_in(tmp_path, 8)
    audit(tmp_path, "checkpoint")
    for number in range(8, RECORDS):
        log.append(record(number), "5a" * 32)
    assert audit(tmp_path, "checkpoint").status == 0
    return tmp_path


def leaves(home: Path) -> list[bytes]:
    with tampering(home) as database:
        return [body.encode() for (body,) in database.execute("select body from records order by position")]


def hashes(proof: list[str]) -> list[bytes]:
    return [bytes.fromhex(each) for each in proof]


def test_an_untouched_log_verifies(home: Path) -> None:
    told = audit(home, "verify", "--json")
    assert told.status == 0
    root = rfc6962.tree_hash(leaves(home)).hex()
    found = told.json
    limits = found.pop("limits")
    assert found == {"size": RECORDS, "root": root, "checkpoints": 2, "faults": []}
    assert [limit.partition(",")[0] for limit in limits] == ["21 records are of earlier versions"]


@pytest.mark.parametrize("number", [0, 7, 8, 20])
def test_any_decision_has_a_proof_of_inclusion_that_another_verifier_accepts(home: Path, number: int) -> None:
    shown = audit(home, "show", decision(number), "--json").json
    log = shown["log"]
    leaf = sha256(b"\x00" + canonical(shown["record"])).digest()
    assert leaf.hex() == log["leafHash"]
    assert rfc6962.included(leaf, log["position"], log["size"], hashes(log["inclusion"]), bytes.fromhex(log["root"]))
    assert log["checkpoint"].splitlines()[1:3] == ["21", base64.b64encode(bytes.fromhex(log["root"])).decode()]


def test_a_record_newer_than_the_checkpoints_is_proved_against_the_log_as_it_is(home: Path) -> None:
    log_in(home).append(record(99))
    log = audit(home, "show", decision(99), "--json").json["log"]
    assert (log["size"], log["checkpoint"]) == (RECORDS + 1, None)
    leaf, root = bytes.fromhex(log["leafHash"]), bytes.fromhex(log["root"])
    assert rfc6962.included(leaf, RECORDS, RECORDS + 1, hashes(log["inclusion"]), root)


def test_any_two_checkpoints_have_a_proof_of_consistency_that_another_verifier_accepts(home: Path) -> None:
    proof = audit(home, "prove", "8", "21", "--json").json
    first, second = (bytes.fromhex(proof[name]["root"]) for name in ("earlier", "later"))
    assert rfc6962.consistent(8, 21, first, second, hashes(proof["consistency"]))
    assert audit(home, "prove", "21", "22").status == 2


def edit(database: sqlite3.Connection, position: int) -> None:
    """Another body, with the leaf hash that fits it."""
    changed = canonical(record(position, shown=["nothing"]))
    database.execute(
        "update records set body = ?, leaf_hash = ? where position = ?",
        (changed.decode(), sha256(b"\x00" + changed).digest(), position),
    )


def swap(database: sqlite3.Connection, one: int, other: int) -> None:
    for was, becomes in ((one, -1), (other, one), (-1, other)):
        database.execute("update records set position = ? where position = ?", (becomes, was))


def swap_bodies(database: sqlite3.Connection, one: int, other: int) -> None:
    bodies = dict(database.execute("select position, body from records where position in (?, ?)", (one, other)))
    for position, body in ((one, bodies[other]), (other, bodies[one])):
        database.execute("update records set body = ? where position = ?", (body, position))


def insert(database: sqlite3.Connection, at: int) -> None:
    for position in range(RECORDS - 1, at - 1, -1):
        database.execute("update records set position = ? where position = ?", (position + 1, position))
    body = canonical(record(500))
    database.execute(
        "insert into records select ?, ?, '2026-11-25T10:00:00Z', kind, 'clinic-2', service, hook, release, salt, ?, ?"
        " from records where position = 0",
        (at, decision(500), sha256(b"\x00" + body).digest(), body.decode()),
    )


def remove_and_close_the_gap(database: sqlite3.Connection, position: int) -> None:
    database.execute("delete from records where position = ?", (position,))
    for later in range(position + 1, RECORDS):
        database.execute("update records set position = ? where position = ?", (later - 1, later))


def run(statement: str) -> Callable[[sqlite3.Connection], None]:
    return lambda database: database.execute(statement) and None


TAMPERED: dict[str, tuple[Callable[[sqlite3.Connection], object], str]] = {
    "body edited": (
        run("update records set body = replace(body, 'homeCare', 'homeCure') where position = 5"),
        "record 5 was edited: its body does not give its leaf hash",
    ),
    "body and leaf hash edited": (lambda database: edit(database, 5), "record 4 or 5 was edited"),
    "deleted": (run("delete from records where position = 9"), "record 9 is missing"),
    "newest deleted": (run("delete from records where position >= 18"), "records 18 to 19 are missing: the tree still"),
    "deleted, and the rest moved up": (lambda d: remove_and_close_the_gap(d, 6), "record 6 or 7 is missing"),
    "neighbours swapped": (lambda database: swap(database, 4, 5), "records 4 and 5 are out of order"),
    "swapped afar": (lambda d: swap(d, 3, 12), "record 3 is out of order: what belongs there stands at 12"),
    "bodies swapped": (lambda d: swap_bodies(d, 4, 5), "record 4 is out of order: what belongs there stands at 5"),
    "inserted": (lambda database: insert(database, 6), "record 6 was inserted"),
    "inserted beside an older one": (lambda database: insert(database, 7), "record 7 was inserted"),
    "column changed": (run("update records set client = 'x' where position = 2"), "record 2: column client differs"),
    "salt taken away": (run("update records set salt = null where position = 2"), "record 2: its salt is gone"),
    "two in a row deleted": (run("delete from records where position in (9, 10)"), "records 9 to 10 are missing"),
    "put far away": (run("update records set position = 1 << 40 where position = 20"), "stands far beyond all others"),
    "node put far away": (run("insert into nodes values (1, 1 << 40, zeroblob(32))"), "are missing: the tree still"),
    "node changed": (run("update nodes set hash = zeroblob(32) where level = 3"), "node 0 of level 3 of the tree does"),
    "node taken away": (run("delete from nodes where level = 2"), "node 0 of level 2 of the tree is missing"),
    "no record any more": (run("update records set body = '[]' where position = 1"), "record 1 was edited"),
}


@pytest.mark.parametrize("way", TAMPERED)
def test_verification_names_what_was_done(home: Path, way: str) -> None:
    tamper, expected = TAMPERED[way]
    with tampering(home) as database:
        tamper(database)
    told = audit(home, "verify")
    assert told.status == 1
    assert expected in told.out
    assert audit(home, "verify", "--json").json["faults"]


def forge(home: Path) -> None:
    """A whole new tree, consistent in itself, signed with the service's own key."""
    bodies = leaves(home)
    bodies[5] = canonical(record(5, shown=["nothing"]))
    other = home / "other"
    other.mkdir()
    log = log_in(other)
    for number, body in enumerate(bodies):
        log.append(json.loads(body), "5a" * 32)
        if number == RECORDS - 1:
            (other / "log-key.pem").write_bytes((home / "log-key.pem").read_bytes())
            audit(other, "checkpoint")
    for path in home.glob("heel-cds.db*"):
        path.unlink()
    with tampering(other) as database:
        database.execute("pragma wal_checkpoint(truncate)")
    (other / "heel-cds.db").rename(home / "heel-cds.db")


def test_only_the_exported_checkpoint_reveals_a_log_that_was_forged_as_a_whole(home: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept-by-the-hospital.txt"
    assert audit(home, "export", "--to", str(kept)).out == "2 checkpoints exported\n"
    assert audit(home, "export", "--to", str(kept)).out == "0 checkpoints exported\n"
    assert audit(home, "verify", "--checkpoints", str(kept)).status == 0
    forge(home)
    assert audit(home, "verify").status == 0
    told = audit(home, "verify", "--checkpoints", str(kept))
    assert told.status == 1
    assert "the checkpoint of 8 records does not fit" in told.out


def test_a_log_that_was_cut_back_is_smaller_than_its_checkpoints(home: Path) -> None:
    with tampering(home) as database:
        database.execute("delete from records where position >= 16")
        database.execute("""delete from nodes where (("index" + 1) << level) > 16""")
    told = audit(home, "verify")
    assert "the tree shrank: the checkpoint of 21 records was signed, and there are 16" in told.out


def test_a_checkpoint_of_another_key_or_with_another_root_does_not_verify(home: Path, tmp_path: Path) -> None:
    key, note = tmp_path / "key", tmp_path / "note"
    key.write_text(audit(home, "key").out)
    note.write_text(audit(home, "export").out)
    assert audit(home, "verify", "--checkpoints", str(note), "--key", str(key)).status == 0
    note.write_text(note.read_text().replace("\n8\n", "\n9\n"))
    assert "the checkpoint of 9 records does not verify" in audit(home, "verify", "--checkpoints", str(note)).out
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    key.write_text(audit(stranger, "key").out)
    assert "none of the keys" in audit(home, "verify", "--key", str(key)).out


@pytest.mark.parametrize(
    ("wrong", "taught"),
    [
        ("nonsense\n", "line 1 begins no checkpoint"),
        ("w3id.org/heel-pain-cds/log\n21\n", "line 1 begins no checkpoint"),
        ("", "it holds no checkpoint; expected those that heel-cds audit export wrote"),
        (" \n\n", "it holds no checkpoint"),
        (f"w3id.org/heel-pain-cds/log\n{'9' * 5000}\n{'A' * 43}=\n\n— a b\n", "wrong: "),
    ],
)
def test_a_file_that_holds_no_checkpoints_is_told_from_a_log_that_does_not_verify(
    home: Path, wrong: str, taught: str
) -> None:
    (home / "wrong").write_text(wrong)
    told = audit(home, "verify", "--checkpoints", str(home / "wrong"))
    assert told.status == 2
    assert taught in told.err
    assert audit(home, "verify", "--key", str(home / "wrong")).status == 2


def test_a_signature_that_is_no_base64_does_not_verify(home: Path) -> None:
    note = home / "note"
    for signature in ("é", "AAAA", "=", "A"):
        note.write_text(f"w3id.org/heel-pain-cds/log\n8\n{'A' * 43}=\n\n— w3id.org/heel-pain-cds/log {signature}\n")
        told = audit(home, "verify", "--checkpoints", str(note))
        assert (told.status, told.err) == (1, "")
        assert "the checkpoint of 8 records does not verify" in told.out


def test_checkpoints_without_a_key_to_verify_them_are_told(home: Path) -> None:
    (home / "log-key.pem").unlink()
    told = audit(home, "verify")
    assert told.status == 2
    assert "--key" in told.err


def test_where_there_is_no_log_the_auditor_is_told(tmp_path: Path) -> None:
    told = audit(tmp_path, "verify")
    assert told.status == 2
    assert "there is no decision log" in told.err
    assert not (tmp_path / "heel-cds.db").exists()
