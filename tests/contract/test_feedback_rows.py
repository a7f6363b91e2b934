"""The checklist rows on feedback, through the service as clients call it."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import calls
from tests.auditing import audit
from tests.conftest import AppMaker
from tests.reporting import HL7, REFUSES, cards_of, counted, entry, exported, report
from tests.tokens import PATH, bearing, calling, jwk, production, refused, token
from tests.tokens import entry as client_entry

CANARY = "Mrs-Canary-4711"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def http(make_app: AppMaker, home: Path) -> FlaskClient:
    return make_app(home=str(home), deadline="30").test_client()


@pytest.fixture
def card(http: FlaskClient) -> dict[str, Any]:
    """A card that was just shown."""
    return cards_of(http)[0]


def fate(home: Path, card: dict[str, Any]) -> dict[str, str]:
    """What the export says of a card."""
    return next(row for row in exported(home) if row["card"] == card["uuid"])


def entries(rows: int) -> Iterator[dict[str, Any]]:
    for _ in range(rows):
        yield entry(str(uuid.uuid4()))


def test_feedback_is_taken_at_each_service_and_nowhere_else(http: FlaskClient, card: dict[str, Any]) -> None:
    """B-01"""
    for hook in calls.HOOKS:
        answer = report(http, hook=hook)
        assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert counted(report(http, entry(card))) == (1, 0, 0)
    unknown = http.post("/cds-services/nothing/feedback", json={"feedback": []})
    assert (unknown.status_code, unknown.json["resourceType"]) == (404, "OperationOutcome")
    assert http.get(f"{calls.service_of('patient-view')}/feedback").status_code == 405


@pytest.mark.parametrize("rows", [0, 1, 2, 500])
def test_one_call_may_report_on_many_cards(http: FlaskClient, card: dict[str, Any], rows: int) -> None:
    """B-02: none at all is no error either"""
    assert counted(report(http, *entries(rows), entry(card))) == (1, 0, rows)
    assert counted(report(http)) == (0, 0, 0)


@pytest.mark.parametrize("body", [{}, [], {"feedback": None}, {"feedback": {}}, {"feedback": "x"}, {"feedback": [7]}])
def test_a_body_without_an_array_of_objects_gets_400_and_says_what_belongs_there(http: FlaskClient, body: Any) -> None:
    """B-02"""
    answer = calls.post_text(http, json.dumps(body), f"{calls.service_of('patient-view')}/feedback")
    assert (answer.status_code, answer.json["resourceType"]) == (400, "OperationOutcome")
    assert "object" in answer.json["issue"][0]["details"]["text"] + answer.json["issue"][0]["diagnostics"]


@pytest.mark.parametrize("broken", ["", "{", "\xff", '{"feedback": [NaN]}', "[" * 5000])
def test_a_body_that_is_no_json_gets_400(http: FlaskClient, broken: str) -> None:
    """B-02"""
    path = f"{calls.service_of('patient-view')}/feedback"
    assert calls.post_text(http, broken.encode("latin-1"), path).status_code == 400
    assert http.post(path, data="x", content_type="text/plain").status_code == 415


def test_a_call_with_too_many_reports_is_refused_whole(http: FlaskClient) -> None:
    """B-02"""
    answer = report(http, *entries(1001))
    assert answer.status_code == 400
    assert "at most 1000" in answer.json["issue"][0]["diagnostics"]


@pytest.mark.parametrize("spell", [str, str.upper, "urn:uuid:{}".format, "URN:UUID:{}".format])
def test_a_card_is_known_in_each_spelling_of_its_uuid(http: FlaskClient, card: dict[str, Any], spell: Any) -> None:
    """B-03"""
    assert counted(report(http, entry(spell(card["uuid"])))) == (1, 0, 0)


def test_an_unknown_card_costs_the_others_nothing(http: FlaskClient, home: Path, card: dict[str, Any]) -> None:
    """B-03: one of a stranger, one that is no uuid, and ours"""
    answer = report(http, *entries(1), entry("card-17"), entry(card, **{"overrideReason": REFUSES}))
    assert counted(answer) == (1, 0, 2)
    assert fate(home, card)["action"] == "overridden"


@pytest.mark.parametrize("outcome", [..., None, "", "ignored", "Accepted", 7])
def test_an_outcome_that_is_none_of_the_two_gets_400_with_its_place(
    http: FlaskClient, home: Path, card: dict[str, Any], outcome: Any
) -> None:
    """B-04: and nothing of the call is stored, so that it can be sent again once corrected"""
    wrong = entry(card) | {"outcome": outcome}
    if outcome is ...:
        del wrong["outcome"]
    answer = report(http, entry(card), wrong)
    assert answer.status_code == 400
    assert "feedback[1].outcome" in answer.json["issue"][0]["details"]["text"]
    assert "accepted or overridden" in answer.json["issue"][0]["diagnostics"]
    assert fate(home, card)["action"] == "unknown"


@pytest.mark.parametrize("given", [..., None, [], {}, [{}], [{"id": ""}], ["x"]])
def test_accepted_without_what_was_accepted_gets_400(http: FlaskClient, card: dict[str, Any], given: Any) -> None:
    """B-05"""
    wrong = entry(card, "accepted", acceptedSuggestions=given)
    if given is ...:
        del wrong["acceptedSuggestions"]
    answer = report(http, wrong)
    assert answer.status_code == 400
    assert "feedback[0].acceptedSuggestions" in answer.json["issue"][0]["details"]["text"]


def test_suggestions_accepted_are_those_of_the_card(http: FlaskClient, home: Path, card: dict[str, Any]) -> None:
    """B-05: others are counted in the answer and not kept"""
    ours = card["suggestions"][0]["uuid"]
    accepted = [{"id": f"urn:uuid:{ours.upper()}"}, {"id": str(uuid.uuid4())}, {"id": "not-a-uuid"}]
    answer = report(http, entry(card, "accepted", acceptedSuggestions=accepted))
    assert (counted(answer), answer.json["unknownSuggestions"]) == ((1, 0, 0), 2)
    assert (fate(home, card)["action"], fate(home, card)["suggestions"]) == ("accepted", ours)


@pytest.mark.parametrize("given", [{}, {"overrideReason": None}, {"overrideReason": {}}])
def test_a_card_may_be_overridden_without_a_reason(
    http: FlaskClient, home: Path, card: dict[str, Any], given: Any
) -> None:
    """B-06"""
    assert counted(report(http, entry(card, **given))) == (1, 0, 0)
    assert (fate(home, card)["action"], fate(home, card)["feedback"]) == ("overridden", "none")


@pytest.mark.parametrize("name", ["overrideReason", "overrideReasons"])
def test_a_reason_needs_no_display_and_may_come_by_epics_name(
    http: FlaskClient, home: Path, card: dict[str, Any], name: str
) -> None:
    """B-07"""
    assert counted(report(http, entry(card, **{name: REFUSES}))) == (1, 0, 0)
    assert fate(home, card)["feedback"] == f"{HL7}|patient-refuses"


def test_epic_may_send_an_extension_in_place_of_a_reason(http: FlaskClient, home: Path, card: dict[str, Any]) -> None:
    """B-07"""
    extension = {"com.epic.cdshooks.feedback.user-reason": {"reason-text": CANARY}}
    assert counted(report(http, entry(card, overrideReasons={"extension": extension}))) == (1, 0, 0)
    assert fate(home, card)["feedback"] == "none"


@pytest.mark.parametrize("wrong", [7, "x", {"reason": "x"}, {"reason": {}}, {"reason": {"code": 7}}])
def test_a_reason_of_another_shape_gets_400(http: FlaskClient, card: dict[str, Any], wrong: Any) -> None:
    """B-07"""
    answer = report(http, entry(card, overrideReason=wrong))
    assert answer.status_code == 400
    assert "feedback[0].overrideReason" in answer.json["issue"][0]["details"]["text"]


def test_a_reason_of_the_clients_own_is_kept_as_a_code(http: FlaskClient, home: Path, card: dict[str, Any]) -> None:
    """B-07, O-04: in the log, which nobody can take anything out of, it is only `other`"""
    own = {"reason": {"system": "urn:oid:1.2.840.114350", "code": "LOCAL-7"}}
    assert counted(report(http, entry(card, overrideReason=own))) == (1, 0, 0)
    assert fate(home, card)["feedback"] == "urn:oid:1.2.840.114350|LOCAL-7"
    assert json.loads(audit(home, "records").out.splitlines()[-1])["reason"] == "other"


def test_free_text_is_taken_and_never_kept(http: FlaskClient, home: Path, capfd: Any, card: dict[str, Any]) -> None:
    """B-08: it may be about the patient; the same goes for text in the place of a code, and for a lone comment"""
    given = (
        {"userComment": CANARY},
        {"reason": {"code": f"said {CANARY}", "display": CANARY, "system": HL7}, "userComment": CANARY},
        {"reason": {"code": "x", "system": f"https://x.example/?name={CANARY}"}},
    )
    for second, reason in enumerate(given):
        at = f"2026-11-25T10:00:0{second}Z"
        assert counted(report(http, entry(card, overrideReason=reason, outcomeTimestamp=at))) == (1, 0, 0)
    assert fate(home, card)["feedback"] == "other"
    with closing(sqlite3.connect(home / "heel-cds.db")) as database:
        assert CANARY not in "\n".join(database.iterdump())
    assert CANARY not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026-11-25T10:00:00Z", "2026-11-25T10:00:00Z"),
        ("2026-11-25T10:00:00+00:00", "2026-11-25T10:00:00Z"),
        ("2026-11-25T10:00:00.123456789Z", "2026-11-25T10:00:00Z"),
        ("2026-11-25t12:00:00.5+02:00", "2026-11-25T10:00:00Z"),
    ],
)
def test_the_time_of_the_outcome_is_an_instant(
    http: FlaskClient, home: Path, card: dict[str, Any], given: str, kept: str
) -> None:
    """B-09"""
    assert counted(report(http, entry(card, outcomeTimestamp=given))) == (1, 0, 0)
    assert fate(home, card)["date"] == kept


@pytest.mark.parametrize(
    "given",
    [..., None, 7, "", "2026-11-25", "2026-11-25T10:00:00", "2026-13-45T10:00:00Z", "0001-01-01T00:00:00+23:59"],
)
def test_a_time_without_its_zone_or_that_is_none_gets_400(http: FlaskClient, card: dict[str, Any], given: Any) -> None:
    """B-09"""
    wrong = entry(card) | {"outcomeTimestamp": given}
    if given is ...:
        del wrong["outcomeTimestamp"]
    answer = report(http, wrong)
    assert answer.status_code == 400
    assert "feedback[0].outcomeTimestamp" in answer.json["issue"][0]["details"]["text"]
    assert "2026-11-25T10:00:00Z" in answer.json["issue"][0]["diagnostics"]


def test_the_same_report_counts_once_however_often_it_comes(http: FlaskClient, card: dict[str, Any]) -> None:
    """B-10: in one call, in a later one, in another spelling"""
    again = entry(card["uuid"].upper(), outcomeTimestamp="2026-11-25T10:00:00.0+00:00")
    assert counted(report(http, entry(card), again)) == (1, 1, 0)
    assert counted(report(http, entry(card))) == (0, 1, 0)


def test_of_several_reports_the_last_act_counts_and_accepted_suggestions_add_up(
    http: FlaskClient, home: Path, card: dict[str, Any]
) -> None:
    """B-10: dismissed first and acted on later, whichever report came first"""
    first, second = (suggestion["uuid"] for suggestion in card["suggestions"][:2])
    for uuid_, minute in ((second, "07"), (first, "05")):
        at = f"2026-11-25T10:{minute}:00Z"
        answer = report(http, entry(card, "accepted", acceptedSuggestions=[{"id": uuid_}], outcomeTimestamp=at))
        assert counted(answer) == (1, 0, 0)
    assert counted(report(http, entry(card, overrideReason=REFUSES))) == (1, 0, 0)
    found = fate(home, card)
    assert (found["action"], found["date"]) == ("accepted", "2026-11-25T10:07:00Z")
    assert found["suggestions"].split() == [first, second]


def test_late_feedback_is_taken(http: FlaskClient, home: Path, card: dict[str, Any]) -> None:
    """B-10: also long after, and where the client's clock is ahead"""
    assert counted(report(http, entry(card, outcomeTimestamp="2019-01-01T00:00:00Z"))) == (1, 0, 0)
    assert counted(report(http, entry(card, outcomeTimestamp="2999-01-01T00:00:00Z"))) == (1, 0, 0)
    assert fate(home, card)["date"] < "2999"


