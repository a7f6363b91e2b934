"""Whatever is sent, the answer is a call or a refusal with 400 or 412."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cds_service.errors import RequestError
from cds_service.intake.authorization import Authorization, read_authorization
from cds_service.intake.bundles import read_file_resources, unpack
from cds_service.intake.call import parse_call
from cds_service.intake.deadline import Deadline
from cds_service.intake.gather import gather
from cds_service.services import SERVICES
from cds_service.trust.addresses import FhirAccess
from tests import calls

NAMES = st.sampled_from(
    [
        "resourceType",
        "id",
        "entry",
        "resource",
        "fullUrl",
        "link",
        "relation",
        "url",
        "response",
        "status",
        "issue",
        "severity",
        "details",
        "coding",
        "code",
        "total",
        "reference",
        "subject",
        "medicationReference",
        "data",
        "request",
    ]
)
WORDS = st.sampled_from(
    ["Bundle", "Patient", "Condition", "MedicationRequest", "OperationOutcome", "next", "error", "urn:x", "1"]
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS | st.text()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=4), inner, max_size=5)
)
NO_ACCESS = FhirAccess()
derandomised = settings(derandomize=True, deadline=None, max_examples=150, database=None)


def gathers_or_refuses(request: Any, hook: str) -> None:
    service = next(service for service in SERVICES if service.hook == hook)

    def answer() -> None:
        call = parse_call(json.dumps(request).encode(), service)
        found = gather(call, service, NO_ACCESS, Deadline.after(1))
        assert all(isinstance(resource["resourceType"], str) for resource in found.resources)

    assert status_of(answer) in (200, 400, 412)


def status_of(read: Callable[[], object]) -> int:
    """The status that reading ends with; any error but a refusal fails the test."""
    try:
        read()
    except RequestError as refused:
        return refused.status
    return 200


@derandomised
@given(st.binary())
def test_any_bytes_are_parsed_or_refused(body: bytes) -> None:
    assert status_of(lambda: parse_call(body, SERVICES[0])) == 400


@derandomised
@given(VALUES)
def test_any_json_is_parsed_or_refused(value: Any) -> None:
    gathers_or_refuses(value, "patient-view")


@derandomised
@given(
    st.sampled_from(calls.HOOKS),
    st.dictionaries(st.sampled_from([*calls.context("order-select"), "encounterId"]), VALUES),
)
def test_any_context_is_read_or_refused(hook: str, changes: dict[str, Any]) -> None:
    gathers_or_refuses(calls.request(hook, context=calls.context(hook) | changes), hook)


@derandomised
@given(st.dictionaries(st.sampled_from([*SERVICES[0].prefetch]) | st.text(max_size=5), VALUES))
def test_any_prefetch_is_read_or_refused(prefetch: dict[str, Any]) -> None:
    gathers_or_refuses(calls.request(prefetch=prefetch), "patient-view")


@derandomised
@given(VALUES, VALUES)
def test_any_way_of_giving_access_is_read_or_refused(server: Any, authorization: Any) -> None:
    gathers_or_refuses(calls.request(fhirServer=server, fhirAuthorization=authorization), "patient-view")


@derandomised
@given(st.text())
def test_any_address_is_judged(base: str) -> None:
    assert NO_ACCESS.refusal(base) is None or NO_ACCESS.refusal(base)


@derandomised
@given(
    st.dictionaries(
        st.sampled_from(["access_token", "token_type", "expires_in", "scope", "subject", "patient"]), VALUES
    )
)
def test_any_authorization_is_judged(value: dict[str, Any]) -> None:
    assert isinstance(read_authorization(value), Authorization | str)


@derandomised
@given(VALUES)
def test_any_value_is_unpacked(value: Any) -> None:
    found = unpack(value)
    assert found.unread >= 0


@derandomised
@given(st.binary() | VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    assert status_of(lambda: read_file_resources(content)) in (200, 400)
