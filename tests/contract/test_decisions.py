"""`/decisions/{id}/explanation` and `/decisions/{id}/$replay`: what they answer, and to whom."""

from __future__ import annotations

import hashlib
import json
import stat
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.auditing import audit
from tests.conftest import AppMaker
from tests.replaying import Answered, call, request_of

ROUTES = ("explanation", "$replay")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def service(home: Path, make_app: AppMaker) -> FlaskClient:
    return make_app(home=str(home)).test_client()


@pytest.fixture(scope="module")
def answered(service: FlaskClient) -> Answered:
    return call(service, request_of("rupture"))


def ask(http: FlaskClient, route: str, decision: str, body: bytes, **headers: str) -> TestResponse:
    return http.post(f"/decisions/{decision}/{route}", data=body, content_type="application/json", headers=headers)


def test_the_same_bytes_come_back(service: FlaskClient, answered: Answered) -> None:
    answer = ask(service, "$replay", answered.decision, answered.request)
    assert (answer.status_code, answer.data) == (200, answered.answer)
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_rules_that_were_due_are_explained(service: FlaskClient, answered: Answered) -> None:
    answer = ask(service, "explanation", answered.decision, answered.request)
    told = answer.json
    assert answer.status_code == 200
    assert (told["decisionId"], told["same"], told["remarks"]) == (answered.decision, True, [])
    assert told["knowledge"] == json.loads(answered.answer)["extension"]["org.w3id.heel-pain-cds"]["knowledge"]
    assert {rule["outcome"] for rule in told["rules"]} == {"true"}
    assert "achilles-rupture" in {rule["rule"] for rule in told["rules"] if rule["result"] == "shown"}


def test_any_rule_can_be_asked_by_name(service: FlaskClient, answered: Answered) -> None:
    path = "explanation?rule=nsaid-kidney-reduced&rule=home-care"
    told = ask(service, path, answered.decision, answered.request).json
    assert [rule["rule"] for rule in told["rules"]] == ["nsaid-kidney-reduced", "home-care"]
    wrong = ask(service, "explanation?rule=nothing-like-it", answered.decision, answered.request)
    assert (wrong.status_code, wrong.json["issue"][0]["code"]) == (404, "not-found")
    assert "nothing-like-it" not in wrong.text


@pytest.mark.parametrize("route", ROUTES)
def test_another_request_is_refused_without_a_word_of_it(route: str, service: FlaskClient, answered: Answered) -> None:
    other = answered.request.replace(b"1985", b"1911")
    other = other if other != answered.request else answered.request + b" 1911"
    answer = ask(service, route, answered.decision, other)
    assert (answer.status_code, answer.json["resourceType"]) == (422, "OperationOutcome")
    assert answer.json["issue"][0]["details"]["text"] == "The request is not the one this decision was made on."
    assert "1911" not in answer.text


@pytest.mark.parametrize("route", ROUTES)
def test_what_is_on_no_record_is_not_found(route: str, service: FlaskClient, answered: Answered) -> None:
    for decision in (str(uuid.uuid4()), "no-uuid"):
        answer = ask(service, route, decision, answered.request)
        assert (answer.status_code, answer.json["issue"][0]["code"]) == (404, "not-found")


@pytest.mark.parametrize("route", ROUTES)
def test_the_body_must_be_json_and_the_method_post(route: str, service: FlaskClient, answered: Answered) -> None:
    path = f"/decisions/{answered.decision}/{route}"
    assert service.post(path, data=answered.request, content_type="text/plain").status_code == 415
    assert service.get(path).status_code == 405


