"""What tests of feedback share: cards that were shown, reports on them, and the commands a hospital types."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds_service.cli import main
from tests import calls
from tests.auditing import Told

HL7 = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
OURS = "https://w3id.org/heel-pain-cds/CodeSystem/override-reasons"
REFUSES = {"reason": {"system": HL7, "code": "patient-refuses"}}
KEY = "7d" * 32
WHEN = "2026-11-25T10:00:00Z"


def key_in(folder: Path) -> str:
    """A hospital's key for pseudonyms, in a file."""
    path = folder / "pseudonyms.key"
    path.write_text(KEY + "\n")
    return str(path)


def cards_of(http: FlaskClient, request: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The cards of an answer, to a packaged patient's request where no other is given."""
    answer = calls.post(http, calls.sample() if request is None else request)
    assert answer.status_code == 200, answer.text
    cards: list[dict[str, Any]] = answer.json["cards"]
    return cards


def entry(card: Mapping[str, Any] | str, outcome: str = "overridden", **more: Any) -> dict[str, Any]:
    """One report; of an accepted card with its first suggestion."""
    uuid = card if isinstance(card, str) else card["uuid"]
    accepted = [] if isinstance(card, str) or outcome != "accepted" else [{"id": card["suggestions"][0]["uuid"]}]
    whole = {"card": uuid, "outcome": outcome, "outcomeTimestamp": WHEN}
    return whole | ({"acceptedSuggestions": accepted} if accepted else {}) | more


def report(http: FlaskClient, *entries: Any, hook: str = "patient-view") -> TestResponse:
    """Send a feedback call."""
    return http.post(f"{calls.service_of(hook)}/feedback", json={"feedback": list(entries)})


def counted(answer: TestResponse) -> tuple[int, int, int]:
    """How many reports were stored, known already, and about unknown cards."""
    assert answer.status_code == 200, answer.text
    return answer.json["stored"], answer.json["repeated"], answer.json["unknownCards"]


def feedback(home: Path, *arguments: str) -> Told:
    """Run `heel-cds feedback ...` on the database under `home`."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("HEEL_CDS_HOME", str(home))
        try:
            status = main(["feedback", *arguments])
        except SystemExit as stopped:
            status = int(stopped.code or 0)
    return Told(status, out.getvalue(), err.getvalue())


def exported(home: Path, *arguments: str) -> list[dict[str, str]]:
    """The rows of an export."""
    told = feedback(home, "export", *arguments)
    assert told.status == 0, told.err
    return [json.loads(line) for line in told.out.splitlines()]
