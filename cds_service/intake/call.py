"""One CDS Hooks request, checked: what the hook promises is there, in one spelling."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from cds_service.errors import RequestError
from cds_service.intake.authorization import Authorization, read_authorization
from cds_service.intake.bundles import Resource, unpack
from cds_service.intake.identity import is_id, reference_of, typed
from cds_service.intake.json_text import read_object
from cds_service.services import Service

PRACTITIONER = "practitioner"
PATIENT = "patient"
_PATIENT_USERS = ("Patient/", "RelatedPerson/")
_ENCOUNTER_HOOKS = ("encounter-start", "encounter-discharge")
_RESOURCES_OF = MappingProxyType(
    {
        "order-select": "draftOrders",
        "order-sign": "draftOrders",
        "problem-list-item-create": "conditions",
        "appointment-book": "appointments",
    }
)
ORDERS = frozenset(
    {
        "MedicationRequest", "ServiceRequest", "DeviceRequest", "NutritionOrder", "VisionPrescription",
        "CommunicationRequest", "SupplyRequest", "RequestGroup", "RequestOrchestration",
        "MedicationOrder", "MedicationPrescription", "ProcedureRequest", "ReferralRequest", "DiagnosticOrder",
        "DeviceUseRequest",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """A request that may be answered.

    `reader` is "practitioner" or "patient". `drafts` are the orders in the context; `selected` the
    `Type/id` of those just picked, `None` when all are. `context_resources` stand in the context
    beside them. `unread` counts what stood there and was no resource. `authorization` is `None` when
    none was sent, or one that may not be used; then `no_authorization` says why.
    """

    hook: str
    hook_instance: uuid.UUID
    patient_id: str
    encounter_id: str | None = None
    user: str | None = None
    reader: str = PRACTITIONER
    drafts: tuple[Resource, ...] = ()
    selected: frozenset[str] | None = None
    context_resources: tuple[Resource, ...] = ()
    unread: int = 0
    prefetch: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    fhir_server: str | None = None
    authorization: Authorization | None = None
    no_authorization: str = "fhirAuthorization"


def parse_call(body: bytes, service: Service) -> Call:
    """The call of one hook. Raises `RequestError` 400 that names the member, what it was and what it must be."""
    request = read_object(body)
    _check_hook(request.get("hook"), service)
    context = request.get("context")
    if not isinstance(context, dict):
        raise _wrong("context", "object with at least userId and patientId")
    drafts, others, unread = _context_resources(context, service.hook)
    user = typed(context.get("userId"))
    authorization = read_authorization(request.get("fhirAuthorization"))
    return Call(
        hook=service.hook,
        hook_instance=_instance(request.get("hookInstance")),
        patient_id=_patient_id(context),
        encounter_id=_encounter_id(context, service.hook),
        user=user,
        reader=PATIENT if user and user.startswith(_PATIENT_USERS) else PRACTITIONER,
        drafts=drafts,
        selected=_selected(context.get("selections"), drafts),
        context_resources=others,
        unread=unread,
        prefetch=_prefetch(request.get("prefetch")),
        fhir_server=server if isinstance(server := request.get("fhirServer"), str) else None,
        authorization=authorization if isinstance(authorization, Authorization) else None,
        no_authorization=authorization if isinstance(authorization, str) else "",
    )


def _wrong(member: str, expected: str) -> RequestError:
    return RequestError(400, "required", f"{member} is missing or not valid.", f"Send {member}: {expected}.")


def _check_hook(hook: Any, service: Service) -> None:
    if hook != service.hook:
        raise RequestError(
            400,
            "value",
            "hook is missing or not the one this service answers.",
            f"{service.id} answers {service.hook}. GET /cds-services lists the service for each hook.",
        )


def _instance(value: Any) -> uuid.UUID:
    text = value.strip().lower().removeprefix("urn:uuid:") if isinstance(value, str) else ""
    try:
        found = uuid.UUID(text)
    except ValueError:
        found = None
    # UUID() also reads braces and texts without hyphens, which are no UUID by RFC 4122.
    if found is None or str(found) != text:
        raise _wrong("hookInstance", "a UUID, new for each time the hook fires")
    return found


def _patient_id(context: Mapping[str, Any]) -> str:
    found = _bare_id(context.get("patientId"), "Patient")
    if found is None:
        raise _wrong("context.patientId", "the id of the Patient, 1 to 64 letters, digits, hyphens and dots")
    return found


def _encounter_id(context: Mapping[str, Any], hook: str) -> str | None:
    value = context.get("encounterId")
    found = _bare_id(value, "Encounter")
    if found is None and (value or hook in _ENCOUNTER_HOOKS):
        raise _wrong("context.encounterId", "the id of the Encounter, 1 to 64 letters, digits, hyphens and dots")
    return found


def _bare_id(value: Any, kind: str) -> str | None:
    """An id, of `123`, `Patient/123` or an absolute reference to it."""
    if is_id(value):
        return str(value)
    named, _, identity = (typed(value) or "").partition("/")
    return identity if named == kind else None


def _context_resources(context: Mapping[str, Any], hook: str) -> tuple[tuple[Resource, ...], tuple[Resource, ...], int]:
    member = _RESOURCES_OF.get(hook)
    if member is None:
        return (), (), 0
    value = context.get(member)
    if not (isinstance(value, list) or (isinstance(value, dict) and value.get("resourceType") == "Bundle")):
        raise _wrong(f"context.{member}", "a Bundle of resources")
    found = unpack(value)
    drafts = tuple(r for r in found.resources if r["resourceType"] in ORDERS) if member == "draftOrders" else ()
    others = tuple(r for r in found.resources if not drafts or r["resourceType"] not in ORDERS)
    return drafts, others, found.unread


def _selected(selections: Any, drafts: tuple[Resource, ...]) -> frozenset[str] | None:
    if not isinstance(selections, list):
        return None
    by_id = {str(draft.get("id")): reference for draft in drafts if (reference := reference_of(draft))}
    named = (typed(text) or by_id.get(text) for text in selections if isinstance(text, str))
    return frozenset(reference for reference in named if reference)


def _prefetch(value: Any) -> Mapping[str, Any]:
    if value is None:
        return MappingProxyType({})
    if not isinstance(value, dict):
        raise _wrong("prefetch", "an object with one member for each prefetch key, or nothing at all")
    # Some test clients send a whole Bundle here.
    return MappingProxyType({"bundle": value} if value.get("resourceType") == "Bundle" else value)
