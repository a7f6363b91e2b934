"""From FHIR resources, as they really come, to a neutral `Chart`.

R4 and R4B first; the shapes STU3, DSTU2 and R5 give the resources read here are read too. One resource that
cannot be read costs itself only, and is counted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cds_service.intake.concept_maps import CodeMaps
from cds_service.intake.conditions import read_allergy, read_condition, read_family_history
from cds_service.intake.dates import span
from cds_service.intake.drugs import read_administration, read_dispense, read_request, read_statement
from cds_service.intake.elements import Json, Unreadable, is_true, reference_to, word
from cds_service.intake.observations import read_observation
from cds_service.intake.orders import read_device_use, read_order, read_procedure, read_report
from cds_service.intake.questionnaires import read_response
from cds_service.intake.reading import Reading
from cds_service.intake.runs import runs_in_workouts
from cds_service.intake.sorting import Sorting
from cds_service.intake.visits import read_visit
from knowledge.chart import Chart, Entry, Kind, Standing

LOG = logging.getLogger(__name__)
Reader = Callable[[Json, Reading], list[Entry]]
READERS: Mapping[str, Reader] = {
    "Condition": read_condition,
    "AllergyIntolerance": read_allergy,
    "FamilyMemberHistory": read_family_history,
    "Observation": read_observation,
    "QuestionnaireResponse": read_response,
    "MedicationRequest": read_request,
    "MedicationOrder": read_request,
    "MedicationStatement": read_statement,
    "MedicationUsage": read_statement,
    "MedicationAdministration": read_administration,
    "MedicationDispense": read_dispense,
    "ServiceRequest": read_order,
    "DeviceRequest": read_order,
    "ReferralRequest": read_order,
    "ProcedureRequest": read_order,
    "DeviceUseRequest": read_order,
    "Procedure": read_procedure,
    "DiagnosticReport": read_report,
    "DeviceUseStatement": read_device_use,
    "DeviceUsage": read_device_use,
    "Encounter": read_visit,
    "Appointment": read_visit,
}
_KINDS = frozenset(READERS)
_DRUG_ORDERS = frozenset({"MedicationRequest", "MedicationOrder"})
_SEXES = frozenset({"male", "female", "other"})


def read_chart(
    resources: Iterable[Any],
    *,
    patient_id: str,
    drafts: Sequence[Any] = (),
    selected: frozenset[str] | None = None,
    obtained: Iterable[Kind] = (),
    code_maps: CodeMaps | None = None,
    known_at: datetime,
) -> Chart:
    """The chart of one patient. Never raises on what the resources hold.

    `drafts` are the orders being written; `selected` names (`Type/id`) those just picked, None all of them.
    `known_at` (aware UTC) is now.
    """
    sorting = Sorting(patient_id)
    drawn_up = sorting.own(drafts, _KINDS)
    written = {reference for one in drawn_up if not (reference := reference_to(one)).endswith("/?")}
    standing = [one for one in sorting.own(resources, _KINDS) if reference_to(one) not in written]
    birth = span(sorting.patient.get("birthDate"))
    reading = Reading(known_at, code_maps or CodeMaps.none(), sorting.index, birth)
    entries = [entry for one in standing for entry in _read(one, reading, sorting)]
    entries += [_draft(entry, selected) for one in drawn_up for entry in _read_draft(one, reading, sorting)]
    entries += runs_in_workouts(entries)
    sex = word(sorting.patient.get("gender"))
    return Chart(
        tuple(entries),
        birth=birth,
        sex=sex if sex in _SEXES else "unknown",
        deceased=is_true(sorting.patient.get("deceasedBoolean")) or bool(sorting.patient.get("deceasedDateTime")),
        obtained=frozenset(obtained),
        unread=sorting.unread,
        strangers=sorting.strangers,
        incomplete=sorting.masked > 0,
        notes=_remarks(reading, sorting),
    )


def _read(resource: Json, reading: Reading, sorting: Sorting) -> list[Entry]:
    try:
        return READERS[resource["resourceType"]](resource, reading)
    except Unreadable:
        sorting.unread += 1
    except Exception as problem:
        # One odd resource must never cost the patient the advice the others support.
        LOG.warning(
            "a resource could not be read",
            extra={"type": resource["resourceType"], "error": type(problem).__name__},
        )
        sorting.unread += 1
    return []


def _read_draft(resource: Json, reading: Reading, sorting: Sorting) -> list[Entry]:
    """As `_read`, but a drug being ordered that cannot be read stays in sight, without a name."""
    before = sorting.unread
    entries = _read(resource, reading, sorting)
    if sorting.unread > before and resource["resourceType"] in _DRUG_ORDERS:
        return [Entry(Kind.MEDICATION, reference_to(resource))]
    return entries


def _draft(entry: Entry, selected: frozenset[str] | None) -> Entry:
    if entry.standing is Standing.NEGATED:
        return entry  # an order not to do something asks for nothing
    picked = selected is None or entry.reference in selected
    return replace(entry, standing=Standing.PLANNED, draft=True, selected=picked)


def _remarks(reading: Reading, sorting: Sorting) -> tuple[str, ...]:
    notes = dict(reading.notes)
    if sorting.masked:
        notes["a resource is marked as masked or shortened"] = sorting.masked
    return tuple(f"{note} ({count})" if count > 1 else note for note, count in sorted(notes.items()))
