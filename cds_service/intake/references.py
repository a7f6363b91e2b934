"""Whose a resource is, and what a reference points at."""

from __future__ import annotations

import re
from typing import Any

from cds_service.intake.elements import Json, Unreadable, objects, single
from cds_service.intake.identity import typed

_URN = re.compile(r"^urn:(?:uuid|oid):", re.IGNORECASE)


def local_part(reference: str) -> str:
    """`Type/id` of a relative or absolute reference, without version; a `urn:` reference without its prefix."""
    reference = reference.strip().partition("|")[0].rstrip("/")
    if _URN.match(reference):
        return _URN.sub("", reference).lower()
    return typed(reference) or reference


def belongs_to(resource: Json, patient_id: str) -> bool:
    """Whether a resource is this patient's, as far as it says.

    One that names no subject, or names it only by display or identifier, came as an answer about this
    patient and is taken as such.
    """
    subject = resource.get("subject", resource.get("patient"))
    if subject is None and resource.get("resourceType") == "Appointment":
        return _takes_part(resource, patient_id)
    if isinstance(subject, list):
        subject = subject[0] if subject else None
    if subject is None:
        return True
    if not isinstance(subject, dict):
        raise Unreadable("a subject is a Reference")
    target = subject.get("reference")
    return _means(target, patient_id)


def _means(target: Any, patient_id: str) -> bool:
    if target is None or (isinstance(target, str) and target.startswith("#")):
        return True
    if not isinstance(target, str):
        raise Unreadable("a reference is text")
    part = local_part(target)
    return part in (f"Patient/{patient_id}", patient_id, patient_id.lower())


def _takes_part(appointment: Json, patient_id: str) -> bool:
    """Whether a patient who takes part in an appointment is this one; one without a patient is taken as theirs."""
    actors = [
        single(participant.get("actor")).get("reference") for participant in objects(appointment.get("participant"))
    ]
    patients = [actor for actor in actors if isinstance(actor, str) and local_part(actor).startswith("Patient/")]
    return not patients or any(_means(actor, patient_id) for actor in patients)
