"""Suggested orders as FHIR R4 resources: drafts without id or requester, for the clinician to complete."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cards.naming import ORDERS
from cards.wording import Wording
from knowledge.chart import Side

Resource = dict[str, Any]
_SNOMED = "http://snomed.info/sct"
_KIND_OF_THING = re.compile(r" \([^()]*\)$")
_LATERALITY = {
    Side.LEFT: {"system": _SNOMED, "code": "7771000", "display": "Left"},
    Side.RIGHT: {"system": _SNOMED, "code": "24028007", "display": "Right"},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One action of a release, for one patient: all that its resource needs.

    `side` is the side known to be affected, if exactly one is; `reason` and `note` are words of the release;
    `condition` (`Condition/id`) is the diagnosis on record that it is for, if there is one.
    """

    action: Mapping[str, Any]
    text: str
    side: Side
    side_word: str
    intent: str
    patient_id: str
    encounter_id: str | None
    reason: str
    note: str
    condition: str | None = None


def resource(asked: Asked) -> Resource:
    """The draft order. A request to communicate has no intent and no code in FHIR R4: its text is what is told."""
    kind = asked.action["resource"]
    subject = {"reference": f"Patient/{asked.patient_id}"}
    drafted: Resource = {"resourceType": kind, "status": "draft", "subject": subject}
    if asked.encounter_id:
        drafted["encounter"] = {"reference": f"Encounter/{asked.encounter_id}"}
    drafted["priority"] = asked.action.get("priority", "routine")
    drafted |= _SPECIFIC[kind](asked)
    drafted["reasonCode"] = [{"text": asked.reason}]
    if asked.condition:
        drafted["reasonReference"] = [{"reference": asked.condition}]
    drafted["note"] = [{"text": asked.note}]
    return drafted


def side_worded(side: Side, wording: Wording) -> str:
    """The side in words, empty where none or both are meant."""
    return wording.phrase(side.value) if side in _LATERALITY else ""


def _service(asked: Asked) -> Resource:
    return {"intent": asked.intent, **_category(asked), "code": _code(asked), **_body_site(asked)}


def _device(asked: Asked) -> Resource:
    return {"intent": asked.intent, "codeCodeableConcept": _code(asked)}


def _medication(asked: Asked) -> Resource:
    return {"intent": asked.intent, **_category(asked), "medicationCodeableConcept": _code(asked)}


def _communication(asked: Asked) -> Resource:
    return {**_category(asked), "payload": [{"contentString": asked.text}]}


_SPECIFIC: Mapping[str, Callable[[Asked], Resource]] = {
    "ServiceRequest": _service,
    "DeviceRequest": _device,
    "MedicationRequest": _medication,
    "CommunicationRequest": _communication,
}


def _category(asked: Asked) -> Resource:
    category = asked.action.get("category")
    return {"category": [{"coding": [dict(category)], "text": _name(category)}]} if category else {}


def _code(asked: Asked) -> Resource:
    coding = [*_standard(asked), *_local(asked)]
    return {**({"coding": coding} if coding else {}), "text": _with_side(asked.text, asked)}


def _standard(asked: Asked) -> list[Resource]:
    sided = asked.action.get(f"code_{asked.side.value}")
    code = sided or asked.action.get("code")
    return [dict(code)] if code else []


def _local(asked: Asked) -> list[Resource]:
    code = asked.action.get("local_code")
    return [{"system": ORDERS, "code": code, "display": asked.text}] if code else []


def _body_site(asked: Asked) -> Resource:
    site = asked.action.get("body_site")
    if not site:
        return {}
    sided = [dict(_LATERALITY[asked.side])] if asked.side_word and asked.action.get("sided") else []
    return {"bodySite": [{"coding": [dict(site), *sided], "text": _with_side(_name(site), asked)}]}


def _name(coding: Mapping[str, str]) -> str:
    """What a code is called, without the kind of thing that SNOMED CT adds in brackets."""
    return _KIND_OF_THING.sub("", coding["display"])


def _with_side(text: str, asked: Asked) -> str:
    return f"{text}, {asked.side_word}" if asked.side_word and asked.action.get("sided") else text
