"""One record as FHIR R4: an AuditEvent (who asked, what came of it) and a Provenance (by which knowledge)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

UNKNOWN = "a caller who could not be told"  # of a refusal: nobody proved who that was
_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"


def as_fhir(told: Mapping[str, Any]) -> dict[str, Any]:
    """A collection of both, from what `record_file` gives. Neither names a patient: the record knows none."""
    record, log = told["record"], told["log"]
    resources = [_audit_event(record, log), _provenance(record)]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": record["at"],
        "entry": [{"fullUrl": f"urn:uuid:{resource.pop('_uuid')}", "resource": resource} for resource in resources],
    }


def _audit_event(record: Mapping[str, Any], log: Mapping[str, Any]) -> dict[str, Any]:
    refused = record.get("status", 200)
    outcome = "0" if refused < 400 else "4" if refused < 500 else "8"  # success, minor failure, serious failure
    event = {
        "_uuid": record["decision"],
        "resourceType": "AuditEvent",
        "type": {"system": _DICOM, "code": "110100", "display": "Application Activity"},
        "subtype": [{"system": "https://cds-hooks.hl7.org/hooks", "code": record["hook"]}] if "hook" in record else [],
        "action": "E",
        "recorded": record["at"],
        "outcome": outcome,
        "outcomeDesc": record.get("reason", ""),
        "agent": [
            {"who": {"display": record.get("client", UNKNOWN)}, "requestor": True},
            {"who": {"display": _service(record)}, "requestor": False},
        ],
        "source": {
            "observer": {"display": _service(record)},
            "type": [{"system": f"{_TERMINOLOGY}/security-source-type", "code": "4", "display": "Application Server"}],
        },
        "entity": [
            {
                "what": _decision(record),
                "type": {"system": f"{_TERMINOLOGY}/audit-entity-type", "code": "2", "display": "System Object"},
                "detail": _details(record, log),
            }
        ],
    }
    return {name: value for name, value in event.items() if value not in ("", [])}


def _details(record: Mapping[str, Any], log: Mapping[str, Any]) -> list[dict[str, str]]:
    knowledge = record["knowledge"]
    held = [f"{item['topic']} ({item['reason']})" for item in record.get("withheld", ())]
    details = {
        "knowledge": f"{knowledge['name']}/{knowledge['version']}",
        "knowledge digest": knowledge["digest"],
        "shown": ", ".join(record.get("shown", ())),
        "withheld": ", ".join(held),
        "position in the log": str(log["position"]),
        "leaf hash": log["leafHash"],
    }
    return [{"type": name, "valueString": value} for name, value in details.items() if value]


def _provenance(record: Mapping[str, Any]) -> dict[str, Any]:
    knowledge = record["knowledge"]
    release = {"system": "https://w3id.org/heel-pain-cds", "value": f"{knowledge['name']}|{knowledge['version']}"}
    return {
        "_uuid": _sibling(record["decision"]),
        "resourceType": "Provenance",
        "target": [_decision(record)],
        "recorded": record["at"],
        "activity": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-DataOperation", "code": "CREATE"}]
        },
        "agent": [_agent("assembler", _service(record)), _agent("enterer", record.get("client", UNKNOWN))],
        "entity": [
            {"role": "source", "what": {"identifier": release, "display": knowledge["digest"]}},
        ],
    }


def _agent(role: str, who: str) -> dict[str, Any]:
    coding = {"system": f"{_TERMINOLOGY}/provenance-participant-type", "code": role}
    return {"type": {"coding": [coding]}, "who": {"display": who}}


def _decision(record: Mapping[str, Any]) -> dict[str, Any]:
    urn = f"urn:uuid:{record['decision']}"
    return {"identifier": {"system": "urn:ietf:rfc:3986", "value": urn}, "display": record.get("kind", "decision")}


def _service(record: Mapping[str, Any]) -> str:
    engine = record["engine"]
    version = engine if isinstance(engine, str) else engine["version"]  # the first records had the version alone
    return f"{record.get('service', 'heel-pain-cds')}, engine {version}"


def _sibling(decision: str) -> str:
    """A UUID for the Provenance that follows from the decision's."""
    return str(uuid.uuid5(uuid.UUID(decision), "Provenance"))
