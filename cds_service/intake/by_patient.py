"""Which patients a heap of resources is about, and what belongs to each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cds_service.intake.bundles import Resource
from cds_service.intake.identity import is_id
from cds_service.intake.references import local_part

_PATIENT = "Patient/"


def by_patient(resources: Iterable[Resource]) -> dict[str, tuple[Resource, ...]]:
    """The resources of each patient by patient id, in the order the patients are met.

    A patient is known by its Patient resource; where there is none at all, by the subjects named. What
    names no patient, such as a Medication, is given to each.
    """
    whose = [(_owner(resource), resource) for resource in resources]
    patients = [owner for owner, resource in whose if owner and resource["resourceType"] == "Patient"]
    named = dict.fromkeys(patients or [owner for owner, _ in whose if owner])
    shared = [resource for owner, resource in whose if not owner]
    heaps: dict[str, list[Resource]] = {patient: [] for patient in named}
    for owner, resource in whose:
        if owner in heaps:
            heaps[owner].append(resource)
    return {patient: (*heap, *shared) for patient, heap in heaps.items()}


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
