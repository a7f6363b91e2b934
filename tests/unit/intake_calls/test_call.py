"""A request becomes a call, or is refused with the member that is wrong."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from cds_service.errors import RequestError
from tests import calls
from tests.unit.intake_calls.requests import parsed, resource

INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"


def refused(request: dict[str, Any]) -> RequestError:
    hook = request["hook"]
    with pytest.raises(RequestError) as problem:
        parsed({**request, "hook": hook})
    assert problem.value.status == 400
    return problem.value


def with_context(hook: str, **more: Any) -> dict[str, Any]:
    """A request whose context lacks the members given as `...`."""
    context = calls.context(hook) | more
    return calls.request(hook, context={name: value for name, value in context.items() if value is not ...})


@pytest.mark.parametrize("hook", calls.HOOKS)
def test_the_least_request_of_each_hook_is_a_call(hook: str) -> None:
    call = parsed(calls.request(hook))
    assert (call.hook, call.patient_id, call.user, call.reader) == (hook, calls.PATIENT, calls.USER, "practitioner")


@pytest.mark.parametrize("written", [INSTANCE, INSTANCE.upper(), f"urn:uuid:{INSTANCE}", f"URN:UUID:{INSTANCE}"])
def test_a_hook_instance_may_be_written_in_several_ways(written: str) -> None:
    assert parsed(calls.request(hookInstance=written)).hook_instance == uuid.UUID(INSTANCE)


@pytest.mark.parametrize("written", [None, "", "test", 7, [INSTANCE], INSTANCE.replace("-", ""), f"{{{INSTANCE}}}"])
def test_a_hook_instance_that_is_no_uuid_is_refused(written: Any) -> None:
    assert "hookInstance" in refused(calls.request(hookInstance=written)).text


@pytest.mark.parametrize("context", [None, "x", [], 7, {}])
def test_a_context_that_names_no_patient_is_refused(context: Any) -> None:
    assert "context" in refused(calls.request(context=context)).text


@pytest.mark.parametrize("written", ["p-1", "Patient/p-1", "https://ehr.example.org/fhir/Patient/p-1"])
def test_the_patient_may_be_named_by_id_or_by_reference(written: str) -> None:
    assert parsed(with_context("patient-view", patientId=written)).patient_id == "p-1"


@pytest.mark.parametrize("written", ["", "a b", "x" * 65, "Practitioner/1", "../1", 12, None, "p-1?x", "p-1\n", " p-1"])
def test_a_patient_id_of_another_shape_is_refused(written: Any) -> None:
    assert "patientId" in refused(with_context("patient-view", patientId=written)).text


@pytest.mark.parametrize("hook", ["encounter-start", "encounter-discharge"])
@pytest.mark.parametrize("written", [..., None, "", 3, "a b"])
def test_a_visit_hook_needs_its_visit(hook: str, written: Any) -> None:
    assert "encounterId" in refused(with_context(hook, encounterId=written)).text


@pytest.mark.parametrize("written", [..., None, ""])
def test_other_hooks_need_no_visit(written: Any) -> None:
    assert parsed(with_context("patient-view", encounterId=written)).encounter_id is None


def test_a_visit_may_be_named_by_reference() -> None:
    assert parsed(with_context("patient-view", encounterId="Encounter/v-1")).encounter_id == "v-1"


@pytest.mark.parametrize(
    ("hook", "member"),
    [
        ("order-select", "draftOrders"),
        ("order-sign", "draftOrders"),
        ("problem-list-item-create", "conditions"),
        ("appointment-book", "appointments"),
    ],
)
@pytest.mark.parametrize("value", [..., None, "x", 7, {}, {"resourceType": "Patient"}])
def test_a_hook_needs_the_resources_it_is_about(hook: str, member: str, value: Any) -> None:
    assert member in refused(with_context(hook, **{member: value})).text


@pytest.mark.parametrize("wrap", [calls.bundle, lambda *resources: list(resources), lambda one: [{"resource": one}]])
def test_resources_of_the_context_come_in_a_bundle_or_an_array(wrap: Any) -> None:
    booked = parsed(with_context("appointment-book", appointments=wrap(resource("Appointment"))))
    assert [one["resourceType"] for one in booked.context_resources] == ["Appointment"]
    added = parsed(with_context("problem-list-item-create", conditions=wrap(resource("Condition"))))
    assert [one["resourceType"] for one in added.context_resources] == ["Condition"]
    assert added.drafts == ()


def test_orders_are_drafts_and_the_medications_beside_them_are_not() -> None:
    bundle = calls.bundle(resource("MedicationRequest"), {"resourceType": "Medication", "id": "m"})
    call = parsed(with_context("order-sign", draftOrders=bundle))
    assert [one["resourceType"] for one in call.drafts] == ["MedicationRequest"]
    assert [one["resourceType"] for one in call.context_resources] == ["Medication"]


def test_entries_of_the_context_that_hold_no_resource_are_counted() -> None:
    bundle = {
        "resourceType": "Bundle",
        "entry": [None, {}, {"resource": None}, {"resource": resource("ServiceRequest")}],
    }
    call = parsed(with_context("order-sign", draftOrders=bundle))
    assert (len(call.drafts), call.unread) == (1, 3)


@pytest.mark.parametrize("selections", [..., None, "ServiceRequest/1", {"a": 1}])
def test_without_selections_all_drafts_count_as_selected(selections: Any) -> None:
    call = parsed(
        with_context("order-select", draftOrders=calls.bundle(resource("ServiceRequest")), selections=selections)
    )
    assert call.selected is None


@pytest.mark.parametrize("written", ["ServiceRequest/1", "https://ehr.example.org/fhir/ServiceRequest/1", "1"])
def test_selections_name_drafts_by_reference_or_id(written: str) -> None:
    drafts = calls.bundle(resource("ServiceRequest"))
    call = parsed(with_context("order-select", draftOrders=drafts, selections=[written, 7, None, "nothing"]))
    assert call.selected == {"ServiceRequest/1"}


def test_a_draft_without_an_id_is_named_by_its_full_url() -> None:
    entry = {"fullUrl": "https://ehr.example.org/fhir/ServiceRequest/9", "resource": {"resourceType": "ServiceRequest"}}
    call = parsed(with_context("order-sign", draftOrders={"resourceType": "Bundle", "entry": [entry]}))
    assert call.drafts[0]["id"] == "9"


@pytest.mark.parametrize(
    ("user", "reader"),
    [
        ("Practitioner/1", "practitioner"),
        ("PractitionerRole/1", "practitioner"),
        ("https://ehr.example.org/fhir/Patient/1", "patient"),
        ("Patient/1", "patient"),
        ("RelatedPerson/1", "patient"),
        (..., "practitioner"),
        (None, "practitioner"),
        (7, "practitioner"),
        ("someone", "practitioner"),
    ],
)
def test_who_reads_is_told_by_the_user(user: Any, reader: str) -> None:
    assert parsed(with_context("patient-view", userId=user)).reader == reader


@pytest.mark.parametrize("prefetch", [[], "x", 7, True])
def test_a_prefetch_that_is_no_object_is_refused(prefetch: Any) -> None:
    assert "prefetch" in refused(calls.request(prefetch=prefetch)).text


def test_a_refusal_never_repeats_what_was_sent() -> None:
    told = refused(with_context("patient-view", patientId="Mrs Canary"))
    assert "Canary" not in told.text + told.diagnostics


def test_a_token_shows_in_no_text_of_a_call() -> None:
    access = {"access_token": "canary", "token_type": "Bearer", "expires_in": 5, "scope": "user/*.rs", "subject": "us"}
    call = parsed(calls.request(fhirServer="https://ehr.example.org", fhirAuthorization=access))
    assert call.authorization is not None
    assert call.authorization.token.reveal() == "canary"
    assert "canary" not in repr(call) + str(call.authorization) + f"{call.authorization.token}"
