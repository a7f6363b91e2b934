"""The worked cases of a release as CDS Hooks calls: the chart of each as the FHIR resources a client would prefetch.

A finding may come as an Observation or as an answer of the form, an imaging result also as a report, a medicine as
a request or a statement, a device as a request for a device or a service: `Ways` says which.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cards.audience import Audience
from cds_service.artefacts.terminologies import address
from cds_service.decide import Answer, InForce, Moment, answer
from cds_service.evaluate_file import Evaluation, evaluate_file
from cds_service.intake.call import parse_call
from cds_service.intake.concept_maps import CodeMaps
from cds_service.intake.deadline import Deadline
from cds_service.intake.gather import gather
from cds_service.services import PREFETCH, SERVICES
from cds_service.settings import Settings
from cds_service.trust.addresses import FhirAccess
from knowledge.cases import chart_of, instant_of
from knowledge.chart import Chart, Entry, Kind, Span, Standing, Within
from knowledge.release import Release
from knowledge.truth import Truth
from tests.calls import PATIENT, bundle, context

Json = dict[str, Any]
ONE = UUID(int=1)
WIDE = Audience(max_cards=5)
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
FORM = "https://w3id.org/heel-pain-cds/Questionnaire/heel-pain-intake"
UCUM = "http://unitsofmeasure.org"
CLINICAL = {Standing.CURRENT: "active", Standing.POSSIBLE: "active", Standing.PAST: "resolved"}
VERIFICATION = {Standing.POSSIBLE: "provisional", Standing.NEGATED: "refuted"}
ORDERED = {Standing.CURRENT: "active", Standing.PAST: "completed"}
ABOUT = {"reference": f"Patient/{PATIENT}"}


@dataclass(frozen=True)
class Ways:
    """How what has several forms in FHIR is sent."""

    findings: str = "observations"  # or questionnaireResponses, reports
    medicines: str = "medicationRequests"  # or medicationStatements
    orders: str = "serviceRequests"  # or deviceRequests


_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
AS_USUAL = Ways()


def call_of(case: Mapping[str, Any], release: Release, ways: Ways = AS_USUAL) -> Json:
    """The CDS Hooks request of a case, with every key of the prefetch."""
    chart = chart_of(case, release)
    held: dict[str, list[Json]] = {key: [] for key in PREFETCH if key != "patient"}
    drafts = []
    for place, entry in enumerate(chart.entries):
        key, resource = _sent(entry, release, ways)
        resource = {"id": f"entry-{place}", "subject": ABOUT, "patient": ABOUT, **resource}
        if entry.draft:
            drafts.append(resource)
        else:
            held[key].append(resource)
    return {
        "hook": case["hook"],
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": _context(case["hook"], drafts, chart, held["conditions"]),
        "prefetch": {"patient": _patient(chart), **{key: bundle(*found) for key, found in held.items()}},
    }


def evaluated(call: Json, case: Mapping[str, Any], release: Release) -> Evaluation:
    """What the service makes of the call at the instant of the case."""
    (found,) = evaluate_file(json.dumps(call).encode(), Settings.from_env({}), release, None, instant_of(case["at"]))
    return found


def answered(
    request: Mapping[str, Any], at: datetime, release: Release, audience: Audience = WIDE, decision_id: UUID = ONE
) -> Answer:
    """The answer to a request at an instant, by a release, with no clock and no network in it."""
    [service] = [service for service in SERVICES if service.hook == request["hook"]]
    call = parse_call(json.dumps(request).encode(), service)
    gathered = gather(call, service, FhirAccess(), Deadline.after(60))
    return answer(gathered, call, audience, InForce(release, CodeMaps.none()), Moment(at, decision_id))


def _context(hook: str, drafts: list[Json], chart: Chart, conditions: list[Json]) -> Json:
    if hook == "appointment-book":
        return context(hook, appointments=bundle(*map(_booked, drafts), kind="collection"))
    more: Json = {"draftOrders": bundle(*drafts, kind="collection")} if drafts else {}
    if hook == "order-select":
        picked = zip(drafts, (entry.selected for entry in chart.entries if entry.draft), strict=True)
        more["selections"] = [f"{one['resourceType']}/{one['id']}" for one, selected in picked if selected]
    if hook == "problem-list-item-create":
        more["conditions"] = bundle(*conditions, kind="collection")
    return context(hook, **more)


def _booked(order: Json) -> Json:
    """A visit for what is ordered."""
    actor = {"actor": ABOUT, "status": "accepted"}
    about = {"id": order["id"], "serviceType": [order["code"]], "participant": [actor]}
    return {"resourceType": "Appointment", "status": "proposed", **about}


def _patient(chart: Chart) -> Json:
    born = {"birthDate": chart.birth.earliest.date().isoformat()} if chart.birth else {}
    return {"resourceType": "Patient", "id": PATIENT, "gender": chart.sex, **born}


def _sent(entry: Entry, release: Release, ways: Ways) -> tuple[str, Json]:
    """The prefetch key and the resource of one entry."""
    if entry.kind is Kind.OBSERVATION:
        return _observed(entry, release, ways.findings)
    if entry.kind is Kind.CONDITION:
        return "conditions", condition_of(entry)
    if entry.kind is Kind.ALLERGY:
        return "allergies", _allergy(entry)
    if entry.kind is Kind.PROCEDURE:
        done = {"resourceType": "Procedure", "status": "completed", "performedDateTime": _date(entry.noted)}
        return "procedures", {**done, "code": concept_of(entry)}
    if entry.kind is Kind.MEDICATION:
        return _medicine(entry, ways.medicines)
    return _order(entry, "serviceRequests" if entry.draft else ways.orders)


def concept_of(entry: Entry) -> Json:
    coding = [{"system": address(one.system), "code": one.code} for one in entry.codings]
    return {**({"coding": coding} if coding else {}), **({"text": entry.text} if entry.text else {})}


def condition_of(entry: Entry) -> Json:
    statuses = {"clinicalStatus": CLINICAL.get(entry.standing), "verificationStatus": VERIFICATION.get(entry.standing)}
    return {
        "resourceType": "Condition",
        **{name: {"coding": [{"code": code}]} for name, code in statuses.items() if code},
        **({"onsetDateTime": _date(entry.began)} if entry.began else {}),
        "recordedDate": _date(entry.noted),
        "code": concept_of(entry),
    }


def medication_request_of(entry: Entry) -> Json:
    return {
        "resourceType": "MedicationRequest",
        "status": "draft" if entry.draft else ORDERED.get(entry.standing, "unknown"),
        "intent": "order",
        "authoredOn": _date(entry.noted),
        "medicationCodeableConcept": concept_of(entry),
        "dosageInstruction": [
            {**({"route": {"text": entry.route}} if entry.route != "unknown" else {}), **_site(entry)}
        ],
    }


def _medicine(entry: Entry, key: str) -> tuple[str, Json]:
    request = medication_request_of(entry)
    if entry.draft or key == "medicationRequests":
        return "medicationRequests", request
    statement = {name: request[name] for name in ("status", "medicationCodeableConcept")}
    return key, {
        "resourceType": "MedicationStatement",
        **statement,
        "dateAsserted": request["authoredOn"],
        "dosage": request["dosageInstruction"],
    }


def _site(entry: Entry) -> Json:
    coding = [{"system": address(one.system), "code": one.code} for one in entry.sites]
    site = {**({"coding": coding} if coding else {}), **({"text": entry.site_text} if entry.site_text else {})}
    return {"site": site} if site else {}


def _order(entry: Entry, key: str) -> tuple[str, Json]:
    asked = {
        "status": "draft" if entry.draft else ORDERED.get(entry.standing, "unknown"),
        "intent": "order",
        "authoredOn": _date(entry.noted),
    }
    if key == "deviceRequests":
        return key, {"resourceType": "DeviceRequest", **asked, "codeCodeableConcept": concept_of(entry)}
    site = _site(entry)
    sited = {"bodySite": [site["site"]]} if site else {}
    return key, {"resourceType": "ServiceRequest", **asked, "code": concept_of(entry), **sited}


def _allergy(entry: Entry) -> Json:
    effects = [{"manifestation": [{"text": reaction}]} for reaction in entry.reactions]
    told = {"resourceType": "AllergyIntolerance", "code": concept_of(entry), "recordedDate": _date(entry.noted)}
    return {**told, **({"reaction": effects} if effects else {})}


def _observed(entry: Entry, release: Release, key: str) -> tuple[str, Json]:
    (coding,) = entry.codings
    ours = coding.system == "heel-findings"
    if key == "reports" and ours and (report := _report(entry, release)):
        return key, report
    name, value = _value(entry)
    if key == "questionnaireResponses" and ours and coding.code != "run-distance" and name.startswith("value"):
        return key, _answered(coding.code, name, value, entry.noted)
    return "observations", {
        "resourceType": "Observation",
        "status": "final",
        "code": concept_of(entry),
        "effectiveDateTime": _date(entry.noted),
        name: value,
        **_flag(entry),
    }


def _flag(entry: Entry) -> Json:
    """How the laboratory says it lies against its range."""
    if entry.within is None:
        return {}
    flag = {Within.ABOVE: "H", Within.RANGE: "N", Within.BELOW: "L"}[entry.within]
    return {"interpretation": [{"coding": [{"system": _INTERPRETATION, "code": flag}]}]}


def _answered(code: str, name: str, value: Any, noted: Span | None) -> Json:
    """A finding as an answer of the form."""
    answer = {"valueCoding": value["coding"][0]} if name == "valueCodeableConcept" else {name: value}
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "questionnaire": FORM,
        "authored": _date(noted),
        "item": [{"linkId": code, "answer": [answer]}],
    }


def _value(entry: Entry) -> tuple[str, Any]:
    """The name and the value of an Observation's value."""
    if entry.quantity is not None:
        assert entry.quantity.low is not None
        return "valueQuantity", {"value": float(entry.quantity.low), "system": UCUM, "code": entry.quantity.unit}
    if entry.choices:
        coding = [{"system": address(one.system), "code": one.code} for one in entry.choices]
        return "valueCodeableConcept", {"coding": coding}
    if entry.presence is Truth.UNKNOWN:
        return "interpretation", [{"coding": [{"system": INTERPRETATION, "code": "IND"}]}]
    return "valueBoolean", entry.presence is Truth.TRUE


def _report(entry: Entry, release: Release) -> Json:
    """An imaging result as its report, where the release reads one; its concepts have a code each."""
    fact = next(one for one in release.content["facts"].values() if one.get("finding") == entry.codings[0].code)
    if "reports" not in fact:
        return {}
    (choice,) = entry.choices
    named, concluded = fact["reports"]["concept"], fact["reports"]["answers"][choice.code]
    return {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": _first_code(release, named),
        "effectiveDateTime": _date(entry.noted),
        "conclusionCode": [_first_code(release, concluded)],
    }


def _first_code(release: Release, concept: str) -> Json:
    system, codes = min(release.content["concepts"][concept]["codes"].items())
    return {"coding": [{"system": address(system), "code": codes[0]}]}


def _date(span: Span | None) -> str:
    """A moment, or the day that was given."""
    assert span is not None
    moment: datetime = span.earliest
    return moment.isoformat() if span.exact else moment.date().isoformat()
