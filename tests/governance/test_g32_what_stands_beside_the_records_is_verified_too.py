"""G-32, beside the tree: salts, cards shown and feedback cannot be changed, put in or taken away unseen."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests import calls
from tests.auditing import Told, audit, tampering
from tests.conftest import AppMaker
from tests.reporting import REFUSES, cards_of, entry, feedback, key_in, report

DATABASES = Path(__file__).parents[1] / "integration" / "databases"
EARLIER_KEY = DATABASES / "revision-0004.key"
Tamper = Callable[[sqlite3.Connection], object]


@pytest.fixture(scope="module")
def made(make_app: AppMaker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of four decisions with cards, the third erased, and feedback on each."""
    home = tmp_path_factory.mktemp("made")
    settings = {"home": str(home), "deadline": "30", "pseudonym_key": key_in(home), "site": "North clinic"}
    http = make_app(**settings).test_client()
    shown = [cards_of(http, calls.sample(name))[0] for name in ("plantar-heel-pain", "achilles-rupture") * 2]
    local = {"reason": {"code": "LOCAL"}}
    report(http, entry(shown[0], "accepted"), entry(shown[1], overrideReason=REFUSES))
    report(http, entry(shown[1], overrideReason=local), entry(shown[2]), entry(shown[3], "accepted"))
    assert audit(home, "erase", decisions(home)[2], "--reason", "erasure-request").status == 0
    assert audit(home, "checkpoint").status == 0
    with tampering(home) as database:
        database.execute("pragma wal_checkpoint(truncate)")
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    copied = tmp_path / "home"
    shutil.copytree(made, copied)
    return copied


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """The same of a version whose records did not commit to their salts."""
    with closing(sqlite3.connect(tmp_path / "heel-cds.db")) as database:
        database.executescript((DATABASES / "revision-0004.sql").read_text("utf-8"))
    return tmp_path


def decisions(home: Path) -> list[str]:
    with tampering(home) as database:
        told = database.execute("select decision from records where kind = 'decision' order by position")
        return [decision for (decision,) in told]


def verified(home: Path, *more: str) -> Told:
    return audit(home, "verify", *more)


def run(*statements: str) -> Tamper:
    return lambda database: [database.execute(statement) for statement in statements]


def swap_salts(database: sqlite3.Connection) -> None:
    two = "select position, salt from records where kind = 'decision' and salt is not null order by position limit 2"
    (one, first), (other, second) = database.execute(two).fetchall()
    for position, salt in ((one, second), (other, first)):
        database.execute("update records set salt = ? where position = ?", (salt, position))


_NTH = "(select decision from records where kind = 'decision' order by position limit 1 offset {})"
FIRST, SECOND = (_NTH.format(number) for number in range(2))
ERASED = "(select decision from records where kind = 'erasure')"
_CARD = "(select card from cards where decision = {})"
NEVER = "0f0f0f0f-0000-4000-8000-000000000000"

