"""A made-up patient and a call about it, shaped by what a service says in its discovery. Nobody real is ever sent."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

PATIENT, USER, ENCOUNTER = "check-patient", "Practitioner/check-user", "check-encounter"
ORDERING = frozenset({"order-select", "order-sign", "order-dispatch"})
_READ = re.compile(r"^([A-Z][A-Za-z]+)/\{\{[^}]+\}\}")
_SEARCH = re.compile(r"^([A-Z][A-Za-z]+)\?")


def call_for(service: Mapping[str, Any]) -> dict[str, Any]:
    """A whole request for a service: its hook, a context, and a value for each of its prefetch keys."""
    hook = str(service["hook"])
    templates = service.get("prefetch")
    keys = templates if isinstance(templates, Mapping) else {}
    return {
        "hook": hook,
        "hookInstance": str(uuid.uuid4()),
        "context": _context(hook),
        "prefetch": {key: value_for(str(template)) for key, template in keys.items()},
    }


def value_for(template: str) -> Any:
    """What a client would send for a template: a resource for a read, a Bundle for a search."""
    if read := _READ.match(template):
        return _resource(read[1])
    found = _SEARCH.match(template)
    kind = found[1] if found else ""
    entries = [{"resource": _resource(kind), "search": {"mode": "match"}}] if kind == "Condition" else []
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(entries),
        **({"entry": entries} if entries else {}),
    }


def outcome() -> dict[str, Any]:
    """What a client sends for a key whose query failed."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": "exception", "details": {"text": "made up for a check"}}],
    }


def _context(hook: str) -> dict[str, Any]:
    context: dict[str, Any] = {"userId": USER, "patientId": PATIENT}
    if hook in ("encounter-start", "encounter-discharge"):
        context["encounterId"] = ENCOUNTER
    if hook in ORDERING:
        context["draftOrders"] = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": _draft()}]}
    if hook == "order-select":
        context["selections"] = ["ServiceRequest/check-order"]
    if hook == "appointment-book":
        context["appointments"] = {"resourceType": "Bundle", "type": "collection"}
    if hook == "problem-list-item-create":
        context["conditions"] = {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": _resource("Condition")}],
        }
    return context


def _resource(kind: str) -> dict[str, Any]:
    if kind == "Patient":
        return {"resourceType": "Patient", "id": PATIENT, "gender": "female", "birthDate": "1980-05-05"}
    if kind == "Condition":
        active = {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
        pain = {"system": "http://snomed.info/sct", "code": "202882003", "display": "Plantar fasciitis"}
        return {
            "resourceType": "Condition",
            "id": "check-condition",
            "clinicalStatus": {"coding": [active]},
            "code": {"coding": [pain]},
            "subject": {"reference": f"Patient/{PATIENT}"},
        }
    return {"resourceType": kind, "id": f"check-{kind.lower()}"}


def _draft() -> dict[str, Any]:
    return {
        "resourceType": "ServiceRequest",
        "id": "check-order",
        "status": "draft",
        "intent": "order",
        "code": {"text": "Radiograph of the heel"},
        "subject": {"reference": f"Patient/{PATIENT}"},
    }
