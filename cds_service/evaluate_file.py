"""The main job by hand: from one file to the cards of each patient in it.

Offline: no FHIR server is called. The same file, release and instant give the same bytes.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from cards.languages import ENGLISH
from cds_service.decide import InForce, Moment, answer
from cds_service.errors import HeelCdsError, RequestError
from cds_service.intake.bundles import read_file_resources
from cds_service.intake.by_patient import by_patient
from cds_service.intake.call import ORDERS, Call, parse_call
from cds_service.intake.concept_maps import CodeMaps
from cds_service.intake.deadline import Deadline
from cds_service.intake.gather import Gathered, gather
from cds_service.intake.json_text import read_json
from cds_service.services import HOOKS, SERVICES, Service
from cds_service.settings import Settings
from cds_service.trust.addresses import FhirAccess
from cds_service.trust.clients import default_audience
from knowledge.decision import Decision
from knowledge.release import Release

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://w3id.org/heel-pain-cds/evaluate")
DEFAULT_HOOK = "patient-view"
ORDER_HOOKS = ("order-select", "order-sign")
WHOLE_FILE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of one patient of a file. `title` tells several patients apart by their place, never by name.

    `remarks` say what is odd in the data.
    """

    response: dict[str, Any]
    decision: Decision
    release: Release
    title: str = ""
    language: str = ENGLISH
    remarks: tuple[str, ...] = ()


def evaluate_file(
    content: bytes, settings: Settings, release: Release, hook: str | None, at: datetime
) -> Iterator[Evaluation]:
    """Evaluate every patient of a FHIR Bundle, an NDJSON file or a CDS Hooks request.

    `hook` overrides the request's own; a file of resources is taken as `patient-view` without it.
    A file that names no patient gives nothing. Raises `HeelCdsError` saying what was found in the
    file and what was expected.
    """
    digest = hashlib.sha256(content).hexdigest()
    in_force = InForce(release, CodeMaps.load(settings.code_maps))
    audience = default_audience(settings)
    for place, (call, gathered) in enumerate(found := list(calls_of(content, hook)), 1):
        moment = Moment(at, _decision_id(digest, call, release, at))
        answered = answer(gathered, call, audience, in_force, moment)
        title = f"Patient {place} of {len(found)}" if len(found) > 1 else ""
        language = audience.language
        yield Evaluation(answered.response, answered.decision, release, title, language, answered.remarks)


def _decision_id(digest: str, call: Call, release: Release, at: datetime) -> uuid.UUID:
    """The same for the same input: an id that can be compared, since no service call gave one."""
    return uuid.uuid5(NAMESPACE, f"{digest} {call.hook} {call.patient_id} {release.digest} {at.isoformat()}")


def calls_of(content: bytes, hook: str | None) -> Iterator[tuple[Call, Gathered]]:
    """Every patient of a Bundle, an NDJSON file or a CDS Hooks request as a call of its own, with the data at hand."""
    request = _as_request(content)
    if request is None:
        yield from _from_resources(content, hook or DEFAULT_HOOK)
    else:
        yield _from_request(request, hook)


def _as_request(content: bytes) -> dict[str, Any] | None:
    """The members of a CDS Hooks request; None for any other file."""
    try:
        value = read_json(content)
    except RequestError:
        return None
    return value if isinstance(value, dict) and "hook" in value and "resourceType" not in value else None


def _from_request(request: dict[str, Any], hook: str | None) -> tuple[Call, Gathered]:
    service = _service(hook or request["hook"])
    # No FHIR server is called from here, so that the same file always gives the same answer.
    offline = {name: value for name, value in request.items() if name not in ("fhirServer", "fhirAuthorization")}
    call = parse_call(msgspec.json.encode(offline | {"hook": service.hook}), service)
    return call, gather(call, service, FhirAccess(), Deadline.after(WHOLE_FILE_SECONDS))


def _service(hook: Any) -> Service:
    for service in SERVICES:
        if service.hook == hook:
            return service
    raise HeelCdsError(f"hook: no service answers the request's hook; expected one of {', '.join(HOOKS)}")


def _from_resources(content: bytes, hook: str) -> Iterator[tuple[Call, Gathered]]:
    found = read_file_resources(content)
    heaps, nobodys = by_patient(found.resources)
    for patient_id, resources in heaps.items():
        drafts = tuple(one for one in resources if _is_draft(one)) if hook in ORDER_HOOKS else ()
        call = Call(hook=hook, hook_instance=uuid.UUID(int=0), patient_id=patient_id, drafts=drafts)
        others = tuple(one for one in resources if not drafts or not _is_draft(one))
        yield call, Gathered(others, frozenset(), found.unread + nobodys)


def _is_draft(resource: dict[str, Any]) -> bool:
    return resource["resourceType"] in ORDERS and resource.get("status") == "draft"