def test_an_answer_made_again_otherwise_is_a_conflict(
    service: FlaskClient, answered: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cds_service.replay.committed", lambda *_: "0" * 64)
    answer = ask(service, "$replay", answered.decision, answered.request)
    assert (answer.status_code, answer.json["issue"][0]["code"]) == (409, "conflict")
    assert ask(service, "explanation", answered.decision, answered.request).json["same"] is False


class TestAuditors:
    """With a file of tokens nobody is let in without one; production needs such a file."""

    @pytest.fixture
    def tokens(self, tmp_path: Path) -> Path:
        return tmp_path / "tokens.jsonl"

    @pytest.fixture
    def guarded(self, home: Path, tokens: Path, make_app: AppMaker) -> FlaskClient:
        return make_app(home=str(home), auditor_tokens=str(tokens)).test_client()

    def made(self, home: Path, tokens: Path, *arguments: str) -> str:
        told = audit(home, "token", *arguments, "--json", auditor_tokens=str(tokens))
        assert told.status == 0, told.err
        return str(told.json["token"])

    def test_a_token_admits_and_is_nowhere_in_the_file(
        self, home: Path, tokens: Path, guarded: FlaskClient, answered: Answered
    ) -> None:
        token = self.made(home, tokens, "--label", "dr-audit", "--days", "7")
        assert token not in tokens.read_text()
        [line] = map(json.loads, tokens.read_text().splitlines())
        assert (line["sha256"], line["label"]) == (hashlib.sha256(token.encode()).hexdigest(), "dr-audit")
        assert stat.S_IMODE(tokens.stat().st_mode) == 0o600
        second = self.made(home, tokens)
        for one in (token, second):
            headers = {"Authorization": f"Bearer {one}"}
            assert ask(guarded, "$replay", answered.decision, answered.request, **headers).data == answered.answer

    @pytest.mark.parametrize("route", ROUTES)
    def test_anybody_else_is_told_nothing(
        self, route: str, home: Path, tokens: Path, guarded: FlaskClient, answered: Answered
    ) -> None:
        refused = [ask(guarded, route, answered.decision, answered.request)]  # before there is a file
        token = self.made(home, tokens)
        for wrong in ("", "Bearer", f"Basic {token}", "Bearer wrong", token, f"Bearer {token[:-1]}"):
            refused.append(ask(guarded, route, answered.decision, answered.request, Authorization=wrong))
        refused.append(ask(guarded, route, str(uuid.uuid4()), b"{"))  # nor whether there is such a decision
        for answer in refused:
            assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
            assert answer.json["issue"] == [
                {"severity": "error", "code": "login", "details": {"text": "The caller is not known here."}}
            ]

    def test_a_token_ends_on_its_day_and_when_its_line_is_taken_out(
        self, home: Path, tokens: Path, guarded: FlaskClient, answered: Answered
    ) -> None:
        token = self.made(home, tokens)
        headers = {"Authorization": f"bearer {token}"}
        line: dict[str, Any] = json.loads(tokens.read_text())
        line["expires"] = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
        for content, status in ((tokens.read_text(), 200), (json.dumps(line), 401), ("not json\n", 401), ("", 401)):
            tokens.write_text(content)
            answer = ask(guarded, "$replay", answered.decision, answered.request, **headers)
            assert answer.status_code == status

    @pytest.mark.parametrize(
        ("arguments", "taught"),
        [(["--days", "0"], "--days: found 0"), (["--days", "400"], "from 1 to 366"), (["--label", "Dr A"], "a code")],
    )
    def test_what_makes_no_token_is_told(self, arguments: list[str], taught: str, home: Path, tokens: Path) -> None:
        told = audit(home, "token", *arguments, auditor_tokens=str(tokens))
        assert told.status == 2
        assert taught in told.err
        assert not tokens.exists()

    def test_where_the_file_cannot_be_written_or_is_not_named(self, home: Path, tmp_path: Path) -> None:
        nowhere = audit(home, "token", auditor_tokens=str(tmp_path / "none" / "tokens.jsonl"))
        assert nowhere.status == 2
        assert "cannot be written" in nowhere.err
        unset = audit(home, "token")
        assert unset.status == 2
        assert "HEEL_CDS_AUDITOR_TOKENS: not set" in unset.err

    def test_the_token_is_printed_once_alone(self, home: Path, tokens: Path) -> None:
        told = audit(home, "token", auditor_tokens=str(tokens))
        assert len(told.out.split()) == 1
        assert "Shown this once" in told.err


def test_who_asked_about_which_decision_is_in_the_log(
    service: FlaskClient, answered: Answered, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "cds_service.routes.decisions"):
        ask(service, "$replay", answered.decision, answered.request)
        ask(service, "explanation", answered.decision, answered.request)
    told = [
        (line.message, vars(line)["decision"], vars(line)["auditor"])
        for line in caplog.records
        if "decision" in vars(line)
    ]
    assert told == [
        ("a decision was made again", answered.decision, "anybody"),
        ("a decision was explained", answered.decision, "anybody"),
    ]
