"""Why the patient comes: the reason of an encounter or an appointment, which may stand on no problem list."""

from __future__ import annotations

from typing import Any

from cds_service.intake.codes import Concept, joined
from cds_service.intake.conditions import FRESH
from cds_service.intake.dates import occurrence
from cds_service.intake.elements import Json, objects, reference_to, status_of, text
from cds_service.intake.reading import Reading
from cds_service.intake.sides import side_of
from knowledge.chart import Entry, Kind, Span, Standing

_OPEN = frozenset(
    {"planned", "arrived", "triaged", "in-progress", "onleave", "on-hold"}  # of an encounter
    | {"proposed", "pending", "booked", "checked-in", "waitlist"}  # of an appointment
)
_AHEAD = frozenset({"proposed", "pending", "booked"})  # an appointment
_WITHDRAWN = frozenset({"cancelled", "entered-in-error", "noshow"})


def read_visit(resource: Json, reading: Reading) -> list[Entry]:
    """The reason of one Encounter or Appointment, as a complaint of now while the visit is open or recent.

    What an Appointment that lies ahead is for (its service) is an order being written.
    """
    status = status_of(resource.get("status"))
    booked = _booked(resource, reading) if status in _AHEAD else []
    return [*_complaint(resource, status, reading), *booked]


def _booked(resource: Json, reading: Reading) -> list[Entry]:
    services = [reading.concept(one) for name in ("serviceType", "specialty") for one in objects(resource.get(name))]
    service = joined([*services, Concept(text=text(resource.get("description")))])
    if resource["resourceType"] != "Appointment" or not (service.codings or service.text):
        return []
    return [
        Entry(
            Kind.ORDER,
            reference_to(resource),
            service.codings,
            service.text,
            Standing.PLANNED,
            draft=True,
            selected=True,
            mapped=service.mapped,
        )
    ]


def _complaint(resource: Json, status: str, reading: Reading) -> list[Entry]:
    reason = _reason(resource, reading)
    if status in _WITHDRAWN or not (reason.codings or reason.text):
        return []
    noted = _when(resource, reading)
    recent = noted is not None and noted.latest >= reading.known_at - FRESH
    standing = Standing.CURRENT if status in _OPEN or recent else Standing.UNCERTAIN
    return [
        Entry(
            Kind.CONDITION,
            reference_to(resource),
            reason.codings,
            reason.text,
            standing,
            side_of(reason, Concept()),
            noted=noted,
            mapped=reason.mapped,
        )
    ]


def _reason(resource: Json, reading: Reading) -> Concept:
    """The reasons in the shapes of STU3 to R5; R5 lists those of an encounter by use."""
    inner: list[Any] = []
    for reason in objects(resource.get("reason")):
        inner += objects(reason.get("value")) if "value" in reason else [reason]
    return joined([reading.reasons({**resource, "reason": inner})])


def _when(resource: Json, reading: Reading) -> Span | None:
    """When it was booked, or when the encounter began; an appointment itself lies ahead."""
    began, _, _ = occurrence({"atPeriod": resource.get("period") or resource.get("actualPeriod")}, "at")
    return reading.first_span(resource, "created") or reading.begun(began)
