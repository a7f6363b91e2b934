"""From FHIR resources, as they really come, to a neutral `Chart`.

R4 and R4B first; the shapes STU3, DSTU2 and R5 give the resources read here are read too. One resource that
cannot be read costs itself only, and is counted.
"""

from __future__ import annotations

import logging
import re
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
from cds_service.intake.references import belongs_to
from cds_service.intake.runs import runs_in_workouts
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
}
_COUNT = re.compile(r"[0-9]{1,18}")
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
    sorting = _Sorting(patient_id)
    drawn_up = sorting.own(drafts)
    standing = sorting.own(resources)
    in_draft = {id_ for one in drawn_up if not (id_ := reference_to(one)).endswith("/?")}
    standing = [one for one in _newest(standing) if reference_to(one) not in in_draft]
    reading = Reading(known_at, code_maps or CodeMaps.none(), sorting.index)
    patient = sorting.patient
    reading.birth = span(patient.get("birthDate"))
    entries = [entry for one in standing for entry in sorting.read(one, reading)]
    entries += [_draft(entry, selected) for one in drawn_up for entry in sorting.read(one, reading)]
    entries += runs_in_workouts(entries)
    sex = word(patient.get("gender"))
    return Chart(
        tuple(entries),
        birth=reading.birth,
        sex=sex if sex in _SEXES else "unknown",
        deceased=is_true(patient.get("deceasedBoolean")) or bool(patient.get("deceasedDateTime")),
        obtained=frozenset(obtained),
        unread=sorting.unread,
        strangers=sorting.strangers,
        incomplete=sorting.masked > 0,
        notes=_remarks(reading, sorting),
    )


class _Sorting:
    """Tells this patient's resources from strangers' and from what cannot be read, and counts both."""

    def __init__(self, patient_id: str) -> None:
        self.patient_id = patient_id
        self.patient: Json = {}
        self.index: dict[str, Json] = {}
        self.unread = self.strangers = self.masked = 0

    def own(self, resources: Iterable[Any]) -> list[Json]:
        """The patient's resources of the types that are read; the others that may be referred to are indexed."""
        return [one for one in resources if self._keeps(one)]

    def _keeps(self, resource: Any) -> bool:
        try:
            if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
                raise Unreadable("no resource")
            if resource["resourceType"] == "Patient":
                self._meet(resource)
                return False
            if not belongs_to(resource, self.patient_id):
                self.strangers += resource["resourceType"] in READERS
                return False
        except Unreadable:
            self.unread += 1
            return False
        self._file(resource)
        return resource["resourceType"] in READERS

    def _meet(self, patient: Json) -> None:
        given = patient.get("id")
        if given is None or given == self.patient_id or f"Patient/{given}" == self.patient_id:
            self.patient = self.patient or patient
        else:
            self.strangers += 1

    def _file(self, resource: Json) -> None:
        reference = reference_to(resource)
        self.index[reference] = resource
        identity = resource.get("id")
        if isinstance(identity, str):
            self.index.setdefault(identity.lower(), resource)
        self.masked += _is_masked(resource)

    def read(self, resource: Json, reading: Reading) -> list[Entry]:
        try:
            return READERS[resource["resourceType"]](resource, reading)
        except Unreadable:
            self.unread += 1
        except Exception as problem:
            # One odd resource must never cost the patient the advice the others support.
            LOG.warning(
                "a resource could not be read",
                extra={"type": resource["resourceType"], "error": type(problem).__name__},
            )
            self.unread += 1
        return []


def _newest(resources: list[Json]) -> list[Json]:
    """Each resource once: of several versions the last updated, of equal ones the first met."""
    kept: dict[str, Json] = {}
    nameless = []
    for one in resources:
        reference = reference_to(one)
        if reference.endswith("/?"):
            nameless.append(one)
        elif reference not in kept or _version(one) > _version(kept[reference]):
            kept[reference] = one
    return [*kept.values(), *nameless]


def _version(resource: Json) -> tuple[float, int]:
    meta = resource.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    updated, version = span(meta.get("lastUpdated")), meta.get("versionId")
    number = (
        int(version)
        if isinstance(version, str) and version.isascii() and version.isdigit() and len(version) < 19
        else 0
    )
    return (updated.latest.timestamp() if updated else 0.0), number


def _draft(entry: Entry, selected: frozenset[str] | None) -> Entry:
    if entry.standing is Standing.NEGATED:
        return entry  # an order not to do something asks for nothing
    picked = selected is None or entry.reference in selected
    return replace(entry, standing=Standing.PLANNED, draft=True, selected=picked)


_MASKING = frozenset({"REDACTED", "MASKED", "SUBSETTED"})


def _is_masked(resource: Json) -> bool:
    meta = resource.get("meta")
    if not isinstance(meta, dict):
        return False
    labels = [label for name in ("security", "tag") for label in (meta.get(name) or ()) if isinstance(label, dict)]
    return any(label.get("code") in _MASKING for label in labels)


def _remarks(reading: Reading, sorting: _Sorting) -> tuple[str, ...]:
    notes = dict(reading.notes)
    if sorting.masked:
        notes["a resource is marked as masked or shortened"] = sorting.masked
    return tuple(f"{note} ({count})" if count > 1 else note for note, count in sorted(notes.items()))
