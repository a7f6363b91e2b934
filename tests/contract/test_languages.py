"""The language of an answer: the site's setting, else what the call accepts, else English."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds_service import cli, published, samples
from tests import calls
from tests.conftest import AppMaker
from tests.releases.drafted import release

URL = calls.service_of("patient-view")
SPANISH, ENGLISH = "**Por qué**", "**Why**"


def request() -> dict[str, Any]:
    return dict(json.loads(samples.sample("plantar-heel-pain", samples.WRITTEN)))


@pytest.fixture(scope="module")
def bilingual(make_app: AppMaker) -> AppMaker:
    """Makes a service that works by the drafts, which are worded in English and in Spanish."""

    def make(**settings: str) -> FlaskClient:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(published, "load_approved", lambda *_: release())
            return make_app(**settings).test_client()

    return make


@pytest.fixture(scope="module")
def http(bilingual: AppMaker) -> FlaskClient:
    return bilingual()


def ask(http: FlaskClient, accepted: str | None) -> TestResponse:
    headers = {} if accepted is None else {"Accept-Language": accepted}
    return http.post(URL, json=request(), headers=headers)


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        (None, "en"),
        ("", "en"),
        ("es", "es"),
        ("es-419,es;q=0.9,en;q=0.8", "es"),
        ("en-GB,en;q=0.9,es;q=0.8", "en"),
        ("en;q=0.3, es;q=0.7", "es"),
        ("fr-CA, es;q=0.1", "es"),
        ("es;q=0", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("es;q=nonsense,;;", "en"),
    ],
)
def test_the_answer_is_in_the_best_language_that_the_call_accepts(
    http: FlaskClient, accepted: str | None, spoken: str
) -> None:
    answer = ask(http, accepted)
    assert answer.headers["Content-Language"] == spoken
    assert (SPANISH if spoken == "es" else ENGLISH) in answer.json["cards"][0]["detail"]


def test_a_cache_is_told_that_the_language_is_negotiated(http: FlaskClient) -> None:
    assert set(ask(http, "es").vary) == {"Accept-Language", "Origin"}


def test_the_setting_of_the_site_is_above_what_a_call_accepts(bilingual: AppMaker) -> None:
    answer = ask(bilingual(language="es-MX"), "en")
    assert answer.headers["Content-Language"] == "es"
    assert SPANISH in answer.json["cards"][0]["detail"]
    assert "Accept-Language" not in answer.vary


def test_a_language_that_nobody_worded_is_answered_in_english(bilingual: AppMaker) -> None:
    assert ask(bilingual(language="fr"), "es").headers["Content-Language"] == "en"


def test_both_languages_give_the_same_advice(http: FlaskClient) -> None:
    english, spanish = (ask(http, language).json for language in ("en", "es"))
    topics = [answer["extension"][calls.OURS]["recommendations"] for answer in (english, spanish)]
    assert topics[0] == topics[1]


def test_the_command_line_speaks_a_language_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps(request()), "utf-8")
    monkeypatch.setattr(cli, "load_release", lambda *_: release())
    assert cli.main(["evaluate", str(file), "--language", "es", "--at", "2026-11-20T12:00:00Z"]) == 0
    assert "Por qué: " in capsys.readouterr().out


def test_what_is_no_language_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["evaluate", "-", "--language", "español"])
    assert "is not a language tag; write en, es or es-MX" in capsys.readouterr().err
