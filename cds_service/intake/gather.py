"""All that is to be had about the patient: what was sent along, and by FHIR what was not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from cds_service.errors import RequestError
from cds_service.intake.bundles import Resource
from cds_service.intake.call import Call
from cds_service.intake.completing import PATIENT, Completed, complete, holds_patient, refusal
from cds_service.intake.deadline import Deadline
from cds_service.intake.prefetch import Answer, Query, State, queries_of, read_prefetch
from cds_service.services import Service
from cds_service.trust.addresses import FhirAccess
from knowledge.chart import Kind

# For each kind the list that must be whole for it to count as asked for, and one that must not have failed:
# a list of the second sort is not kept by every record system.
LISTS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.CONDITION: ("conditions",),
        Kind.OBSERVATION: ("observations",),
        Kind.MEDICATION: ("medicationRequests", "medicationStatements"),
        Kind.ALLERGY: ("allergies",),
        Kind.PROCEDURE: ("procedures",),
        Kind.REPORT: ("reports",),
        Kind.ORDER: ("serviceRequests", "deviceRequests"),
    }
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known.

    `obtained` are the kinds of which everything was asked for and came. `unread` counts what could
    not be read as a resource. `incomplete` says that some list was cut or could not be had. `called_back`
    says that something of it was read from the client's FHIR server; `faults` why queries to it were not answered.
    """

    resources: tuple[Resource, ...]
    obtained: frozenset[Kind]
    unread: int = 0
    incomplete: bool = False
    called_back: bool = False
    faults: tuple[str, ...] = ()


def gather(call: Call, service: Service, access: FhirAccess, deadline: Deadline) -> Gathered:
    """Prefetch, completed by FHIR reads where there is access.

    Raises `RequestError` 412 when a key the service cannot do without is to be had neither way.
    """
    queries = queries_of(service.prefetch)
    prefetched = read_prefetch(call.prefetch, queries)
    answers = {key: prefetched.answers.get(key, Answer()) for key in queries}
    answers[PATIENT] = _named(answers[PATIENT], call.patient_id)
    refused = refusal(call, access)
    found = Completed(answers) if refused else complete(call, queries, answers, access, deadline)
    others = (*prefetched.others, *found.medications)
    resources = tuple(_resources(found.answers.values(), others, call))
    _require(service, call, found.answers, resources, refused)
    return Gathered(
        resources=resources,
        obtained=frozenset(kind for kind, keys in LISTS.items() if _obtained(found.answers, *keys)),
        unread=call.unread + sum(answer.unread for answer in (*found.answers.values(), *others)),
        incomplete=_incomplete(found, prefetched.others, queries),
        called_back=any(found.answers[key] is not answers[key] for key in answers) or bool(found.medications),
        faults=tuple(answer.fault for answer in (*found.answers.values(), *found.medications) if answer.fault),
    )


def _named(answer: Answer, patient_id: str) -> Answer:
    """A Patient sent without an id is the one that was asked for."""
    patients = (
        {**resource, "id": patient_id} if resource["resourceType"] == "Patient" and "id" not in resource else resource
        for resource in answer.resources
    )
    return replace(answer, resources=tuple(patients))


def _resources(answers: Iterable[Answer], others: Iterable[Answer], call: Call) -> Iterable[Resource]:
    for answer in (*answers, *others):
        yield from answer.resources
    yield from call.context_resources


def _obtained(answers: Mapping[str, Answer], main: str, *minor: str) -> bool:
    return answers[main].settled and all(answers[key].settled or answers[key].state is State.ABSENT for key in minor)


def _incomplete(found: Completed, others: Sequence[Answer], queries: Mapping[str, Query]) -> bool:
    open_keys = [key for key, answer in found.answers.items() if key != PATIENT and not answer.settled]
    if any(found.answers[key].state is not State.ABSENT for key in open_keys):
        return True
    # What came under a key that is not ours may be any part of the list.
    types = {queries[key].resource_type for key in open_keys}
    in_part = any(resource["resourceType"] in types for answer in others for resource in answer.resources)
    return in_part or not all(answer.settled for answer in found.medications)


def _require(
    service: Service, call: Call, answers: Mapping[str, Answer], resources: Sequence[Resource], refused: str
) -> None:
    missing = [key for key in service.required if not _had(key, service, call, answers[key], resources)]
    if missing:
        raise _unmet(missing, service, answers, resources, refused)


def _had(key: str, service: Service, call: Call, answer: Answer, resources: Sequence[Resource]) -> bool:
    if key == PATIENT:
        return holds_patient(resources, call.patient_id)
    kind = Query(key, service.prefetch[key]).resource_type
    answered = answer.state in (State.NULL, State.EMPTY, State.DATA)
    return answered or any(resource["resourceType"] == kind for resource in resources)


def _unmet(
    missing: Sequence[str],
    service: Service,
    answers: Mapping[str, Answer],
    resources: Sequence[Resource],
    refused: str,
) -> RequestError:
    reasons = [f"{key}: {_why(key, answers[key], resources)}." for key in missing]
    templates = ", ".join(f"{key}={service.prefetch[key]}" for key in missing)
    return RequestError(
        412,
        "required",
        f"What this service cannot do without is missing: {', '.join(missing)}.",
        " ".join(
            [
                *reasons,
                f"It could not be read by FHIR either: {refused}." if refused else "It was asked for by FHIR in vain.",
                f"Send it along ({templates}), or a fhirServer with a fhirAuthorization that lets us read it.",
                "Epic strips the data off a call when the URL called is not exactly the one registered.",
            ]
        ),
    )


def _why(key: str, answer: Answer, resources: Sequence[Resource]) -> str:
    if key == PATIENT and any(resource["resourceType"] == "Patient" for resource in resources):
        return "the Patient that came has another id than context.patientId"
    if answer.why:
        return answer.why
    return "null was sent" if answer.state is State.NULL else "it was not sent along"
