"""Reads by FHIR what prefetch left open, and only that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cds_service.intake.bundles import Resource
from cds_service.intake.call import Call
from cds_service.intake.deadline import Deadline
from cds_service.intake.fetching import Fetch, fetch_all, joined, plan
from cds_service.intake.fhir_client import FhirClient
from cds_service.intake.prefetch import Answer, Query, State
from cds_service.intake.referred_medications import medication_queries
from cds_service.trust.addresses import FhirAccess

PATIENT = "patient"
_RESERVE = 0.1  # share of the time that is kept for deciding
_PATIENT_ID = "{{context.patientId}}"


@dataclass(frozen=True, slots=True)
class Completed:
    """The answers by key after reading, and one for each medication that was read."""

    answers: Mapping[str, Answer]
    medications: tuple[Answer, ...] = ()


def refusal(call: Call, access: FhirAccess) -> str:
    """Why the client's FHIR server may not be asked, in words free of what was sent; empty when it may."""
    if call.fhir_server is None:
        return "no fhirServer was sent"
    if wrong := access.refusal(call.fhir_server):
        return f"the fhirServer may not be called, since {wrong}"
    if call.authorization is None:
        return "" if access.open_servers else f"{call.no_authorization} is missing or not valid"
    if call.authorization.patient not in (None, call.patient_id):
        return "fhirAuthorization.patient is not the patient of the call"
    if access.client_ids and call.authorization.subject not in access.client_ids:
        return "fhirAuthorization.subject is none of the client_ids under which this service is registered"
    return ""


def complete(
    call: Call, queries: Mapping[str, Query], answers: Mapping[str, Answer], access: FhirAccess, deadline: Deadline
) -> Completed:
    """Ask the FHIR server for what is not settled. It must be one that `refusal` has nothing against."""
    until = deadline.sooner(deadline.remaining() * _RESERVE)
    authorization = call.authorization
    if authorization is not None:
        until = until.or_before(authorization.valid_until)
    token = authorization.token if authorization else None
    client = FhirClient(call.fhir_server or "", token, access, until)
    try:
        asked = _fetch_open(client, call, queries, answers, until)
        found = [resource for answer in asked.values() for resource in answer.resources]
        return Completed(
            asked, _fetch_medications(client, call, [*found, *call.drafts, *call.context_resources], until)
        )
    finally:
        client.close()


def _fetch_open(
    client: FhirClient, call: Call, queries: Mapping[str, Query], answers: Mapping[str, Answer], until: Deadline
) -> dict[str, Answer]:
    completed = dict(answers)
    fetches: dict[str, Fetch] = {}
    for key, answer in answers.items():
        if _settled(key, answer, call.patient_id):
            continue
        fetch = plan(queries[key], _start(queries[key], answer, client, call.patient_id), call.authorization)
        if fetch is None:
            scope = f"the scope of the token does not cover {queries[key].resource_type}"
            completed[key] = replace(answer, why=_both(answer.why, scope))
        else:
            fetches[key] = fetch
    for key, fetched in zip(fetches, fetch_all(client, list(fetches.values()), until), strict=True):
        completed[key] = _merged(answers[key], fetched, _continues(answers[key], client))
    return completed


def _start(query: Query, answer: Answer, client: FhirClient, patient_id: str) -> str:
    if answer.next_url is not None and _continues(answer, client):
        return answer.next_url
    return query.template.replace(_PATIENT_ID, patient_id)


def _fetch_medications(
    client: FhirClient, call: Call, resources: Iterable[Resource], until: Deadline
) -> tuple[Answer, ...]:
    queries = medication_queries(resources, client.access.max_medications)
    fetches = [fetch for query in queries if (fetch := plan(query, query.template, call.authorization))]
    return () if until.passed else tuple(fetch_all(client, fetches, until))


def _settled(key: str, answer: Answer, patient_id: str) -> bool:
    return holds_patient(answer.resources, patient_id) if key == PATIENT else answer.settled


def holds_patient(resources: Sequence[Resource], patient_id: str) -> bool:
    return any(resource["resourceType"] == "Patient" and resource.get("id") == patient_id for resource in resources)


def _continues(answer: Answer, client: FhirClient) -> bool:
    """Whether reading can go on where the client stopped; else the list is read anew."""
    return answer.next_url is not None and answer.whole and client.within(answer.next_url)


def _merged(sent: Answer, fetched: Answer, continued: bool) -> Answer:
    why = _both(sent.why, fetched.why)
    if continued:
        return replace(joined([replace(sent, next_url=None), fetched]), why=why, fault=fetched.fault)
    resources = (*sent.resources, *fetched.resources)
    if fetched.state in (State.ERROR, State.ABSENT):
        unanswered = sent.state in (State.ABSENT, State.NULL) and fetched.state is State.ERROR
        state = State.ERROR if unanswered else sent.state
        return replace(sent, state=state, resources=resources, whole=False, why=why, fault=fetched.fault)
    return replace(fetched, resources=resources, unread=sent.unread + fetched.unread)


def _both(*reasons: str) -> str:
    return "; ".join(reason for reason in reasons if reason)
