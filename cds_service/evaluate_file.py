"""The main job by hand: from one file to the cards of each patient in it.

Offline: no FHIR server is called. The same file, release and instant give the same bytes.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from cds_service.decide import Answer, InForce, Moment, answer
from cds_service.errors import HeelCdsError
from cds_service.intake.bundles import read_file_resources
from cds_service.intake.call import Call, parse_call
from cds_service.intake.concept_maps import CodeMaps
from cds_service.intake.deadline import Deadline
from cds_service.intake.gather import Gathered, gather
from cds_service.services import SERVICES, Service
from cds_service.settings import Settings
from cds_service.trust.clients import the_client
from knowledge.chart import Kind
from knowledge.decision import Decision
from knowledge.release import Release

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://w3id.org/heel-pain-cds/evaluate")
DEFAULT_HOOK = "patient-view"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of one patient of a file. `title` tells several patients apart by their place, never by name."""

    response: dict[str, Any]
    decision: Decision
    release: Release
    title: str = ""


def evaluate_file(
    content: bytes, settings: Settings, release: Release, hook: str | None, at: datetime
) -> Iterator[Evaluation]:
    """Evaluate every patient of a FHIR Bundle, an NDJSON file or a CDS Hooks request.

    `hook` overrides the request's own; a file of resources is taken as `patient-view` without it.
    Raises `HeelCdsError` saying what was found in the file and what was expected.
    """
    in_force = InForce(release, CodeMaps.load(settings.code_maps))
    audience = the_client(settings).audience
    for place, (call, gathered) in enumerate(found := list(_calls(content, settings, hook)), 1):
        moment = Moment(at, _decision_id(content, call, release, at))
        answered: Answer = answer(gathered, call, audience, in_force, moment)
        title = f"Patient {place} of {len(found)}" if len(found) > 1 else ""
        yield Evaluation(answered.response, answered.decision, release, title)


def _decision_id(content: bytes, call: Call, release: Release, at: datetime) -> uuid.UUID:
    """The same for the same input: an id that can be compared, since no service call gave one."""
    digest = hashlib.sha256(content).hexdigest()
    return uuid.uuid5(NAMESPACE, f"{digest} {call.hook} {call.patient_id} {release.digest} {at.isoformat()}")


def _calls(content: bytes, settings: Settings, hook: str | None) -> Iterator[tuple[Call, Gathered]]:
    if (request := _as_request(content)) is not None:
        yield _from_request(request, content, settings, hook)
    else:
        yield from _from_resources(content, _service(hook or DEFAULT_HOOK))
