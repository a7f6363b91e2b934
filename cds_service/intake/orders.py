"""What was asked for and what was done: orders, referrals, devices, procedures, reports."""

from __future__ import annotations

from typing import Any

from cds_service.intake.codes import NOTHING, Concept, joined
from cds_service.intake.dates import occurrence, over_by, span, spanning
from cds_service.intake.elements import (
    PLANNED_INTENTS,
    Json,
    is_true,
    members,
    objects,
    reference_to,
    single,
    status_of,
    text,
)
from cds_service.intake.reading import Reading
from cds_service.intake.sides import side_of
from knowledge.chart import Entry, Kind, Span, Standing

_WITHDRAWN = frozenset({"entered-in-error", "cancelled", "revoked", "rejected", "aborted", "refused"})
_ORDERED: dict[str, Standing] = {
    "active": Standing.CURRENT,
    "on-hold": Standing.CURRENT,
    "suspended": Standing.CURRENT,
    "requested": Standing.CURRENT,
    "accepted": Standing.CURRENT,
    "in-progress": Standing.CURRENT,
    "draft": Standing.PLANNED,
    "proposed": Standing.PLANNED,
    "planned": Standing.PLANNED,
    "completed": Standing.PAST,
    "ended": Standing.PAST,
}
_ORDER_CODES = ("code", "codeCodeableConcept", "serviceRequested", "type", "specialty", "orderDetail")
_ORDER_REFERENCES = ("codeReference", "device")
_DONE: dict[str, Standing] = {
    "completed": Standing.PAST,
    "stopped": Standing.PAST,
    "in-progress": Standing.CURRENT,
    "preparation": Standing.PLANNED,
    "on-hold": Standing.PLANNED,
}
_NOT_REPORTED = frozenset({"entered-in-error", "cancelled", "registered"})


def read_order(resource: Json, reading: Reading) -> list[Entry]:
    """ServiceRequest, DeviceRequest; ReferralRequest, ProcedureRequest and DeviceUseRequest of older versions."""
    status = status_of(resource.get("status"))
    if status in _WITHDRAWN:
        return []
    code, sites = _ordered_code(resource, reading), reading.concept(resource.get("bodySite"))
    reasons = reading.reasons(resource)
    notes = [text(note.get("text")) for note in members(resource.get("note")) if isinstance(note, dict)]
    wording = (reasons.wording, *notes, text(resource.get("description")))
    return [
        Entry(
            Kind.ORDER,
            reference_to(resource),
            code.codings,
            code.text,
            _order_standing(resource, status),
            side_of(code, sites),
            sites.codings,
            sites.text,
            reasons.codings,
            "; ".join(filter(None, wording)),
            reading.first_span(resource, "authoredOn", "orderedOn", "recordedOn", "date"),
            mapped=code.mapped,
        )
    ]


def _ordered_code(resource: Json, reading: Reading) -> Concept:
    found: list[Concept] = []
    for name in _ORDER_CODES:
        for value in objects(resource.get(name)):
            if name == "orderDetail" and "parameter" in value:
                continue  # R5 holds measured details there
            found.append(reading.coded_or_referred(value, resource))
    for name in _ORDER_REFERENCES:
        for reference in objects(resource.get(name)):
            found.append(_device(reference, resource, reading))
    return joined(found)


def _device(reference: Json, resource: Json, reading: Reading) -> Concept:
    """A device given as CodeableConcept, CodeableReference or Reference."""
    if "concept" in reference or "coding" in reference:
        return reading.coded_or_referred(reference, resource)
    inner = reference["reference"] if isinstance(reference.get("reference"), dict) else reference
    return reading.named_by(inner, resource, "type")


def _order_standing(resource: Json, status: str) -> Standing:
    if is_true(resource.get("doNotPerform")):
        return Standing.NEGATED
    standing = _ORDERED.get(status, Standing.UNCERTAIN)
    intent = status_of(resource.get("intent")) or status_of(resource.get("category"))
    return Standing.PLANNED if standing is Standing.CURRENT and intent in PLANNED_INTENTS else standing


def read_procedure(resource: Json, reading: Reading) -> list[Entry]:
    """One Procedure that was done, is being done or is prepared; one that was not done says nothing."""
    status = status_of(resource.get("status"))
    refused = is_true(resource.get("notPerformed")) or is_true(resource.get("notDone"))
    if refused or status in ("not-done", "entered-in-error", "aborted"):
        return []
    code, sites = reading.concept(resource.get("code")), _sites(resource, reading)
    reasons = reading.reasons(resource)
    start, end = _performed(resource)
    return [
        Entry(
            Kind.PROCEDURE,
            reference_to(resource),
            code.codings,
            code.text,
            _DONE.get(status, Standing.UNCERTAIN),
            side_of(code, sites),
            sites.codings,
            sites.text,
            reasons.codings,
            reasons.text,
            reading.begun(spanning(start, end)) or reading.first_span(resource, "recorded"),
            start,
            end,
            mapped=code.mapped,
        )
    ]


def _performed(resource: Json) -> tuple[Span | None, Span | None]:
    for name in ("performed", "occurrence"):
        start, end, _ = occurrence(resource, name)
        if start or end:
            return start, end
    return None, None


def _sites(resource: Json, reading: Reading) -> Concept:
    sites: list[Any] = []
    for site in objects(resource.get("bodySite")):
        sites.append(site.get("siteCodeableConcept", site))
    return joined([reading.concept(site) for site in sites]) if sites else NOTHING


def read_report(resource: Json, reading: Reading) -> list[Entry]:
    """One DiagnosticReport: coded conclusions as `choices`, the written conclusion as `site_text`."""
    if status_of(resource.get("status")) in _NOT_REPORTED:
        return []
    code = reading.concept(resource.get("code"))
    concluded = joined([reading.concept(resource.get(name)) for name in ("conclusionCode", "codedDiagnosis")])
    start, end, _ = occurrence(resource, "effective")
    return [
        Entry(
            Kind.REPORT,
            reference_to(resource),
            code.codings,
            code.text,
            Standing.PAST,
            side_of(code, NOTHING),
            site_text="; ".join(filter(None, (text(resource.get("conclusion")), concluded.text))),
            noted=reading.begun(spanning(start, end)) or reading.span(resource.get("issued")),
            choices=concluded.codings,
            mapped=code.mapped | concluded.mapped,
        )
    ]


def read_device_use(resource: Json, reading: Reading) -> list[Entry]:
    """DeviceUseStatement (to R4) or DeviceUsage (R5)."""
    status = status_of(resource.get("status"))
    if status in _WITHDRAWN:
        return []
    devices = [_device(reference, resource, reading) for reference in objects(resource.get("device"))]
    code, sites = joined(devices), reading.concept(resource.get("bodySite"))
    start, end, _ = occurrence(resource, "timing")
    start, end = (start, end) if start or end else _used(resource)
    standing = _ORDERED.get(status, Standing.UNCERTAIN)
    if standing is Standing.CURRENT and end is not start and over_by(reading.known_at, end):
        standing = Standing.PAST
    return [
        Entry(
            Kind.DEVICE_USE,
            reference_to(resource),
            code.codings,
            code.text,
            standing,
            side_of(code, sites),
            sites.codings,
            sites.text,
            noted=reading.first_span(resource, "recordedOn", "dateAsserted") or reading.begun(start),
            began=start,
            ended=end if end is not start else None,
            mapped=code.mapped,
        )
    ]


def _used(resource: Json) -> tuple[Span | None, Span | None]:
    when = single(resource.get("whenUsed"))
    return span(when.get("start")), span(when.get("end"))
