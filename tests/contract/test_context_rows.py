"""The checklist rows on versions and on what each hook's context may look like."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import calls


def test_a_patient_id_written_as_a_reference_means_the_same_patient(http: FlaskClient) -> None:
    """V-03"""
    bare, typed = calls.sample(), calls.sample()
    typed["context"]["patientId"] = f"Patient/{bare['context']['patientId']}"
    expected = calls.without_identity(calls.post(http, bare).json)
    assert expected["cards"]
    assert calls.without_identity(calls.post(http, typed).json) == expected


@pytest.mark.parametrize("identity", ["Practitioner/123", "a b", "x" * 65, "", 7, None, ["a"]])
def test_a_patient_id_that_is_none_gets_400(http: FlaskClient, identity: Any) -> None:
    """V-03"""
    answer = calls.post(http, calls.request(context=calls.context("patient-view", patientId=identity)))
    assert answer.status_code == 400


def test_resources_shaped_for_older_versions_of_fhir_do_not_break_the_service(http: FlaskClient) -> None:
    """V-04"""
    dstu2 = [
        {"resourceType": "MedicationOrder", "patient": {"reference": "Patient/runner-1"}, "dateWritten": "2026"},
        {"resourceType": "Condition", "patient": {"reference": "Patient/runner-1"}, "clinicalStatus": "active"},
        {"resourceType": "ProcedureRequest", "subject": {"reference": "Patient/runner-1"}, "code": {"text": "x"}},
    ]
    stu3 = [
        {
            "resourceType": "Condition",
            "clinicalStatus": "active",
            "verificationStatus": "confirmed",
            "subject": {"reference": "Patient/runner-1"},
            "assertedDate": "2026-11-01",
            "code": {"text": "Asthma"},
        },
        {"resourceType": "MedicationStatement", "taken": "y", "subject": {"reference": "Patient/runner-1"}},
    ]
    for resources in (dstu2, stu3):
        prefetch = {"patient": calls.patient(), "conditions": calls.bundle(*resources)}
        assert calls.post(http, calls.request(prefetch=prefetch)).status_code == 200
        context = calls.context("order-sign", draftOrders=calls.bundle(*resources))
        assert calls.post(http, calls.request("order-sign", context=context)).status_code == 200


@pytest.mark.parametrize("user", ["Practitioner/1", "PractitionerRole/1"])
def test_clinicians_get_the_cards(http: FlaskClient, user: str) -> None:
    """H-01"""
    request = calls.sample()
    request["context"]["userId"] = user
    assert calls.post(http, request).json["cards"]


@pytest.mark.parametrize("user", ["Patient/1", "RelatedPerson/1"])
def test_wording_for_clinicians_is_withheld_from_patients_and_relatives(http: FlaskClient, user: str) -> None:
    """H-01"""
    request = calls.sample()
    request["context"]["userId"] = user
    answer = calls.post(http, request)
    assert answer.status_code == 200
    assert answer.json["cards"] == []
    reasons = {held["reason"] for held in answer.json["extension"][calls.OURS]["withheld"]}
    assert reasons == {"reader-not-clinician"}


def test_an_encounter_may_be_missing_on_patient_view(http: FlaskClient) -> None:
    """H-01"""
    request = calls.sample()
    request["context"].pop("encounterId", None)
    assert calls.post(http, request).status_code == 200


def test_advice_centres_on_the_orders_just_selected(http: FlaskClient) -> None:
    """H-02"""
    walking_aid = {"resourceType": "DeviceRequest", "id": "aid-1", "status": "draft", "code": {"text": "Cane"}}
    orders = (calls.injection(), walking_aid)
    selected = calls.ordering("order-select", *orders, selections=["ServiceRequest/injection-1"])
    unselected = calls.ordering("order-select", *orders, selections=["DeviceRequest/aid-1"])
    assert "plantarSteroidCaution" in calls.topics(calls.post(http, selected))
    assert "plantarSteroidCaution" not in calls.topics(calls.post(http, unselected))


def test_an_order_without_its_medication_does_not_break_the_service(http: FlaskClient) -> None:
    """H-02: what the public sandbox sends on opening its Rx tab"""
    bare = {"resourceType": "MedicationRequest", "id": "request-123", "status": "draft"}
    request = calls.ordering("order-select", bare, selections=["MedicationRequest/request-123"])
    assert calls.post(http, request).status_code == 200


def test_order_select_without_any_orders_gets_400(http: FlaskClient) -> None:
    """H-02: what the public sandbox sends on a second click on its tab"""
    context = {"patientId": calls.PATIENT, "userId": calls.USER}
    assert calls.post(http, calls.request("order-select", context=context)).status_code == 400


@pytest.mark.parametrize("status", ["draft", "active", "on-hold"])
def test_an_order_to_be_signed_may_be_a_revised_one(http: FlaskClient, status: str) -> None:
    """H-03"""
    answer = calls.post(http, calls.ordering("order-sign", calls.injection(status=status)))
    assert "plantarSteroidCaution" in calls.topics(answer)


@pytest.mark.parametrize("hook", ["encounter-start", "encounter-discharge"])
def test_an_encounter_hook_without_its_encounter_gets_400(http: FlaskClient, hook: str) -> None:
    """H-04"""
    assert calls.post(http, calls.request(hook)).status_code == 200
    context = {"patientId": calls.PATIENT, "userId": calls.USER}
    assert calls.post(http, calls.request(hook, context=context)).status_code == 400


@pytest.mark.parametrize("as_bundle", [True, False])
def test_appointments_come_in_a_bundle_or_a_bare_array(http: FlaskClient, as_bundle: bool) -> None:
    """H-05"""
    appointment = {"resourceType": "Appointment", "id": "visit-1", "status": "proposed"}
    appointments: Any = calls.bundle(appointment, kind="collection") if as_bundle else [appointment]
    context = calls.context("appointment-book", appointments=appointments)
    assert calls.post(http, calls.request("appointment-book", context=context)).status_code == 200


def test_a_hook_without_a_user_is_no_reason_to_break(http: FlaskClient) -> None:
    """H-06: order-dispatch has none; here it is a hook that no service is for, and others may lack the user too"""
    context = {"patientId": calls.PATIENT, "dispatchedOrders": ["ServiceRequest/1"], "performer": "Organization/1"}
    foreign = calls.request("order-dispatch", context=context)
    assert calls.post(http, foreign, calls.service_of("order-sign")).status_code == 400
    userless = calls.sample()
    del userless["context"]["userId"]
    assert calls.post(http, userless).status_code == 200


def test_a_bundle_in_the_context_may_lack_its_type(http: FlaskClient) -> None:
    """H-07"""
    request = calls.ordering("order-sign", calls.injection())
    del request["context"]["draftOrders"]["type"]
    assert "plantarSteroidCaution" in calls.topics(calls.post(http, request))


def test_selections_find_their_orders_with_or_without_full_urls(http: FlaskClient) -> None:
    """H-08"""
    request = calls.ordering("order-select", calls.injection(), selections=["ServiceRequest/injection-1"])
    bare = calls.topics(calls.post(http, request))
    entry = request["context"]["draftOrders"]["entry"][0]
    assert "fullUrl" not in entry
    entry["fullUrl"] = "https://ehr.example.org/fhir/ServiceRequest/injection-1"
    assert calls.topics(calls.post(http, request)) == bare
    assert "plantarSteroidCaution" in bare
