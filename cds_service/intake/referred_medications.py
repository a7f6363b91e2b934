"""Medications that orders and statements only refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cds_service.intake.bundles import Resource
from cds_service.intake.identity import reference_of, typed
from cds_service.intake.prefetch import Query

_REFERRING = frozenset({"MedicationRequest", "MedicationStatement", "MedicationUsage", "MedicationOrder"})
_KEY = "medications"  # for the log only; the id of a medication tells of the patient


def medication_queries(resources: Iterable[Resource], most: int) -> list[Query]:
    """The reads of those medications that are referred to and not at hand, `most` at the utmost."""
    known = list(resources)
    at_hand = {reference_of(resource) for resource in known}
    missing = dict.fromkeys(reference for reference in _referred(known) if reference not in at_hand)
    return [Query(_KEY, reference) for reference in missing][:most]


def _referred(resources: Iterable[Resource]) -> Iterator[str]:
    for resource in resources:
        if resource["resourceType"] in _REFERRING:
            reference = typed(_reference(resource))
            if reference and reference.startswith("Medication/"):
                yield reference


def _reference(resource: Resource) -> Any:
    """The reference, in the shape of R4 or of R5; `None` where the medication is coded in place or contained."""
    value = resource.get("medicationReference", resource.get("medication"))
    while isinstance(value, dict):
        value = value.get("reference")
    return value
