"""Which patients a heap of resources is about, and what belongs to each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cds_service.intake.bundles import Resource
from cds_service.intake.chart_reader import READERS
from cds_service.intake.identity import is_id
from cds_service.intake.references import local_part

_PATIENT = "Patient/"


def by_patient(resources: Iterable[Resource]) -> tuple[dict[str, tuple[Resource, ...]], int]:
    """The resources of each patient by patient id, in the order the patients are met, and how many are nobody's.

    A patient is known by its Patient resource; where there is none at all, by the subjects named. What
    is about no patient, such as a Medication, is given to each. A finding or order that does not say
    whose it is belongs to the only patient there is, and to nobody where there are several.
    """
    whose = [(_owner(resource), resource) for resource in resources]
    patients = [owner for owner, resource in whose if owner and resource["resourceType"] == "Patient"]
    named = dict.fromkeys(patients or [owner for owner, _ in whose if owner])
    nameless = [resource for owner, resource in whose if not owner]
    shared = [resource for resource in nameless if len(named) == 1 or resource["resourceType"] not in READERS]
    heaps: dict[str, list[Resource]] = {patient: [] for patient in named}
    for owner, resource in whose:
        if owner in heaps:
            heaps[owner].append(resource)
    return {patient: (*heap, *shared) for patient, heap in heaps.items()}, len(nameless) - len(shared)


def _owner(resource: Resource) -> str:
    """The patient id a resource bears or points at; empty where it points at none."""
    if resource["resourceType"] == "Patient":
        return str(resource["id"]) if is_id(resource.get("id")) else ""
    reference = _reference(resource.get("subject", resource.get("patient")))
    part = local_part(reference) if reference else ""
    if part.startswith(_PATIENT):
        return part.removeprefix(_PATIENT)
    return part if is_id(part) else ""


def _reference(subject: Any) -> str:
    subject = subject[0] if isinstance(subject, list) and subject else subject
    reference = subject.get("reference") if isinstance(subject, dict) else None
    return reference if isinstance(reference, str) and not reference.startswith("#") else ""
