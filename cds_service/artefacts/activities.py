"""The actions of a release as ActivityDefinitions: the orders its cards suggest, without a patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cards.naming import ORDERS
from cards.wording import Wording
from cds_service.artefacts.cql_conditions import text
from cds_service.artefacts.publication import Publication, Resource, headed
from cds_service.artefacts.terminologies import notices
from knowledge.codes import SYSTEMS

_INTENT = "proposal"


def activity_definitions(publication: Publication) -> list[Resource]:
    """One for each action."""
    content = publication.release.content
    wording = Wording(publication.release, content["language"])
    return [_activity(name, action, wording.action(name), publication) for name, action in content["actions"].items()]


def _activity(name: str, action: Mapping[str, Any], words: Mapping[str, str], publication: Publication) -> Resource:
    kind = action["resource"]
    codings = [action[key] for key in ("category", "code", "body_site") if key in action]
    said = notices(SYSTEMS.get(coding["system"], coding["system"]) for coding in codings)
    return {
        **headed("ActivityDefinition", name, words["label"], words["description"], publication),
        **({"copyright": said} if said else {}),
        **({"topic": [{"coding": [dict(action["category"])]}]} if "category" in action else {}),
        "kind": kind,
        **_ordered(kind, action, words, publication),
        "priority": action.get("priority", "routine"),
        **({"bodySite": [{"coding": [dict(action["body_site"])]}]} if "body_site" in action else {}),
    }


def _ordered(kind: str, action: Mapping[str, Any], words: Mapping[str, str], publication: Publication) -> Resource:
    """What is ordered; a request to communicate has neither intent nor code in FHIR R4, its text is what is told."""
    if kind == "CommunicationRequest":
        told = {"language": "text/cql", "expression": text(words["text"])}
        return {"dynamicValue": [{"path": "payload.content", "expression": told}]}
    concept = _concept(action, words, publication)
    return {"intent": _INTENT, ("productCodeableConcept" if kind == "MedicationRequest" else "code"): concept}


def _concept(action: Mapping[str, Any], words: Mapping[str, str], publication: Publication) -> Resource:
    coding = [dict(action["code"])] if "code" in action else []
    if "local_code" in action:
        version = publication.release.version
        coding.append({"system": ORDERS, "version": version, "code": action["local_code"]})
    return {**({"coding": coding} if coding else {}), "text": words["text"]}
