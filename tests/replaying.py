"""What tests of replay share: calls answered by a service, and their records as an auditor gets them."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service.cli import main
from tests.auditing import audit
from tests.calls import OURS, bundle, service_of
from tests.golden.patients import PATIENTS


@dataclass(frozen=True)
class Answered:
    """One call as it was sent, and the answer as it came."""

    request: bytes
    answer: bytes

    @property
    def decision(self) -> str:
        return str(json.loads(self.answer)["extension"][OURS]["decisionId"])


def request_of(name: str) -> dict[str, Any]:
    """A golden patient as a CDS Hooks request."""
    hook, resources = PATIENTS[name]
    entries = [copy.deepcopy(entry["resource"]) for entry in resources["entry"]]
    [patient] = [one for one in entries if one["resourceType"] == "Patient"]
    drafts = [one for one in entries if one.get("status") == "draft"]
    context: dict[str, Any] = {"userId": "Practitioner/1", "patientId": patient["id"], "encounterId": "visit-1"}
    if hook.startswith("order-"):
        context["draftOrders"] = {"resourceType": "Bundle", "entry": [{"resource": one} for one in drafts]}
        context["selections"] = [f"{one['resourceType']}/{one['id']}" for one in drafts]
    if hook == "appointment-book":
        context["appointments"] = bundle({"resourceType": "Appointment", "id": "visit-2", "status": "proposed"})
    listed: dict[str, list[dict[str, Any]]] = {"conditions": [], "observations": []}
    keys = {"Condition": "conditions", "Observation": "observations", "MedicationRequest": "medicationRequests"}
    for one in entries:
        if one not in drafts and one is not patient:
            listed.setdefault(keys.get(one["resourceType"], one["resourceType"]), []).append(one)
    prefetch = {key: bundle(*ones) for key, ones in listed.items()}
    instance = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
    return {"hook": hook, "hookInstance": instance, "context": context, "prefetch": {"patient": patient, **prefetch}}


def call(http: FlaskClient, request: Mapping[str, Any], **headers: str) -> Answered:
    """Send a request; it must be answered with 200."""
    body = json.dumps(request).encode()
    answer = http.post(service_of(request["hook"]), data=body, content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.text
    return Answered(body, answer.data)


def record_file(home: Path, answered: Answered, folder: Path) -> Path:
    """What `heel-cds audit show` prints, in a file."""
    shown = audit(home, "show", answered.decision)
    assert shown.status == 0, shown.err
    path = folder / f"{answered.decision}.record.json"
    path.write_text(shown.out, "utf-8")
    return path


@dataclass(frozen=True)
class Replayed:
    status: int
    out: bytes
    err: str


def replay(record: Path, request: bytes, **settings: str) -> Replayed:
    """Run `heel-cds replay` with a home of its own, so that nothing but the two files is at hand."""
    given = record.with_name("request.json")
    given.write_bytes(request)
    raw = io.BytesIO()
    out, err = io.TextIOWrapper(raw, "utf-8", write_through=True), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name, value in ({"home": str(record.parent / "elsewhere")} | settings).items():
            patch.setenv(f"HEEL_CDS_{name.upper()}", value)
        status = main(["replay", str(record), str(given)])
    return Replayed(status, raw.getvalue(), err.getvalue())


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value of a JSON document that is no object and no list, with its place."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if members is None:
        yield path, value
    else:
        for key, member in members:
            yield from leaves(member, (*path, key))
