"""The worked cases of a release as CDS Hooks requests: each entry of a case's chart as a FHIR R4 resource."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from cards.audience import Audience
from cds_service.decide import Answer, InForce, Moment, answer
from cds_service.intake.call import parse_call
from cds_service.intake.concept_maps import CodeMaps
from cds_service.intake.deadline import Deadline
from cds_service.intake.gather import gather
from cds_service.services import SERVICES
from cds_service.trust.addresses import FhirAccess
from knowledge.cases import chart_of
from knowledge.chart import Chart, Coding, Entry, Kind, Side, Span, Standing
from knowledge.release import Release
from knowledge.truth import Truth
from tests.calls import PATIENT, bundle, context

Resource = dict[str, Any]
ONE = UUID(int=1)
WIDE = Audience(max_cards=5)
HL7 = "http://terminology.hl7.org/CodeSystem/"
OURS = "https://w3id.org/heel-pain-cds/CodeSystem/"
SYSTEMS = {
    "snomed": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "icd-10-cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "icd-10": "http://hl7.org/fhir/sid/icd-10",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "atc": "http://www.whocc.no/atc",
    "hcpcs": "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
}
CLINICAL = {Standing.PAST: "resolved"}
CERTAIN = {Standing.POSSIBLE: "provisional", Standing.UNCERTAIN: "unconfirmed", Standing.NEGATED: "refuted"}
SIDES = {Side.LEFT: "7771000", Side.RIGHT: "24028007", Side.BOTH: "51440002"}
KEYS = {Kind.CONDITION: "conditions", Kind.OBSERVATION: "observations", Kind.MEDICATION: "medicationRequests"}


def request_of_case(case: Mapping[str, Any], release: Release) -> Resource:
    """The call that a record system would make about the patient of a case."""
    chart = chart_of(case, release)
    drafts = [_resource(entry) for entry in chart.entries if entry.draft]
    selected = [entry.reference for entry in chart.entries if entry.draft and entry.selected]
    more: Resource = {"draftOrders": bundle(*drafts), "selections": selected} if drafts else {}
    if case["hook"] == "appointment-book":
        more = {"appointments": bundle(*(_appointment(entry) for entry in chart.entries if entry.draft))}
    prefetch: dict[str, list[Resource]] = {"conditions": [], "observations": []}
    for entry in chart.entries:
        if not entry.draft:
            prefetch.setdefault(KEYS.get(entry.kind, entry.kind.value), []).append(_resource(entry))
    return {
        "hook": case["hook"],
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": context(case["hook"], **more),
        "prefetch": {"patient": _patient(chart)} | {key: bundle(*ones) for key, ones in prefetch.items()},
    }


def answered(
    request: Mapping[str, Any], at: datetime, release: Release, audience: Audience = WIDE, decision_id: UUID = ONE
) -> Answer:
    """The answer to a request at an instant, by a release, with no clock and no network in it."""
    [service] = [service for service in SERVICES if service.hook == request["hook"]]
    call = parse_call(json.dumps(request).encode(), service)
    gathered = gather(call, service, FhirAccess(), Deadline.after(60))
    return answer(gathered, call, audience, InForce(release, CodeMaps.none()), Moment(at, decision_id))


def _patient(chart: Chart) -> Resource:
    born = {"birthDate": chart.birth.earliest.date().isoformat()} if chart.birth else {}
    return {"resourceType": "Patient", "id": PATIENT, "gender": chart.sex, **born}


def _resource(entry: Entry) -> Resource:
    kind, _, identity = entry.reference.partition("/")
    common = {"resourceType": kind, "id": identity, "subject": {"reference": f"Patient/{PATIENT}"}}
    return common | _OF_KIND[entry.kind](entry)


def _concept(codings: tuple[Coding, ...], text: str = "") -> Resource:
    coded = [{"system": SYSTEMS.get(one.system, OURS + one.system), "code": one.code} for one in codings]
    return {**({"coding": coded} if coded else {}), **({"text": text} if text else {})}


def _day(span: Span | None) -> str | None:
    if span is None:
        return None
    moment = span.earliest.isoformat().replace("+00:00", "Z")
    return moment if span.exact else moment[:10]


def _condition(entry: Entry) -> Resource:
    side = {"bodySite": [_concept((Coding("snomed", SIDES[entry.side]),))]} if entry.side in SIDES else {}
    return {
        "clinicalStatus": {"coding": [{"system": f"{HL7}condition-clinical", "code": _clinical(entry)}]},
        "verificationStatus": {"coding": [{"system": f"{HL7}condition-ver-status", "code": _certain(entry)}]},
        "code": _concept(entry.codings, entry.text),
        "recordedDate": _day(entry.noted),
        **({"onsetDateTime": _day(entry.began)} if entry.began else {}),
        **side,
    }


def _clinical(entry: Entry) -> str:
    return CLINICAL.get(entry.standing, "active")


def _certain(entry: Entry) -> str:
    return CERTAIN.get(entry.standing, "confirmed")


def _observation(entry: Entry) -> Resource:
    return {
        "status": "final",
        "code": _concept(entry.codings),
        "effectiveDateTime": _day(entry.noted),
        **_value(entry),
    }


def _value(entry: Entry) -> Resource:
    if entry.presence in (Truth.TRUE, Truth.FALSE):
        return {"valueBoolean": entry.presence is Truth.TRUE}
    if entry.choices:
        return {"valueCodeableConcept": _concept(entry.choices)}
    if entry.quantity and entry.quantity.low is not None:
        unit = entry.quantity.unit
        measured = {"value": float(entry.quantity.low), "unit": unit, "system": "http://unitsofmeasure.org"}
        return {"valueQuantity": measured | {"code": unit}}
    indeterminate = {"coding": [{"system": f"{HL7}v3-ObservationInterpretation", "code": "IND"}]}
    return {"interpretation": [indeterminate]}


def _medication(entry: Entry) -> Resource:
    route = {"route": {"text": entry.route}} if entry.route != "unknown" else {}
    site = {"site": _concept(entry.sites, entry.site_text)} if entry.sites or entry.site_text else {}
    past = entry.standing is Standing.PAST
    return {
        "status": "draft" if entry.draft else "stopped" if past else "active",
        "intent": "order",
        "medicationCodeableConcept": _concept(entry.codings, entry.text),
        "authoredOn": _day(entry.noted),
        **({"dosageInstruction": [{**route, **site}]} if route or site else {}),
    }


def _order(entry: Entry) -> Resource:
    site = {"bodySite": [_concept(entry.sites, entry.site_text)]} if entry.sites or entry.site_text else {}
    return {
        "status": "draft" if entry.draft else "active",
        "intent": "order",
        "code": _concept(entry.codings, entry.text),
        "authoredOn": _day(entry.noted),
        **site,
    }


def _appointment(entry: Entry) -> Resource:
    actor = {"actor": {"reference": f"Patient/{PATIENT}"}, "status": "accepted"}
    service = [_concept(entry.codings, entry.text)]
    return {"resourceType": "Appointment", "id": "visit-2", "status": "proposed", "serviceType": service,
            "participant": [actor]}  # fmt: skip


def _procedure(entry: Entry) -> Resource:
    return {"status": "completed", "code": _concept(entry.codings, entry.text), "performedDateTime": _day(entry.noted)}


def _allergy(entry: Entry) -> Resource:
    reactions = [{"manifestation": [{"text": text}]} for text in entry.reactions]
    return {
        "clinicalStatus": {"coding": [{"system": f"{HL7}allergyintolerance-clinical", "code": "active"}]},
        "code": _concept(entry.codings, entry.text),
        "patient": {"reference": f"Patient/{PATIENT}"},
        "recordedDate": _day(entry.noted),
        **({"reaction": reactions} if reactions else {}),
    }


_OF_KIND = {
    Kind.CONDITION: _condition,
    Kind.OBSERVATION: _observation,
    Kind.MEDICATION: _medication,
    Kind.ORDER: _order,
    Kind.PROCEDURE: _procedure,
    Kind.ALLERGY: _allergy,
}
