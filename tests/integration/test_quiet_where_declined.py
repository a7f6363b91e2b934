"""What a clinician declined for a patient for a lasting reason is not said again for 30 days, unless the facts changed.

It is listed as withheld, and the answer can be made again from its record all the same.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service import samples
from cds_service.decide import chart_of
from cds_service.evaluate_file import calls_of
from cds_service.intake.concept_maps import CodeMaps
from knowledge.engine import evaluate
from knowledge.grounds import grounds
from knowledge.release import load_release
from tests import calls
from tests.auditing import audit, stored, tampering
from tests.conftest import AppMaker
from tests.golden.patients import PATIENTS
from tests.replaying import call, record_file, replay, request_of
from tests.reporting import HL7, OURS, REFUSES, cards_of, entry, key_in, report


@pytest.fixture
def http(make_app: AppMaker, tmp_path: Path) -> FlaskClient:
    return make_app(home=str(tmp_path), deadline="30", pseudonym_key=key_in(tmp_path)).test_client()


def ago(**time: float) -> str:
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


def decline(http: FlaskClient, request: dict[str, Any], at: str = "", **fate: Any) -> list[str]:
    """Show the card of a request and report it as overridden by a patient who refuses; its topics."""
    [card] = cards_of(http, request)
    given = {"overrideReason": REFUSES, "outcomeTimestamp": at or ago(minutes=1)} | fate
    assert report(http, entry(card, **given)).json["stored"] == 1
    return list(card["extension"][calls.OURS]["recommendations"])


def held_back(http: FlaskClient, request: dict[str, Any]) -> list[str]:
    """The topics withheld as declined; none of them is shown."""
    answer = calls.post(http, request)
    ours = answer.json["extension"][calls.OURS]
    found = [held["topic"] for held in ours.get("withheld", ()) if held["reason"] == "declined"]
    assert set(found).isdisjoint(calls.topics(answer))
    return found


def latest(request: dict[str, Any], code: str) -> dict[str, Any]:
    """The latest record of one finding in a request."""
    listed = (one["resource"] for one in request["prefetch"]["observations"]["entry"])
    found = (one for one in listed if any(coding["code"] == code for coding in one["code"]["coding"]))
    return max(found, key=lambda one: str(one["effectiveDateTime"]))


def test_what_was_declined_is_held_back_and_what_waited_for_room_is_shown(http: FlaskClient) -> None:
    topics = decline(http, calls.sample())
    assert held_back(http, calls.sample()) == topics
    assert calls.topics(calls.post(http, calls.sample())) == ["footwearAdvice", "preventionAdvice"]


@pytest.mark.parametrize(
    ("system", "code", "quiet"),
    [
        (HL7, "patient-refuses", True),
        (HL7, "patient-contraindication", True),
        (HL7, "action-completed", True),
        (HL7, "cds-not-applicable", True),
        (OURS, "managed-elsewhere", True),
        (OURS, "not-a-runner", True),
        (OURS, "data-wrong", False),
        (HL7, "recipient-disagrees-evidence", False),
        (HL7, "not-convenient-feasible", False),
        (HL7, "risk-benefit-ratio", False),
        ("urn:local", "patient-refuses", False),
    ],
)
def test_only_a_reason_that_lasts_makes_it_quiet(http: FlaskClient, system: str, code: str, quiet: bool) -> None:
    decline(http, calls.sample(), overrideReason={"reason": {"system": system, "code": code}})
    assert bool(held_back(http, calls.sample())) is quiet


def test_a_dismissal_without_a_reason_makes_nothing_quiet_and_undoes_nothing(http: FlaskClient) -> None:
    decline(http, calls.sample(), overrideReason=None)
    assert held_back(http, calls.sample()) == []
    decline(http, calls.sample())
    [card] = cards_of(http, calls.sample())
    assert held_back(http, calls.sample())
    report(http, entry(card, outcomeTimestamp=ago(seconds=1)))
    assert held_back(http, calls.sample())


def test_whoever_accepts_it_later_hears_of_it_again(http: FlaskClient) -> None:
    [card] = cards_of(http)
    report(http, entry(card, overrideReason=REFUSES, outcomeTimestamp=ago(minutes=2)))
    assert held_back(http, calls.sample())
    report(http, entry(card, "accepted", outcomeTimestamp=ago(minutes=1)))
    assert held_back(http, calls.sample()) == []


@pytest.mark.parametrize(("days", "quiet"), [(29.9, True), (30.1, False)])
def test_it_is_quiet_for_thirty_days(http: FlaskClient, days: float, quiet: bool) -> None:
    decline(http, calls.sample(), at=ago(days=days))
    assert bool(held_back(http, calls.sample())) is quiet


def test_a_clock_that_is_ahead_makes_it_no_longer(http: FlaskClient, tmp_path: Path) -> None:
    decline(http, calls.sample(), at="2999-01-01T00:00:00Z")
    assert held_back(http, calls.sample())
    with tampering(tmp_path) as database:
        [(at,)] = database.execute("select at from feedback")
    assert at <= datetime.now(UTC).isoformat()


def test_new_facts_speak_again_but_only_to_the_rules_that_rest_on_them(http: FlaskClient) -> None:
    topics = decline(http, calls.sample())
    assert {"plantarCoreCare", "sessionSpike"} < set(topics)
    ran = calls.sample()
    latest(ran, "run-distance")["id"] = "recorded-anew"
    assert "plantarCoreCare" in held_back(http, ran)
    assert "sessionSpike" in calls.topics(calls.post(http, ran))
    examined = calls.sample()
    latest(examined, "medial-tubercle-tenderness")["id"] = "examined-again"
    assert "plantarCoreCare" in calls.topics(calls.post(http, examined))


def test_that_a_complaint_lasts_longer_each_day_is_no_new_fact() -> None:
    """Its duration is a number that each of these days is another, up to the one that calls for other care."""
    [(about, gathered)] = calls_of(samples.sample("plantar-heel-pain", samples.WRITTEN).encode(), None)
    release, noon = load_release(), datetime.combine(samples.WRITTEN, time(12), UTC)
    told, durations = [], set()
    for days in (0, 1, 2):
        at = noon + timedelta(days=days)
        decision = evaluate(release, chart_of(gathered, about, CodeMaps.load(None), at), about.hook, at)
        durations.add(decision.facts["symptom-duration"].number)
        told.append({one.topic: grounds(one, decision, release) for one in decision.recommended}["plantarCoreCare"])
    assert len(durations) == 3
    assert told[0] == told[1] == told[2]
    assert "symptom-duration" in json.dumps(told[0])


def test_a_record_of_something_else_changes_nothing(http: FlaskClient) -> None:
    topics = decline(http, calls.sample())
    more = calls.sample()
    weight = latest(calls.sample(), "medial-tubercle-tenderness") | {"id": "weight"}
    weight["code"] = {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}
    more["prefetch"]["observations"]["entry"].append({"resource": weight})
    assert held_back(http, more) == topics


def test_another_patient_is_another_patient(http: FlaskClient) -> None:
    decline(http, calls.sample())
    text = json.dumps(calls.sample())
    assert held_back(http, json.loads(text.replace(calls.sample_patient(), "somebody-else"))) == []


def test_what_is_critical_is_said_each_time(http: FlaskClient) -> None:
    request = calls.sample("achilles-rupture")
    decline(http, request)
    assert held_back(http, request) == []
    assert "achillesRupture" in calls.topics(calls.post(http, request))


def test_what_concerns_an_order_is_said_of_each_order(http: FlaskClient) -> None:
    """The next draft may bear the same id."""
    request = request_of("steroid-order")
    [card] = cards_of(http, request)
    report(http, entry(card, overrideReason=REFUSES, outcomeTimestamp=ago(minutes=1)), hook="order-sign")
    assert card["indicator"] != "critical"
    assert held_back(http, request) == []
    assert cards_of(http, request)


def test_without_the_hospitals_key_nothing_is_remembered(make_app: AppMaker, tmp_path: Path) -> None:
    plain = make_app(home=str(tmp_path), deadline="30").test_client()
    decline(plain, calls.sample())
    assert held_back(plain, calls.sample()) == []
    with closing(sqlite3.connect(tmp_path / "heel-cds.db")) as database:
        assert set(database.execute("select patient, grounds from cards join advice using (card)")) == {(None, None)}


def test_an_erased_decision_is_remembered_no_more(http: FlaskClient, tmp_path: Path) -> None:
    decline(http, calls.sample())
    [decision] = stored(tmp_path)
    assert audit(tmp_path, "erase", decision, "--reason", "erasure-request").status == 0
    assert held_back(http, calls.sample()) == []


def test_a_memory_that_cannot_be_asked_makes_nothing_quiet(http: FlaskClient, tmp_path: Path) -> None:
    decline(http, calls.sample())
    with tampering(tmp_path) as database:
        database.execute("alter table feedback rename to lost")
    assert held_back(http, calls.sample()) == []


def test_the_record_tells_what_was_known_to_be_declined_and_by_which_rule_it_was_due(
    http: FlaskClient, tmp_path: Path
) -> None:
    topics = decline(http, calls.sample())
    answered = call(http, calls.sample())
    record = stored(tmp_path)[answered.decision]
    assert record["declined"] == sorted(topics)
    held = {held["topic"]: held["rule"] for held in record["withheld"] if held["reason"] == "declined"}
    assert (sorted(held), held["plantarCoreCare"]) == (sorted(topics), "plantar-core-care")


@pytest.mark.parametrize("name", sorted(PATIENTS))
def test_an_answer_with_something_held_back_is_made_again_to_the_byte(
    make_app: AppMaker, tmp_path: Path, name: str
) -> None:
    """Without the key and the database, on each golden patient."""
    home = tmp_path / "service"
    home.mkdir()
    http = make_app(home=str(home), deadline="30", pseudonym_key=key_in(tmp_path)).test_client()
    request = request_of(name)
    given = {"overrideReason": REFUSES, "outcomeTimestamp": ago(minutes=1)}
    report(http, *(entry(card, **given) for card in cards_of(http, request)), hook=request["hook"])
    answered = call(http, request)
    again = replay(record_file(home, answered, tmp_path), answered.request)
    assert (again.status, again.err) == (0, "The same answer, to the byte.\n")
    assert again.out == answered.answer
