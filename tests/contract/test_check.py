"""`heel-cds check`: all is well at our own service, each fault of another is named, and none is made up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask, Response, request
from werkzeug.serving import make_server

from cds_service.cli import main
from tests.conftest import AppMaker
from tests.tokens import BASE, ISSUER, private_key, production

CARD = {"summary": "Look again", "indicator": "info", "source": {"label": "A guideline"}, "uuid": "c1"}
ANY = {"selectionBehavior": "any"}
LINK = {"label": "x", "url": "https://x.org", "type": "absolute"}
TEMPLATES = {"patient": "Patient/{{context.patientId}}", "conditions": "Condition?patient={{context.patientId}}"}


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """An application at a port of this machine."""
    server = make_server("127.0.0.1", 0, app)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def other(card: Any = None, entry: Any = None, **changes: Callable[[], Any]) -> Flask:
    """A small service of somebody else that keeps the standard, but for what is changed."""
    app = Flask("other")
    told = {"hook": "patient-view", "id": "one", "title": "One", "description": "One", "prefetch": TEMPLATES}

    @app.get("/cds-services")
    def discovery() -> Any:
        return changes.get("discovery", lambda: {"services": [entry or told]})()

    @app.post("/cds-services/one")
    def call() -> Any:
        if "call" in changes:
            return changes["call"]()
        asked = request.get_json(silent=True)
        if not isinstance(asked, dict) or asked.get("hook") != "patient-view" or "context" not in asked:
            return {"error": "no call"}, 400
        return {"cards": [CARD if card is None else card]}

    @app.post("/cds-services/one/feedback")
    def feedback() -> Any:
        return changes.get("feedback", lambda: Response(status=200))()

    return app


def checked(url: str, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, set[str]]]:
    """The exit status, and the rows found good, to mend, to consider and skipped."""
    status = main(["check", url, "--json", *arguments])
    told = json.loads(capsys.readouterr().out)
    rows: dict[str, set[str]] = {"good": set(), "mend": set(), "consider": set(), "skipped": set()}
    for finding in told["findings"]:
        rows[finding["verdict"]].add(finding["row"])
        assert bool(finding["advice"]) is (finding["verdict"] != "good")
    return status, rows


def test_our_own_service_passes(make_app: AppMaker, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(make_app(deadline="30")) as url:
        status, rows = checked(
            url, capsys, "--service", "heel-pain-patient-view", "--service", "heel-pain-order-select"
        )
    assert (status, rows["mend"], rows["skipped"]) == (0, set(), set())


def test_another_that_keeps_the_standard_passes_too(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(other()) as url:
        status, rows = checked(f"{url}/cds-services/", capsys)
    assert (status, rows["mend"]) == (0, set())
    assert rows["good"] >= {"D-02", "R-01", "S-01", "K-01", "P-10", "P-11", "P-13", "P-20", "T-08", "T-10", "B-01"}


def fails() -> Any:
    return Response("<html>Traceback", status=500, content_type="text/html")


@pytest.mark.parametrize(
    ("app", "row"),
    [
        (other(discovery=lambda: {"cds": []}), "D-02"),
        (other(discovery=fails), "D-02"),
        (other(discovery=lambda: Response('{"services": []}', content_type="text/plain")), "T-02"),
        (other(entry={"hook": "patient-view", "id": "one"}), "D-05"),
        (other(entry={"hook": "patient-view", "id": "one", "description": "x", "prefetch": {}}), "D-08"),
        (
            other(
                entry={
                    "hook": "patient-view",
                    "id": "one",
                    "description": "x",
                    "prefetch": {"p": "https://x.org/Patient"},
                }
            ),
            "P-02",
        ),
        (other(entry="one"), "D-04"),
        (other(call=fails), "R-01"),
        (other(call=fails), "P-11"),
        (other(call=fails), "T-08"),
        (other(call=lambda: {"card": []}), "S-01"),
        (other(card={**CARD, "links": []}), "T-04"),
        (other(card={**CARD, "detail": None}), "T-03"),
        (other(card={**CARD, "summary": "x" * 140}), "K-01"),
        (other(card={**CARD, "indicator": "hard-stop"}), "K-02"),
        (other(card={**CARD, "source": {}}), "K-03"),
        (other(card={**CARD, "source": {"label": "x", "url": "/about"}}), "K-05"),
        (other(card={**CARD, "source": {"label": "x", "topic": [{"code": "x"}]}}), "K-08"),
        (other(card="a card"), "K-01"),
        (other(card={**CARD, "suggestions": [{"label": "Do"}]}), "G-02"),
        (other(card={**CARD, "suggestions": [{}], **ANY}), "G-01"),
        (other(card={**CARD, "suggestions": 5}), "G-01"),
        (
            other(
                card={
                    **CARD,
                    "suggestions": [{"label": "a", "isRecommended": True}, {"label": "b", "isRecommended": True}],
                    "selectionBehavior": "at-most-one",
                }
            ),
            "G-06",
        ),
        (
            other(card={**CARD, "suggestions": [{"label": "a", "actions": [{"type": "do"}]}], **ANY}),
            "G-10",
        ),
        (
            other(
                card={
                    **CARD,
                    "suggestions": [{"label": "a", "actions": [{"type": "create"}]}],
                    "selectionBehavior": "any",
                }
            ),
            "G-12",
        ),
        (other(card={**CARD, "links": [{"label": "x", "url": "x.org", "type": "absolute"}]}), "L-03"),
        (other(card={**CARD, "links": [{"url": "https://x.org"}]}), "L-01"),
        (
            other(card={**CARD, "links": [{**LINK, "appContext": "x"}]}),
            "L-04",
        ),
        (other(card={**CARD, "overrideReasons": [{"code": "x"}]}), "O-02"),
        (other(feedback=fails), "B-01"),
    ],
)
def test_each_fault_is_named(app: Flask, row: str, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(app) as url:
        status, rows = checked(url, capsys)
    assert status == 1
    assert row in rows["mend"]


@pytest.mark.parametrize(
    ("app", "row"),
    [
        (other(card={name: value for name, value in CARD.items() if name != "uuid"}), "K-11"),
        (other(card={**CARD, "detail": "<b>Look</b>"}), "K-10"),
        (other(feedback=lambda: Response(status=404)), "B-01"),
        (other(call=lambda: {"cards": []}), "R-02"),
    ],
)
def test_what_is_only_recommended_is_no_failure(app: Flask, row: str, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(app) as url:
        status, rows = checked(url, capsys)
    assert (status, rows["mend"]) == (0, set())
    assert row in rows["consider"]


def test_a_service_that_wants_a_token_is_called_with_one(
    make_app: AppMaker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pem = private_key("ES384", "first").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    app = production(make_app, tmp_path).application
    with serving(app) as url:
        status, rows = checked(url, capsys, "--service", "heel-pain-patient-view")
        assert "R-01" in rows["skipped"]
        assert status == 0
        signed = ("--issuer", ISSUER, "--kid", "first", "--token-key", str(tmp_path / "key.pem"), "--audience", BASE)
        status, rows = checked(url, capsys, "--service", "heel-pain-patient-view", *signed)
    assert (status, rows["mend"], rows["skipped"]) == (0, set(), set())


def test_an_address_where_nothing_answers_is_said_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "http://127.0.0.1:9"]) == 1
    assert "nothing could be reached at that address" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["cds.example.org"], "expected an address such as https://"),
        (["http://127.0.0.1:9", "--timeout", "0"], "--timeout"),
        (["http://127.0.0.1:9", "--issuer", "x"], "are given together"),
        (["http://127.0.0.1:9", "--issuer", "x", "--kid", "y", "--token-key", "no-such.pem"], "cannot be read"),
    ],
)
def test_a_command_that_is_used_wrongly_is_told_how(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *arguments]) == 2
    assert told in capsys.readouterr().err
