"""The checklist rows on calls from browsers: who may read what, also when it is an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cds_service.errors import ConfigurationError
from tests import calls
from tests.conftest import AppMaker

ORIGIN = "https://sandbox.cds-hooks.org"
ASKS = {
    "Origin": ORIGIN,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
}
PATHS = ("/cds-services", calls.service_of("patient-view"), calls.service_of("patient-view") + "/feedback")


@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_is_answered_without_asking_who_calls(http: FlaskClient, path: str) -> None:
    """C-01, C-02"""
    answer = http.options(path, headers=ASKS)
    assert answer.status_code in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "WWW-Authenticate" not in answer.headers


def test_errors_too_may_be_read_by_the_browser(make_app: AppMaker, tmp_path: Path) -> None:
    """C-03"""
    app = make_app(home=str(tmp_path))
    app.add_url_rule("/broken", view_func=lambda: 1 // 0)
    http = app.test_client()
    http.environ_base["HTTP_ORIGIN"] = ORIGIN
    refused = {
        400: lambda: calls.post_text(http, "{"),
        404: lambda: calls.post(http, calls.request(), "/cds-services/none-of-ours"),
        405: lambda: http.put("/cds-services"),
        412: lambda: calls.post(http, calls.request(prefetch={})),
        413: lambda: calls.post(http, calls.request(extension={"padding": "x" * (11 * 1024 * 1024)})),
        415: lambda: http.post(calls.service_of("patient-view"), data="x", content_type="text/plain"),
        500: lambda: http.get("/broken"),
    }
    for status, refuse in refused.items():
        answer = refuse()
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert answer.json["resourceType"] == "OperationOutcome"


def test_a_card_without_its_record_is_never_given(make_app: AppMaker, tmp_path: Path) -> None:
    """C-03, S-05"""
    http = make_app(home=str(tmp_path)).test_client()
    calls.break_store(tmp_path)
    answer = http.post(calls.service_of("patient-view"), json=calls.sample(), headers={"Origin": ORIGIN})
    assert answer.status_code == 503
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "cards" not in answer.json


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "https://sandbox.cds-hooks.org.evil.example", "http://sandbox.cds-hooks.org"],
)
def test_a_foreign_origin_gets_no_permission(http: FlaskClient, origin: str) -> None:
    """C-04"""
    for answer in (
        http.get("/cds-services", headers={"Origin": origin}),
        http.options("/cds-services", headers=ASKS | {"Origin": origin}),
    ):
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost", "http://localhost:8080", "http://127.0.0.1:3000"])
def test_the_sandbox_profile_lets_the_public_sandbox_and_this_machine_in(http: FlaskClient, origin: str) -> None:
    """C-04"""
    answer = http.get("/cds-services", headers={"Origin": origin})
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_origins_by_setting_replace_the_sandbox_defaults(make_app: AppMaker) -> None:
    """C-04"""
    http = make_app(cors_origins="https://ehr.example.org").test_client()
    own = http.get("/cds-services", headers={"Origin": "https://ehr.example.org"})
    assert own.headers["Access-Control-Allow-Origin"] == "https://ehr.example.org"
    for origin in (ORIGIN, "http://localhost:8080"):
        answer = http.get("/cds-services", headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_no_setting_lets_everybody_in(make_app: AppMaker) -> None:
    """C-04"""
    for origins in ("*", "https://*.example.org"):
        with pytest.raises(ConfigurationError, match="wildcard"):
            make_app(cors_origins=origins)


def test_the_headers_and_methods_that_clients_use_are_allowed(http: FlaskClient) -> None:
    """C-05"""
    answer = http.options(calls.service_of("patient-view"), headers=ASKS)
    headers = answer.headers["Access-Control-Allow-Headers"].lower()
    assert {"authorization", "content-type", "accept"} <= set(headers.split(", "))
    assert {"GET", "POST", "OPTIONS"} <= set(answer.headers["Access-Control-Allow-Methods"].split(", "))
