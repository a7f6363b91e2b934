"""What the patient takes, took or is to take: requests, statements, administrations and supplies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cds_service.intake.codes import NOTHING, joined
from cds_service.intake.dates import ends_of, occurrence, over_by, span, spanning
from cds_service.intake.drug_names import drug_of, instructions_of, route_to
from cds_service.intake.elements import PLANNED_INTENTS, Json, is_true, objects, reference_to, single, status_of
from cds_service.intake.quantities import quantity
from cds_service.intake.reading import Reading
from cds_service.intake.sides import side_of
from knowledge.chart import Entry, Kind, Span, Standing
from knowledge.units import convert

# A prescription called active says nothing of today once it is this old. [design]
FORGOTTEN_AFTER = timedelta(days=730)
_STANDINGS: dict[str, Standing] = {
    "active": Standing.CURRENT,
    "on-hold": Standing.CURRENT,
    "in-progress": Standing.CURRENT,
    "recorded": Standing.CURRENT,
    "completed": Standing.PAST,
    "stopped": Standing.PAST,
    "ended": Standing.PAST,
    "draft": Standing.PLANNED,
    "intended": Standing.PLANNED,
    "preparation": Standing.PLANNED,
    "not-taken": Standing.NEGATED,
    "not-done": Standing.NEGATED,
    "declined": Standing.NEGATED,
}
_WITHDRAWN = frozenset({"entered-in-error", "cancelled"})
_ADHERENCE = {"not-taking": Standing.NEGATED, "not-taken": Standing.NEGATED, "stopped": Standing.PAST}


def read_request(resource: Json, reading: Reading) -> list[Entry]:
    """MedicationRequest; MedicationOrder of DSTU2."""
    status = status_of(resource.get("status"))
    if status in _WITHDRAWN:
        return []
    noted = reading.first_span(resource, "authoredOn", "dateWritten")
    began, ended = _course(resource)
    standing = _requested(resource, status, noted, ended, reading)
    return [_entry(resource, standing, noted, began, ended, reading)]


def _requested(resource: Json, status: str, noted: Span | None, ended: Span | None, reading: Reading) -> Standing:
    if is_true(resource.get("doNotPerform")):
        return Standing.NEGATED
    standing = _STANDINGS.get(status, Standing.UNCERTAIN)
    if standing is not Standing.CURRENT:
        return standing
    if status_of(resource.get("intent")) in PLANNED_INTENTS:
        return Standing.PLANNED
    if over_by(reading.known_at, ended):
        return Standing.PAST
    forgotten = ended is None and noted is not None and noted.latest < reading.known_at - FORGOTTEN_AFTER
    return Standing.UNCERTAIN if forgotten else Standing.CURRENT


def read_statement(resource: Json, reading: Reading) -> list[Entry]:
    """MedicationStatement of every version; MedicationUsage."""
    status = status_of(resource.get("status"))
    if status in _WITHDRAWN:
        return []
    start, end, _ = occurrence(resource, "effective")
    ended = end if "effectivePeriod" in resource else None
    noted = reading.first_span(resource, "dateAsserted") or reading.begun(start)
    return [_entry(resource, _stated(resource, status, ended, reading), noted, start, ended, reading)]


def _stated(resource: Json, status: str, ended: Span | None, reading: Reading) -> Standing:
    if is_true(resource.get("wasNotTaken")) or status_of(resource.get("taken")) == "n":
        return Standing.NEGATED
    adherence = _ADHERENCE.get(status_of(single(resource.get("adherence")).get("code")))
    if adherence is not None:
        return adherence
    standing = _STANDINGS.get(status, Standing.UNCERTAIN)
    return Standing.PAST if standing is Standing.CURRENT and over_by(reading.known_at, ended) else standing


def read_administration(resource: Json, reading: Reading) -> list[Entry]:
    """MedicationAdministration: a dose given."""
    status = status_of(resource.get("status"))
    if status in _WITHDRAWN:
        return []
    # R5 spells it so; earlier versions have effective[x].
    name = "occurence" if any(key.startswith("occurence") for key in resource) else "effective"
    start, end, _ = occurrence(resource, name)
    withheld = is_true(resource.get("wasNotGiven")) or is_true(resource.get("notGiven"))
    standing = Standing.NEGATED if withheld else _STANDINGS.get(status, Standing.UNCERTAIN)
    return [_entry(resource, standing, reading.begun(spanning(start, end)), start, end, reading)]


def read_dispense(resource: Json, reading: Reading) -> list[Entry]:
    """MedicationDispense: a supply, which lasts for the days it was given for."""
    status = status_of(resource.get("status"))
    if status in _WITHDRAWN:
        return []
    handed = reading.first_span(resource, "whenHandedOver", "whenPrepared")
    ended = _lasting(handed, _days(resource.get("daysSupply")))
    standing = _STANDINGS.get(status, Standing.UNCERTAIN)
    if standing is Standing.PAST and ended is not None and not over_by(reading.known_at, ended):
        standing = Standing.CURRENT
    return [_entry(resource, standing, handed, handed, ended, reading)]


def _entry(
    resource: Json, standing: Standing, noted: Span | None, began: Span | None, ended: Span | None, reading: Reading
) -> Entry:
    drug = drug_of(resource, reading)
    dosages = [*objects(resource.get("dosageInstruction")), *objects(resource.get("dosage"))]
    sites = joined([reading.concept(dosage.get("site")) for dosage in dosages if dosage.get("site") is not None])
    reasons = reading.reasons(resource)
    instructions = instructions_of(resource, dosages)
    return Entry(
        Kind.MEDICATION,
        reference_to(resource),
        drug.concept.codings,
        drug.concept.text,
        standing,
        side_of(NOTHING, sites),
        sites.codings,
        sites.text,
        reasons.codings,
        "; ".join(filter(None, (reasons.wording, instructions))),
        noted,
        began,
        ended,
        route=route_to(drug, dosages, instructions, reading),
        mapped=drug.concept.mapped,
    )


def _course(resource: Json) -> tuple[Span | None, Span | None]:
    """When a prescribed course begins and ends, as the dosage or a single supply says."""
    for dosage in objects(resource.get("dosageInstruction")):
        bounds = single(single(dosage.get("timing")).get("repeat")).get("boundsPeriod")
        if bounds is not None:
            return ends_of(bounds)
    dispense = single(resource.get("dispenseRequest"))
    began = span(resource.get("authoredOn"))
    supplied = _lasting(began, _days(dispense.get("expectedSupplyDuration")))
    if supplied is not None and dispense.get("numberOfRepeatsAllowed") in (None, 0):
        return began, supplied
    return None, span(resource.get("dateEnded"))


def _days(duration: Any) -> float | None:
    given = quantity(duration) if duration is not None else None
    if given is None or given.low is None:
        return None
    days = convert(given.low, given.unit or "d", "d")
    return float(days) if days is not None and 0 <= days < 4000 else None


def _lasting(since: Span | None, days: float | None) -> Span | None:
    if since is None or days is None:
        return None
    length = timedelta(days=days)
    try:
        return Span(since.earliest + length, since.latest + length)
    except OverflowError:  # a date at the end of the calendar stands for "never"
        return None