SALTS: dict[str, tuple[Tamper, str]] = {
    "replaced": (run(f"update records set salt = '{'00' * 32}' where decision = {FIRST}"), "its salt was replaced"),
    "no hex": (run(f"update records set salt = 'x' where decision = {FIRST}"), "its salt was replaced"),
    "swapped": (swap_salts, "its salt was replaced"),
    "replaced, of feedback": (
        run(f"update records set salt = '{'00' * 32}' where decision = {FIRST} and kind = 'feedback'"),
        "its salt was replaced",
    ),
    "put beside a record without": (
        run(f"update records set salt = '{'00' * 32}' where kind = 'release'"),
        "a salt stands beside it, and it has none",
    ),
}
CARDS: dict[str, tuple[Tamper, str]] = {
    "deleted": (run(f"delete from cards where decision = {FIRST}"), "is missing beside it"),
    "deleted with all about it": (
        run(
            f"delete from feedback where card = {_CARD.format(FIRST)}",
            f"delete from advice where card = {_CARD.format(FIRST)}",
            f"delete from cards where decision = {FIRST}",
        ),
        "is missing beside it",
    ),
    "inserted": (
        run(
            f"insert into cards select '{NEVER}', decision, at, client, service, release, suggestions, user, location, "
            f"patient from cards where decision = {FIRST}",
            f"insert into advice select '{NEVER}', place, topic, rule, grounds from advice "
            f"where card = {_CARD.format(SECOND)}",
        ),
        f"card {NEVER} was inserted beside it",
    ),
    "inserted for no decision": (
        run(
            f"insert into cards select '{NEVER}', '{NEVER}', at, client, service, release, suggestions, user, "
            f"location, patient from cards where decision = {FIRST}"
        ),
        f"card {NEVER} was inserted: no decision on record has shown it",
    ),
    "given to another decision": (
        run(f"update cards set decision = {SECOND} where decision = {FIRST}"),
        "was inserted beside it",
    ),
    "another release": (run("update cards set release = 'heel-pain-runner/1.0.0'"), "differs from it: release"),
    "another time": (run("update cards set at = '2020-01-01T00:00:00Z'"), "differs from it: at"),
    "another client": (run("update cards set client = 'x'"), "differs from it: client"),
    "another service": (run("update cards set service = 'x'"), "differs from it: service"),
}
ADVICE: dict[str, tuple[Tamper, str]] = {
    "another rule": (
        run(f"update advice set rule = 'x' where card = {_CARD.format(FIRST)}"),
        "differs from it: advice",
    ),
    "another topic": (run("update advice set topic = 'x'"), "differs from it: advice"),
    "deleted": (run("delete from advice"), "differs from it: advice"),
    "inserted": (
        run(f"insert into advice values ({_CARD.format(FIRST)}, 99, 'x', 'x', null)"),
        "differs from it: advice",
    ),
    "inserted for no card": (
        run(f"insert into advice values ('{NEVER}', 0, 'x', 'x', null)"),
        f"advice of card {NEVER} was inserted: there is no such card",
    ),
    "swapped": (
        run("update advice set place = -place - 1", "update advice set place = (place + 2) % 2 + 10"),
        "differs from it: advice",
    ),
}
FEEDBACK: dict[str, tuple[Tamper, str]] = {
    "deleted": (run(f"delete from feedback where card = {_CARD.format(FIRST)}"), "its row is missing"),
    "one of two deleted": (run("delete from feedback where reason = 'LOCAL'"), "its row is missing"),
    "outcome": (
        run("update feedback set outcome = 'overridden', suggestions = '[]' where outcome = 'accepted'"),
        "its row was edited",
    ),
    "reason": (run("update feedback set reason = 'limited-time' where reason = 'patient-refuses'"), "was edited"),
    "reason put in": (run("update feedback set reason = 'limited-time' where reason is null"), "was edited"),
    "system put in": (run("update feedback set reason_system = 'urn:x' where reason is null"), "was edited"),
    "reason taken away": (run("update feedback set reason = null where reason is not null"), "was edited"),
    "system": (run("update feedback set reason_system = 'urn:x' where reason = 'patient-refuses'"), "was edited"),
    "time": (run("update feedback set at = '2026-11-26T10:00:00.000000Z'"), "was edited"),
    "suggestions": (run("update feedback set suggestions = '[]'"), "was edited"),
    "received": (run("update feedback set received = '2020-01-01T00:00:00.000000Z'"), "was edited"),
    "of another card": (
        run(f"update feedback set card = {_CARD.format(SECOND)} where card = {_CARD.format(FIRST)}"),
        "its row is missing",
    ),
    "inserted": (
        run(
            f"insert into feedback select 'ff', {_CARD.format(FIRST)}, 'overridden', at, received, '[]', null, null "
            "from feedback limit 1"
        ),
        "was inserted: it is not on record",
    ),
    "doubled": (
        run(
            "insert into feedback select 'ff', card, outcome, at, received, suggestions, reason_system, reason "
            "from feedback where reason is null limit 1"
        ),
        "was inserted: it is not on record",
    ),
    "inserted for no card": (
        run(f"insert into feedback select 'ff', '{NEVER}', outcome, at, received, '[]', null, null from feedback"
            " limit 1"),
        f"feedback on card {NEVER} stands alone",
    ),
}  # fmt: skip
CHECKPOINTS: dict[str, tuple[Tamper, str]] = {
    "size": (run("update checkpoints set size = 3 where size > 3"), "was edited: it is no signed note of 3 records"),
    "note": (run("update checkpoints set note = 'x'"), "was edited: it is no signed note"),
    "note of another type": (run("update checkpoints set note = x'00'"), "was edited: it is no signed note"),
}
OTHER_TYPES: dict[str, tuple[Tamper, str]] = {
    "body": (run("update records set body = x'00' where position = 1"), "what this service never writes"),
    "leaf hash": (run("update records set leaf_hash = 'x' where position = 1"), "what this service never writes"),
    "node": (run("update nodes set hash = 'x' where level = 1"), "what this service never writes"),
}
ERASURES: dict[str, tuple[Tamper, str]] = {
    "salt put back": (
        run(f"update records set salt = '{'5a' * 32}' where decision = {ERASED} and kind = 'decision'"),
        "its salt was erased, and one stands there again",
    ),
    "pseudonym put back": (
        run(f"update cards set patient = 'x' where decision = {ERASED}"),
        "its salt is gone, and pseudonyms stand beside its cards",
    ),
}
COMMITTED: dict[str, tuple[Tamper, str]] = {
    "suggestions of a card": (run("update cards set suggestions = '[]'"), "differs from it: suggestions"),
    "user": (run(f"""update cards set "user" = 'x' where decision = {FIRST}"""), "were changed"),
    "place": (run(f"update cards set location = 'x' where decision = {FIRST}"), "were changed"),
    "patient": (run(f"update cards set patient = null where decision = {FIRST}"), "were changed"),
    "grounds": (run(f"update advice set grounds = null where card = {_CARD.format(FIRST)}"), "were changed"),
    "a code only the hospital knows": (run("update feedback set reason = 'X' where reason = 'LOCAL'"), "was edited"),
    "the digest of a report": (run("update feedback set entry = 'ff' || substr(entry, 3)"), "was edited"),
}

