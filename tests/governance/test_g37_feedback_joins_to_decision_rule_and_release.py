"""G-37: feedback for any card joins to decision, rule and release; the export has the six fields; silence is unknown.

Users and places stand in it as pseudonyms that only who has the hospital's key can resolve.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import calls
from tests.auditing import audit, stored
from tests.conftest import AppMaker
from tests.reporting import HL7, REFUSES, cards_of, entry, exported, feedback, key_in, report

SIX = ["intervention", "action", "feedback", "user", "date", "location"]
VISIT = {
    "resourceType": "Encounter",
    "id": "visit-1",
    "status": "in-progress",
    "location": [
        {"status": "completed", "location": {"reference": "Location/waiting-room"}},
        {"status": "active", "location": {"reference": "https://ehr.example/fhir/Location/room-7"}},
    ],
}


def at_the_visit(user: str = calls.USER, **visit: Any) -> dict[str, Any]:
    """The packaged patient, seen by a user in a room that the encounter names."""
    packaged = calls.sample()
    packaged["context"] |= {"userId": user, "encounterId": "visit-1"}
    packaged["prefetch"]["visit"] = VISIT | visit
    return packaged


@pytest.fixture
def http(make_app: AppMaker, tmp_path: Path) -> FlaskClient:
    key = key_in(tmp_path)
    return make_app(home=str(tmp_path), deadline="30", pseudonym_key=key, site="North clinic").test_client()


def resolved(home: Path, *values: str, client: str = "sandbox") -> list[str]:
    """What whoever has the key finds for identifiers it knows."""
    told = feedback(home, "resolve", "--key", str(home / "pseudonyms.key"), "--client", client, "--json", *values)
    return [told.json[value] for value in values]


def test_each_report_is_found_with_its_decision_rule_and_release(http: FlaskClient, tmp_path: Path) -> None:
    rupture, plantar = (cards_of(http, calls.sample(name)) for name in ("achilles-rupture", "plantar-heel-pain"))
    report(http, entry(rupture[0], "accepted"), entry(plantar[0], overrideReason=REFUSES))
    decisions = stored(tmp_path)
    rows = {(row["card"], row["intervention"]): row for row in exported(tmp_path)}
    for card in [*rupture, *plantar]:
        for topic in card["extension"][calls.OURS]["recommendations"]:
            row = rows.pop((card["uuid"], topic))
            record = decisions[row["decision"]]
            [told] = [one for one in record["cards"] if one["card"] == card["uuid"]]
            assert {"topic": topic, "rule": row["rule"]} in told["advice"]
            assert row["rule"] in record["rules"]["true"]
            assert topic in record["shown"]
            assert row["release"] == f"{record['knowledge']['name']}/{record['knowledge']['version']}"
            assert (row["service"], row["client"]) == (record["service"], record["client"])
    assert rows == {}


def test_the_export_has_the_six_fields_as_ndjson_and_as_csv(http: FlaskClient, tmp_path: Path) -> None:
    accepted, overridden, silent = (cards_of(http, at_the_visit())[0] for _ in range(3))
    report(http, entry(accepted, "accepted"), entry(overridden, overrideReason=REFUSES))
    rows = {row["card"]: row for row in exported(tmp_path) if row["intervention"] == "plantarCoreCare"}
    user, room = resolved(tmp_path, calls.USER, "Location/room-7")
    silent_since = rows[silent["uuid"]]["shown"]
    assert {card: [row[name] for name in SIX] for card, row in rows.items()} == {
        accepted["uuid"]: ["plantarCoreCare", "accepted", "none", user, "2026-11-25T10:00:00Z", room],
        overridden["uuid"]: [
            "plantarCoreCare", "overridden", f"{HL7}|patient-refuses", user, "2026-11-25T10:00:00Z", room,
        ],
        silent["uuid"]: ["plantarCoreCare", "unknown", "none", user, silent_since, room],
    }  # fmt: skip
    as_csv = feedback(tmp_path, "export", "--format", "csv").out
    assert as_csv.splitlines()[0].split(",")[:6] == SIX
    assert list(csv.DictReader(io.StringIO(as_csv))) == exported(tmp_path)


@pytest.mark.parametrize(("reason", "code"), [("managed-elsewhere", "none"), ("patient-refuses", "patient-refuses")])
def test_hl7_codes_are_told_where_there_are_some(http: FlaskClient, tmp_path: Path, reason: str, code: str) -> None:
    card = cards_of(http)[0]
    [coding] = [one for one in card["overrideReasons"] if one["code"] == reason]
    report(http, entry(card, overrideReason={"reason": coding}))
    assert {(row["feedback"], row["nonAdherence"]) for row in exported(tmp_path)} == {
        (f"{coding['system']}|{reason}", code)
    }


def test_the_place_is_the_site_where_the_encounter_names_none(http: FlaskClient, tmp_path: Path) -> None:
    odd = {"location": [7, {"location": "x"}, {"location": {"reference": "Organization/1"}}]}
    for request in (calls.sample(), at_the_visit(location=None), at_the_visit(**odd), at_the_visit(id="visit-2")):
        cards_of(http, request)
    assert {row["location"] for row in exported(tmp_path)} == set(resolved(tmp_path, "North clinic"))


def test_pseudonyms_resolve_only_with_the_key_and_only_for_that_client(http: FlaskClient, tmp_path: Path) -> None:
    for user in (calls.USER, "PractitionerRole/12"):
        cards_of(http, at_the_visit(user))
    found = {row["user"] for row in exported(tmp_path)}
    assert found == set(resolved(tmp_path, calls.USER, "PractitionerRole/12"))
    assert found.isdisjoint(resolved(tmp_path, calls.USER, client="another"))
    (tmp_path / "pseudonyms.key").write_text("another key, of 32 bytes and more")
    assert found.isdisjoint(resolved(tmp_path, calls.USER, "PractitionerRole/12"))
    plain = feedback(tmp_path, "resolve", "--key", str(tmp_path / "pseudonyms.key"), calls.USER)
    assert (plain.status, plain.out.split("\t")[0]) == (0, calls.USER)


def test_who_and_where_stand_nowhere_in_the_database(http: FlaskClient, tmp_path: Path) -> None:
    report(http, entry(cards_of(http, at_the_visit())[0]))
    with closing(sqlite3.connect(tmp_path / "heel-cds.db")) as database:
        held = "\n".join(database.iterdump())
    for identifier in ("podiatrist-1", "room-7", "visit-1", "North clinic", calls.sample_patient()):
        assert identifier not in held


def test_without_a_key_user_and_place_are_unknown(make_app: AppMaker, tmp_path: Path) -> None:
    cards_of(make_app(home=str(tmp_path), deadline="30", site="North clinic").test_client(), at_the_visit())
    assert {(row["user"], row["location"]) for row in exported(tmp_path)} == {("unknown", "unknown")}


@pytest.mark.parametrize("content", [None, b"", b"short", b"x" * 31 + b"\n\n"])
def test_a_key_that_is_none_is_refused_at_start(make_app: AppMaker, tmp_path: Path, content: bytes | None) -> None:
    from cds_service.errors import ConfigurationError

    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="at least 32 random bytes"):
        make_app(home=str(tmp_path), pseudonym_key=str(path))
    assert feedback(tmp_path, "resolve", "--key", str(path), "Practitioner/1").status == 2


def test_the_log_holds_each_report_as_a_leaf_without_people_and_verifies(http: FlaskClient, tmp_path: Path) -> None:
    card = cards_of(http, at_the_visit())[0]
    report(http, entry(card, overrideReason=REFUSES | {"userComment": "free text"}), entry(card))
    report(http, entry(card, "accepted"))
    told = (json.loads(line) for line in audit(tmp_path, "records").out.splitlines())
    leaves = [leaf for leaf in told if leaf["kind"] != "release"]
    kinds = [leaf["kind"] for leaf in leaves]
    assert kinds == ["decision", "feedback", "feedback", "feedback"]
    assert {leaf["decision"] for leaf in leaves} == {leaves[0]["decision"]}
    assert {frozenset(leaf) for leaf in leaves[1:]} == {
        frozenset(names | {"commitment"})
        for names in (
            {"kind", "decision", "at", "service", "client", "card", "outcome", "outcomeAt", "reason"},
            {"kind", "decision", "at", "service", "client", "card", "outcome", "outcomeAt"},
            {"kind", "decision", "at", "service", "client", "card", "outcome", "outcomeAt", "suggestions"},
        )
    }
    assert audit(tmp_path, "verify").status == 0
    assert audit(tmp_path, "show", leaves[0]["decision"]).status == 0


def test_an_erased_decision_keeps_its_feedback_and_loses_who_it_was(http: FlaskClient, tmp_path: Path) -> None:
    card = cards_of(http, at_the_visit())[0]
    report(http, entry(card))
    decision = exported(tmp_path)[0]["decision"]
    assert audit(tmp_path, "erase", decision, "--reason", "erasure-request").status == 0
    assert {(row["action"], row["user"], row["location"]) for row in exported(tmp_path)} == {
        ("overridden", "unknown", "unknown")
    }
    with closing(sqlite3.connect(tmp_path / "heel-cds.db")) as database:
        assert database.execute("select patient, grounds from cards join advice using (card)").fetchall() == [
            (None, None)
        ] * len(exported(tmp_path))
    assert audit(tmp_path, "verify").status == 0


def test_the_window_of_an_export_looks_at_the_date_of_what_became_of_a_card(http: FlaskClient, tmp_path: Path) -> None:
    reported, silent = cards_of(http)[0], cards_of(http)[0]
    report(http, entry(reported, outcomeTimestamp="2020-02-02T10:00:00Z"))
    early = {row["card"] for row in exported(tmp_path, "--until", "2020-03-01T00:00:00Z")}
    assert early == set()  # a card is not reported on before it is shown, so it is not looked for there
    late = {row["card"] for row in exported(tmp_path, "--since", "2020-03-01T00:00:00Z")}
    assert late == {silent["uuid"]}
    every = {row["card"] for row in exported(tmp_path, "--since", "2020-02-02T10:00:00Z")}
    assert every == {reported["uuid"], silent["uuid"]}


def test_a_card_about_the_service_itself_is_exported_too(http: FlaskClient, tmp_path: Path) -> None:
    nameless = {"resourceType": "MedicationRequest", "id": "m-1", "status": "draft", "intent": "order"}
    nameless |= {"subject": {"reference": f"Patient/{calls.sample_patient()}"}}
    [card] = cards_of(http, calls.ordering("order-sign", nameless))
    report(http, entry(card), hook="order-sign")
    [row] = exported(tmp_path)
    assert (row["intervention"], row["rule"], row["action"]) == ("draftNotInterpreted", "none", "overridden")


def test_commands_used_wrongly_say_so(tmp_path: Path) -> None:
    for wrong in (("export", "--format", "xml"), ("export", "--since", "x"), ("rates", "--by", "mood"), ()):
        assert feedback(tmp_path, *wrong).status == 2
    assert "there is no decision log" in feedback(tmp_path / "nowhere", "export").err
