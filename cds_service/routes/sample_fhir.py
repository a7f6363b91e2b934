"""A small read-only FHIR R4 server of the packaged patients, in the sandbox profile only.

The public CDS sandbox shows whoever its FHIR server knows, and public test servers know nobody with
heel pain. Pointed here, it shows a card at once. Searches understand `patient`, `subject` and `_id`;
every other parameter is ignored, as the answer is never larger than one made-up patient.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from cds_service import samples
from cds_service.errors import RequestError
from cds_service.intake.bundles import unpack
from cds_service.outcomes import FHIR_JSON

BASE = "/sample-fhir"
Resource = dict[str, Any]


def sample_fhir() -> Blueprint:
    routes = Blueprint("sample_fhir", __name__, url_prefix=BASE)

    @routes.get("/metadata")
    def capabilities() -> Response:
        return _answer(_capability_statement())

    @routes.get("/<kind>/<id_>")
    def read(kind: str, id_: str) -> Response:
        for resource in _resources():
            if (resource["resourceType"], resource.get("id")) == (kind, id_):
                return _answer(resource)
        raise RequestError(
            404, "not-found", "No packaged patient has this resource.", f"GET {BASE}/Patient lists them."
        )

    @routes.get("/<kind>")
    @routes.post("/<kind>/_search")
    def search(kind: str) -> Response:
        found = [resource for resource in _resources() if resource["resourceType"] == kind and _is_asked(resource)]
        entries = [{"fullUrl": _url(resource), "resource": resource, "search": {"mode": "match"}} for resource in found]
        bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "total": len(found)}
        return _answer(bundle | ({"entry": entries} if entries else {}))

    return routes


def _answer(resource: Resource) -> Response:
    return Response(msgspec.json.encode(resource), content_type=FHIR_JSON)


def _url(resource: Resource) -> str:
    return f"{request.host_url.rstrip('/')}{BASE}/{resource['resourceType']}/{resource.get('id', '')}"


def _is_asked(resource: Resource) -> bool:
    asked = request.values
    if "_id" in asked and resource.get("id") not in asked["_id"].split(","):
        return False
    patient = asked.get("patient") or asked.get("subject")
    return not patient or _patient_of(resource) == patient.removeprefix("Patient/")


def _patient_of(resource: Resource) -> str:
    if resource["resourceType"] == "Patient":
        return str(resource["id"])
    subject = resource.get("subject") or resource.get("patient") or {}
    return str(subject.get("reference", "")).removeprefix("Patient/")


def _resources() -> Iterator[Resource]:
    """Every resource of every packaged patient, as of today."""
    today = datetime.now(UTC).date()
    for name in samples.names():
        for value in json.loads(samples.sample(name, today))["prefetch"].values():
            yield from unpack(value).resources if value else ()


def _capability_statement() -> Resource:
    kinds = sorted({resource["resourceType"] for resource in _resources()})
    interactions = [{"code": "read"}, {"code": "search-type"}]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": samples.WRITTEN.isoformat(),
        "kind": "instance",
        "software": {"name": "heel-pain-cds packaged patients"},
        "implementation": {"description": "Made-up patients for trying the service", "url": BASE},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [{"mode": "server", "resource": [{"type": kind, "interaction": interactions} for kind in kinds]}],
    }