WHATEVER_THE_VERSION = {
    f"{table}: {way}": done
    for table, ways in {
        "cards": CARDS,
        "advice": ADVICE,
        "feedback": FEEDBACK,
        "erasures": ERASURES,
        "checkpoints": CHECKPOINTS,
        "other types": OTHER_TYPES,
    }.items()
    for way, done in ways.items()
}
SINCE = {
    f"{table}: {way}": done
    for table, ways in {"salts": SALTS, "committed": COMMITTED}.items()
    for way, done in ways.items()
}


def tampered(home: Path, done: tuple[Tamper, str], *more: str) -> None:
    tamper, expected = done
    with tampering(home) as database:
        tamper(database)
    told = verified(home, *more)
    assert told.status == 1, told.out
    assert expected in told.out


def test_an_untouched_log_verifies_and_nothing_is_left_unproved(home: Path) -> None:
    told = verified(home, "--json").json
    assert (told["faults"], told["limits"]) == ([], [])


@pytest.mark.parametrize("way", WHATEVER_THE_VERSION)
def test_what_was_done_is_named(home: Path, way: str) -> None:
    tampered(home, WHATEVER_THE_VERSION[way])


@pytest.mark.parametrize("way", SINCE)
def test_so_is_what_was_done_to_what_records_commit_to(home: Path, way: str) -> None:
    tampered(home, SINCE[way])


def test_records_of_an_earlier_version_keep_verifying_and_it_is_said_what_they_do_not_prove(earlier: Path) -> None:
    told = verified(earlier, "--key", str(EARLIER_KEY), "--json")
    assert (told.status, told.json["size"], told.json["faults"]) == (0, 11, [])
    [limit] = told.json["limits"]
    assert "9 records are of earlier versions, which commit neither to their salt" in limit
    assert f"Not proved: {limit}." in verified(earlier, "--key", str(EARLIER_KEY)).out


@pytest.mark.parametrize("way", WHATEVER_THE_VERSION)
def test_what_was_done_to_those_is_named_too(earlier: Path, way: str) -> None:
    tampered(earlier, WHATEVER_THE_VERSION[way], "--key", str(EARLIER_KEY))


def test_feedback_on_a_card_of_before_is_bound(earlier: Path, make_app: AppMaker) -> None:
    with tampering(earlier) as database:
        [(card,)] = database.execute(f"select card from cards where decision = {FIRST} limit 1").fetchall()
    report(
        make_app(home=str(earlier), deadline="30").test_client(),
        entry(card, "overridden", outcomeTimestamp="2026-11-26T10:00:00Z"),
    )
    own = earlier / "own.key"
    own.write_text(audit(earlier, "key").out)
    keys = ("--key", str(EARLIER_KEY), "--key", str(own))
    assert verified(earlier, *keys).status == 0
    tampered(earlier, FEEDBACK["deleted"], *keys)


def test_rates_that_were_forged_do_not_verify(home: Path) -> None:
    before = feedback(home, "rates").out
    with tampering(home) as database:
        FEEDBACK["outcome"][0](database)
    assert feedback(home, "rates").out != before
    assert verified(home).status == 1


def test_what_is_newer_than_every_checkpoint_is_said_to_be_unproved(home: Path, make_app: AppMaker) -> None:
    http: FlaskClient = make_app(home=str(home), deadline="30").test_client()
    cards_of(http)
    told = verified(home)
    assert told.status == 0
    assert "Not proved: 1 record is newer than every checkpoint given" in told.out
    audit(home, "checkpoint")
    assert "Not proved" not in verified(home).out


@pytest.mark.parametrize("member", ["cards", "commitment", "knowledge", "decision", "kind", "at"])
@pytest.mark.parametrize("value", ["x", 5, None, [], [5], {}, {"a": 1}])
def test_a_body_nobody_here_has_written_is_a_fault_and_no_accident(home: Path, member: str, value: object) -> None:
    with tampering(home) as database:
        position, body = database.execute(
            "select position, body from records where kind = 'decision' order by position limit 1"
        ).fetchone()
        whole = json.dumps(json.loads(body) | {member: value})
        leaf = sha256(b"\x00" + whole.encode()).digest()
        database.execute("update records set body = ?, leaf_hash = ? where position = ?", (whole, leaf, position))
    told = verified(home)
    assert told.status == 1
    assert "does not verify" in told.out
