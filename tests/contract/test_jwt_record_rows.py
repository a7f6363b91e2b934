"""The checklist rows on what is kept and told of callers: that they called, and nothing of their tokens."""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service.logs import JsonLines
from tests import calls
from tests.conftest import AppMaker
from tests.tokens import (
    BASE,
    PATH,
    bearing,
    calling,
    production,
    refused,
    statuses,
    token,
    unsigned,
)


@pytest.fixture(scope="module")
def http(make_app: AppMaker, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The service in production, for one client with keys in the file."""
    return production(make_app, tmp_path_factory.mktemp("production"))


def test_a_token_is_neither_stored_nor_logged_nor_echoed(
    make_app: AppMaker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """J-15: nor is any text in it."""
    caplog.set_level(logging.DEBUG)
    http = production(make_app, tmp_path)
    canaries = [f"canary-{number}" for number in range(4)]
    jti, sub, kid, iss = canaries
    good, bad = token(jti=jti, sub=sub), token(iss=iss, header={"kid": kid})
    answers = [calling(http, text) for text in (good, good, bad, token(aud=sub), good + "x")]
    assert statuses(answers) == [200, 401, 401, 401, 401]
    told = "\n".join(JsonLines().format(record) for record in caplog.records) + "".join(a.text for a in answers)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file() and path.suffix != ".yaml")
    for secret in (*canaries, *good.split("."), *bad.split(".")):
        assert secret not in told
        assert secret.encode() not in kept


def test_each_call_is_on_record_whether_it_was_answered_or_not(make_app: AppMaker, tmp_path: Path) -> None:
    """J-17: who, when, which service, what came of it; about the patient nothing but the commitment."""
    http = production(make_app, tmp_path)
    calling(http, token())
    http.post(PATH, json=calls.request(prefetch={}), headers=bearing(token()))
    http.post(PATH, json=calls.sample())
    calling(http, token(aud=BASE))
    kept = records(tmp_path)
    told = [(one["kind"], one.get("client"), one["service"], one.get("status"), one.get("reason")) for one in kept]
    assert told == [
        ("decision", "example-hospital", "heel-pain-patient-view", None, None),
        ("refusal", "example-hospital", "heel-pain-patient-view", 412, "required"),
        ("refusal", None, "heel-pain-patient-view", 401, "no-token"),
        ("refusal", "example-hospital", "heel-pain-patient-view", 401, "audience"),
    ]


def test_a_flood_of_strangers_does_not_grow_the_log(make_app: AppMaker, tmp_path: Path) -> None:
    """J-17: the first of a kind in an hour is on record, all are counted."""
    http = production(make_app, tmp_path)
    for number in range(50):
        assert refused(http.post(f"/cds-services/{'x' * number}", json={}))
    assert [one["reason"] for one in records(tmp_path)] == ["no-token"]
    assert http.application.extensions["turned_away"].count == 50


def test_a_stranger_writes_no_word_of_his_own_into_the_log(make_app: AppMaker, tmp_path: Path) -> None:
    """J-17"""
    http = production(make_app, tmp_path)
    http.post("/cds-services/canary-in-the-address", json={})
    assert "service" not in records(tmp_path)[0]
    assert "canary" not in json.dumps(records(tmp_path))


def records(home: Path) -> list[dict[str, Any]]:
    """The records of calls, in the order of the log."""
    with closing(sqlite3.connect(home / "heel-cds.db")) as database:
        return [
            json.loads(body)
            for (body,) in database.execute("select body from records where kind != 'release' order by position")
        ]


def test_whatever_is_wrong_the_answer_is_the_same_to_the_byte(http: FlaskClient) -> None:
    """S-07"""
    stale = int(time.time()) - 7200
    texts = ["", "x", unsigned("none"), token(aud=BASE), token(iat=stale, exp=stale + 1), token(which="stranger")]
    answers = [calling(http, text) for text in texts]
    assert {(answer.status, answer.data) for answer in answers} == {("401 UNAUTHORIZED", answers[0].data)}
    names = [sorted(name for name, _ in answer.headers if name != "X-Request-Id") for answer in answers]
    assert all(found == names[0] for found in names)
