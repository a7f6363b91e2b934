"""G-1, the record's side: what is replayed is the record of the log, and no file brought in its place is believed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cds_service.cli import main
from cds_service.policy import digest_of_policy
from cds_service.records.forms import canonical
from tests.auditing import Told, audit, tampering
from tests.conftest import AppMaker
from tests.replaying import Replayed, call, leaves, record_file, replay, request_of

Change = Callable[[dict[str, Any]], object]


@dataclass(frozen=True)
class Case:
    """A decision on record: what `audit show` printed, and the request."""

    home: Path
    folder: Path
    entry: Mapping[str, Any]
    request: bytes

    def replayed(self, entry: Any) -> Replayed:
        path = self.folder / "changed.json"
        path.write_text(json.dumps(entry), "utf-8")
        return replay(path, self.request)

    def changed(self, change: Change, sealed: bool = False) -> Replayed:
        entry = copy.deepcopy(dict(self.entry))
        change(entry)
        return self.replayed(resealed(entry) if sealed else entry)


@pytest.fixture(scope="module")
def case(make_app: AppMaker, tmp_path_factory: pytest.TempPathFactory) -> Case:
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("files")
    service = make_app(home=str(home), deadline="30").test_client()
    call(service, request_of("child"))
    answered = call(service, request_of("rupture"))
    assert audit(home, "checkpoint").status == 0
    entry = json.loads(record_file(home, answered, folder).read_text("utf-8"))
    return Case(home, folder, entry, answered.request)


def resealed(entry: dict[str, Any]) -> dict[str, Any]:
    """With the hashes of a log that holds this record alone, as a forger would write them."""
    try:
        leaf = sha256(b"\x00" + canonical(entry["record"])).hexdigest()
    except (ValueError, LookupError, TypeError, OverflowError):
        return entry
    log = {"position": 0, "leafHash": leaf, "size": 1, "root": leaf, "inclusion": [], "checkpoint": None}
    return entry | {"log": log}


def setting(*path: str, to: Any) -> Change:
    def change(entry: dict[str, Any]) -> None:
        for name in path[:-1]:
            entry = entry[name]
        entry[path[-1]] = to

    return change


def test_the_record_as_it_was_shown_gives_the_same_answer(case: Case) -> None:
    assert case.replayed(case.entry).status == 0


ALTERED: dict[str, Change] = {
    "rules": setting("record", "rules", "true", to=[]),
    "client": setting("record", "client", to="another"),
    "cards": setting("record", "cards", to=[]),
    "withheld": setting("record", "withheld", to=[]),
    "at": setting("record", "at", to="2020-01-01T00:00:00Z"),
    "one member more": setting("record", "more", to="x"),
    "engine": setting("record", "engine", "version", to="0.0.1"),
}


@pytest.mark.parametrize("what", ALTERED)
def test_an_altered_record_is_told_by_its_hash(case: Case, what: str) -> None:
    told = case.changed(ALTERED[what])
    assert (told.status, told.out) == (1, b"")
    assert "The record was changed: it does not give the leafHash beside it." in told.err


PROOFS: dict[str, tuple[Change, str]] = {
    "another hash": (setting("log", "leafHash", to="00" * 32), "does not give the leafHash"),
    "no hash": (setting("log", to={}), "missing required field `leafHash`"),
    "no log": (lambda entry: entry.pop("log"), "missing required field `log`"),
    "another root": (setting("log", "root", to="00" * 32), "does not lead to the root"),
    "another place": (setting("log", "position", to=0), "does not lead to the root"),
    "a place that is none": (setting("log", "position", to=10**9), "does not lead to the root"),
    "another path": (setting("log", "inclusion", to=[]), "does not lead to the root"),
    "a longer path": (setting("log", "inclusion", to=["00" * 32] * 9), "does not lead to the root"),
    "a checkpoint that is none": (setting("log", "checkpoint", to="x"), "is not one signed note"),
    "a salt of another": (setting("salt", to="00" * 32), "The salt is not the one of the record"),
}


@pytest.mark.parametrize("what", PROOFS)
def test_a_proof_that_does_not_hold_is_named(case: Case, what: str) -> None:
    change, expected = PROOFS[what]
    told = case.changed(change)
    assert told.status == 1
    assert expected in told.err


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (setting("record", "rules", "true", to=[]), "rules"),
        (setting("record", "cards", to=[]), "cards"),
        (setting("record", "shown", to=[]), "shown"),
        (setting("record", "failed", to=["home-care"]), "failed"),
        (setting("record", "hook", to="order-sign"), "hook"),
    ],
)
def test_a_record_forged_with_its_hashes_still_differs_from_the_decision_made_again(
    case: Case, change: Change, named: str
) -> None:
    told = case.changed(change, sealed=True)
    assert told.status == 1
    assert f"The record differs from the decision made again: {named}." in told.err


class TestWithTheKeyOfTheLog:
    """Then what nobody signed is not believed, however well it fits itself."""

    def told(self, case: Case, entry: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
        key, record, request = (tmp_path / name for name in ("key.txt", "record.json", "request.json"))
        key.write_text(audit(case.home, "key").out, "utf-8")
        record.write_text(json.dumps(entry), "utf-8")
        request.write_bytes(case.request)
        status = main(["replay", str(record), str(request), "--key", str(key), "--json"])
        return Told(status, *capsys.readouterr())

    def test_what_was_shown_is_the_same(self, case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        told = self.told(case, case.entry, tmp_path, capsys)
        assert (told.status, told.json["same"]) == (0, True)

    def test_a_forgery_is_told(self, case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        entry = copy.deepcopy(dict(case.entry))
        entry["record"]["client"] = "another"
        told = self.told(case, resealed(entry), tmp_path, capsys)
        assert told.status == 1
        assert "no key has signed it" in told.out
        forged = resealed(entry)
        forged["log"]["checkpoint"] = case.entry["log"]["checkpoint"]
        assert "The checkpoint is not that of the proof" in self.told(case, forged, tmp_path, capsys).out

    def test_a_checkpoint_of_another_key_is_told(
        self, case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        entry = copy.deepcopy(dict(case.entry))
        note = entry["log"]["checkpoint"]
        entry["log"]["checkpoint"] = note[:-9] + "AAAA" + note[-5:]
        assert "None of the keys given has signed" in self.told(case, entry, tmp_path, capsys).out


def test_why_believes_no_other_record_either(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    record, request = case.folder / "why.json", case.folder / "request.json"
    request.write_bytes(case.request)
    entry = copy.deepcopy(dict(case.entry))
    entry["record"]["rules"]["true"] = []
    record.write_text(json.dumps(entry), "utf-8")
    assert main(["why", str(request), "--record", str(record)]) == 2
    assert "does not give the leafHash beside it" in capsys.readouterr().err
    record.write_text(json.dumps(resealed(entry)), "utf-8")
    assert main(["why", str(request), "--record", str(record)]) == 1
    assert "NOT the same answer" in capsys.readouterr().err


def test_a_record_edited_in_the_database_is_refused_over_http(make_app: AppMaker, tmp_path: Path) -> None:
    http = make_app(home=str(tmp_path), deadline="30").test_client()
    answered = call(http, request_of("rupture"))
    with tampering(tmp_path) as database:
        database.execute('update records set body = replace(body, \'"true":["\', \'"true":["x\')')
    for route in ("$replay", "explanation"):
        told = http.post(f"/decisions/{answered.decision}/{route}", data=answered.request)
        assert told.status_code in (415, 422), told.text
        if told.status_code == 415:
            told = http.post(
                f"/decisions/{answered.decision}/{route}", data=answered.request, content_type="application/json"
            )
        assert told.status_code == 422
        assert "does not give the leafHash" in told.text


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["", "x", "\ud800", "../../etc/passwd", "2026-13-01", "00" * 32, 10**400, -1, 1.5, {}, [], [[]]]),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3)), max_size=3),
    st.dictionaries(st.text(max_size=3), st.one_of(st.none(), st.integers(), st.text(max_size=3)), max_size=3),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every member and item of a JSON document."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, member in members for place in ((*path, key), *places(member, (*path, key)))]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_a_record_is_answered_by_words(case: Case, data: st.DataObject) -> None:
    """Never a traceback: the same (0), another (1), or no record at all (2)."""
    entry = copy.deepcopy(dict(case.entry))
    every = places(entry)
    for path in data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=2, unique=True)):
        holder: Any = entry
        try:
            for key in path[:-1]:
                holder = holder[key]
            if data.draw(st.booleans(), "removed"):
                del holder[path[-1]]
            else:
                holder[path[-1]] = data.draw(ODD, str(path))
        except (LookupError, TypeError):
            continue  # the other change took it away
    policy = entry.get("record", {}).get("policy") if isinstance(entry.get("record"), dict) else None
    if isinstance(policy, dict) and data.draw(st.booleans(), "policy digested"):
        policy["digest"] = digested(policy)
    told = case.replayed(resealed(entry) if data.draw(st.booleans(), "sealed") else entry)
    assert told.status in (0, 1, 2)
    assert told.status == 0 or told.err.strip()


def digested(policy: dict[str, Any]) -> str:
    try:
        return digest_of_policy(policy)
    except (ValueError, TypeError, OverflowError):
        return ""


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b"7", b"{", b"\xff", b"[" * 100_000, b'{"record": NaN}', b'{"a":' * 200 + b"1"]
)
def test_a_file_that_is_no_record_is_told_by_every_command_that_takes_one(
    case: Case, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    record, request = case.folder / "none.json", case.folder / "request.json"
    record.write_bytes(content)
    request.write_bytes(case.request)
    for command in (["replay", str(record), str(request)], ["why", str(request), "--record", str(record)]):
        assert main(command) == 2
        assert "expected the JSON object" in capsys.readouterr().err


def test_a_chart_given_for_the_record_is_not_repeated(case: Case) -> None:
    told = case.replayed(json.loads(case.request))
    assert told.status == 1
    strings = {value for _, value in leaves(json.loads(case.request)) if isinstance(value, str) and len(value) > 11}
    assert not [value for value in strings if value in told.err]