def test_a_card_nobody_reported_on_is_unknown(http: FlaskClient, home: Path, card: dict[str, Any]) -> None:
    """B-11"""
    found = fate(home, card)
    assert (found["action"], found["feedback"]) == ("unknown", "none")
    assert "ignored" not in json.dumps(exported(home))


def test_members_that_are_not_known_are_passed_over(http: FlaskClient, card: dict[str, Any]) -> None:
    """B-02: clients add their own"""
    body = {"feedback": [entry(card, foo=1, extension={})], "extension": {}, "foo": 1}
    assert counted(http.post(f"{calls.service_of('patient-view')}/feedback", json=body)) == (1, 0, 0)


def test_feedback_needs_a_token_whose_audience_is_its_own_url(make_app: AppMaker, tmp_path: Path) -> None:
    """B-12"""
    http = production(make_app, tmp_path)
    path = f"{PATH}/feedback"
    card = calling(http, token()).json["cards"][0]
    body = {"feedback": [entry(card)]}
    assert refused(http.post(path, json=body))
    for elsewhere in (PATH, "/cds-services/heel-pain-order-sign/feedback", "/cds-services"):
        assert refused(http.post(path, json=body, headers=bearing(token(elsewhere))))
    assert counted(http.post(path, json=body, headers=bearing(token(path)))) == (1, 0, 0)


def test_a_card_of_another_client_is_unknown(make_app: AppMaker, tmp_path: Path) -> None:
    """B-03, B-12: nobody reports on what it was not shown"""
    clinic = {"jwks": {"keys": [jwk(which="clinic")]}}
    other = client_entry(name="clinic", issuer="https://clinic.example.org", keys=clinic)
    http = production(make_app, tmp_path, client_entry(), other)
    path = f"{PATH}/feedback"
    card = calling(http, token()).json["cards"][0]
    stranger = token(path, which="clinic", iss="https://clinic.example.org")
    assert counted(http.post(path, json={"feedback": [entry(card)]}, headers=bearing(stranger))) == (0, 0, 1)
    assert fate(tmp_path, card)["action"] == "unknown"


def test_feedback_that_cannot_be_stored_gets_503(make_app: AppMaker, tmp_path: Path) -> None:
    """B-02: so that the client sends it again"""
    http = make_app(home=str(tmp_path), deadline="30").test_client()
    card = cards_of(http)[0]
    calls.break_store(tmp_path)
    answer = report(http, entry(card))
    assert (answer.status_code, answer.json["issue"][0]["code"]) == (503, "no-store")
