"""Small requests, and how the tests of this folder have them gathered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cds_service.intake.call import Call, parse_call
from cds_service.intake.deadline import Deadline
from cds_service.intake.gather import Gathered, gather
from cds_service.services import SERVICES, Service
from cds_service.trust.addresses import FhirAccess
from tests import calls
from tests.stub_fhir import StubFhir

SANDBOX = FhirAccess(allow_http_loopback=True)
PLENTY = 30.0  # seconds; only a hung test needs them


def service_of(hook: str) -> Service:
    return next(service for service in SERVICES if service.hook == hook)


def parsed(request: Mapping[str, Any]) -> Call:
    return parse_call(json.dumps(request).encode(), service_of(request["hook"]))


def gathered(request: Mapping[str, Any], access: FhirAccess = SANDBOX, seconds: float = PLENTY) -> Gathered:
    """What the service knows of the patient of a request."""
    return gather(parsed(request), service_of(request["hook"]), access, Deadline.after(seconds))


def reading(fhir: StubFhir, prefetch: dict[str, Any] | None = None, **authorization: Any) -> dict[str, Any]:
    """A request that lets us read; with nothing prefetched unless given."""
    return calls.request(prefetch=prefetch or {}) | fhir.call(**authorization)


def prefetching(**prefetch: Any) -> dict[str, Any]:
    """A request that sends the patient, no conditions, and what is named."""
    return calls.request(prefetch={"patient": calls.patient(), "conditions": calls.bundle()} | prefetch)


def resource(kind: str, identity: str = "1", **more: Any) -> dict[str, Any]:
    """A resource of our patient."""
    return {"resourceType": kind, "id": identity, "subject": {"reference": f"Patient/{calls.PATIENT}"}} | more


def references(found: Gathered) -> list[str]:
    return [f"{one['resourceType']}/{one.get('id')}" for one in found.resources]
