"""CDS Hooks requests for tests, and how to send them."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds_service import samples

PATIENT = "runner-1"
USER = "Practitioner/podiatrist-1"
OURS = "org.w3id.heel-pain-cds"
HOOKS = (
    "patient-view",
    "encounter-start",
    "encounter-discharge",
    "problem-list-item-create",
    "appointment-book",
    "order-select",
    "order-sign",
)


def service_of(hook: str) -> str:
    """The path of the service for a hook."""
    return f"/cds-services/heel-pain-{hook}"


def bundle(*resources: Mapping[str, Any], kind: str = "searchset") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": resource} for resource in resources]}


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": PATIENT, "gender": "female", "birthDate": "1990-03-04"} | more


def condition(code: str, display: str, **more: Any) -> dict[str, Any]:
    """An active, confirmed problem of our patient, by SNOMED CT code."""
    system = "http://terminology.hl7.org/CodeSystem/condition-"
    return {
        "resourceType": "Condition",
        "id": f"condition-{code}",
        "clinicalStatus": {"coding": [{"system": f"{system}clinical", "code": "active"}]},
        "verificationStatus": {"coding": [{"system": f"{system}ver-status", "code": "confirmed"}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": code, "display": display}]},
        "subject": {"reference": f"Patient/{PATIENT}"},
    } | more


def context(hook: str, **more: Any) -> dict[str, Any]:
    """The least context the hook's definition allows."""
    needs: dict[str, dict[str, Any]] = {
        "encounter-start": {"encounterId": "visit-1"},
        "encounter-discharge": {"encounterId": "visit-1"},
        "problem-list-item-create": {"conditions": bundle(kind="collection")},
        "appointment-book": {"appointments": bundle(kind="collection")},
        "order-select": {"selections": [], "draftOrders": bundle(kind="collection")},
        "order-sign": {"draftOrders": bundle(kind="collection")},
    }
    return {"userId": USER, "patientId": PATIENT} | needs.get(hook, {}) | more


def request(hook: str = "patient-view", **changes: Any) -> dict[str, Any]:
    """A valid request about a patient with nothing in the chart; `changes` replace top-level members."""
    whole = {
        "hook": hook,
        "hookInstance": str(uuid.uuid4()),
        "context": context(hook),
        "prefetch": {"patient": patient(), "conditions": bundle()},
    }
    return whole | changes


def sample(name: str = "plantar-heel-pain") -> dict[str, Any]:
    """The request of a packaged sample, as of today."""
    loaded: dict[str, Any] = json.loads(samples.sample(name, date.today()))
    return loaded


def injection(identity: str = "injection-1", **more: Any) -> dict[str, Any]:
    """A draft order for a plantar fascia injection."""
    return {
        "resourceType": "ServiceRequest",
        "id": identity,
        "status": "draft",
        "intent": "proposal",
        "code": {
            "coding": [
                {
                    "system": "https://w3id.org/heel-pain-cds/CodeSystem/heel-orders",
                    "code": "plantar-fascia-injection",
                }
            ]
        },
        "subject": {"reference": f"Patient/{sample_patient()}"},
    } | more


def sample_patient() -> str:
    return str(sample()["context"]["patientId"])


def ordering(hook: str, *orders: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An order hook about the packaged patient with plantar heel pain."""
    packaged = sample()
    kept = {"hookInstance": packaged["hookInstance"], "prefetch": packaged["prefetch"]}
    drafts = {"draftOrders": bundle(*orders, kind="collection"), **more}
    return request(hook, context=context(hook, patientId=sample_patient(), **drafts), **kept)


def post(http: FlaskClient, body: Mapping[str, Any], service: str | None = None) -> TestResponse:
    """Send a request to the service of its hook."""
    return http.post(service or service_of(body["hook"]), json=body)


def post_text(http: FlaskClient, body: str | bytes, service: str = service_of("patient-view")) -> TestResponse:
    """Send a body as it is, declared as JSON."""
    return http.post(service, data=body, content_type="application/json")


def changed(**prefetch: Any) -> dict[str, Any]:
    """The sample's request with other prefetch values; a key given as `...` is left out."""
    request = sample()
    merged = request["prefetch"] | prefetch
    return request | {"prefetch": {key: value for key, value in merged.items() if value is not ...}}


def shown(http: FlaskClient, request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a request, without what differs between two equal decisions."""
    answer = post(http, request)
    assert answer.status_code == 200, answer.text
    return without_identity(answer.json)


def without_identity(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer without what differs between two decisions on the same data: ids and the instant."""
    decision = answer["extension"][OURS]["decisionId"]
    plain = json.loads(json.dumps(answer).replace(decision, "DECISION"))
    plain["extension"][OURS].pop("evaluatedAt")
    return _without(plain, "uuid")


def _without(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _without(member, name) for key, member in value.items() if key != name}
    return [_without(member, name) for member in value] if isinstance(value, list) else value


def topics(answer: TestResponse) -> list[str]:
    """The topics of the recommendations that an answer shows."""
    assert answer.status_code == 200, answer.text
    found: list[str] = answer.json["extension"][OURS].get("recommendations", [])
    return found


def break_store(home: Path) -> None:
    """Take away the tables of the decision log."""
    with closing(sqlite3.connect(home / "heel-cds.db")) as database:
        database.execute("drop table records")
