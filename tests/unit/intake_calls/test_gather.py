"""What is known of the patient from prefetch alone, and when that is too little to answer."""

from __future__ import annotations

from typing import Any

import pytest

from cds_service.errors import RequestError
from cds_service.services import SERVICES
from cds_service.trust.addresses import FhirAccess
from knowledge.chart import Kind
from tests import calls
from tests.unit.intake_calls.requests import gathered, prefetching, references, resource
from tests.unit.intake_calls.test_bundles import outcome

KEY_OF = {
    Kind.CONDITION: "conditions",
    Kind.OBSERVATION: "observations",
    Kind.MEDICATION: "medicationRequests",
    Kind.ALLERGY: "allergies",
    Kind.PROCEDURE: "procedures",
    Kind.REPORT: "reports",
    Kind.ORDER: "serviceRequests",
}
PRODUCTION = FhirAccess()


def unmet(request: dict[str, Any], access: FhirAccess = PRODUCTION) -> str:
    """What a 412 tells the integrator."""
    with pytest.raises(RequestError) as refused:
        gathered(request, access)
    assert refused.value.status == 412
    return f"{refused.value.text} {refused.value.diagnostics}"


@pytest.mark.parametrize(("kind", "key"), KEY_OF.items())
def test_a_kind_counts_as_asked_for_when_its_list_came_or_is_none(kind: Kind, key: str) -> None:
    for value in (None, calls.bundle(), calls.bundle(resource(SERVICES[0].prefetch[key].split("?")[0]))):
        assert kind in gathered(prefetching(**{key: value})).obtained


@pytest.mark.parametrize(("kind", "key"), KEY_OF.items())
def test_a_kind_does_not_count_as_asked_for_when_its_list_is_missing_or_failed(kind: Kind, key: str) -> None:
    missing = prefetching()
    missing["prefetch"] = {"patient": calls.patient(), "item1": calls.bundle(resource("Condition"))}
    assert kind not in gathered(missing).obtained
    if kind is not Kind.CONDITION:
        assert kind not in gathered(prefetching(**{key: outcome("error")})).obtained


def test_a_missing_list_is_no_cut_list_but_a_failed_one_is() -> None:
    assert not gathered(prefetching()).incomplete
    assert gathered(prefetching(observations=outcome("error"))).incomplete


def test_a_paged_list_without_access_to_the_rest_is_told_as_incomplete() -> None:
    paged = calls.bundle(resource("Condition")) | {"link": [{"relation": "next", "url": "https://x/y"}]}
    found = gathered(prefetching(conditions=paged))
    assert found.incomplete
    assert "Condition/1" in references(found)
    assert Kind.CONDITION not in found.obtained


def test_resources_are_used_under_whatever_key_they_come() -> None:
    request = calls.request(prefetch={"item1": calls.patient(), "item2": calls.bundle(resource("Condition"))})
    found = gathered(request)
    assert references(found) == [f"Patient/{calls.PATIENT}", "Condition/1"]
    assert found.incomplete


def test_a_key_of_another_service_makes_nothing_incomplete() -> None:
    assert not gathered(prefetching(coverage=calls.bundle(resource("Coverage")), junk="x")).incomplete


def test_a_bundle_in_the_place_of_prefetch_is_read() -> None:
    found = gathered(calls.request(prefetch=calls.bundle(calls.patient(), resource("Condition"))))
    assert "Condition/1" in references(found)


def test_a_patient_without_an_id_is_the_one_asked_for() -> None:
    patient = calls.patient()
    del patient["id"]
    assert references(gathered(prefetching(patient=patient))) == [f"Patient/{calls.PATIENT}"]


def test_unreadable_entries_are_counted_and_cost_no_other() -> None:
    bundle = {"resourceType": "Bundle", "entry": [None, {"resource": resource("Observation")}, {"resource": 7}]}
    found = gathered(prefetching(observations=bundle))
    assert (found.unread, "Observation/1" in references(found)) == (2, True)


def test_problems_being_added_stand_beside_the_problem_list() -> None:
    added = calls.context("problem-list-item-create", conditions=calls.bundle(resource("Condition", "new")))
    request = calls.request("problem-list-item-create", context=added)
    assert "Condition/new" in references(gathered(request))


def test_a_new_problem_is_enough_to_answer_by() -> None:
    added = calls.context("problem-list-item-create", conditions=calls.bundle(resource("Condition", "new")))
    request = calls.request("problem-list-item-create", context=added, prefetch={"patient": calls.patient()})
    assert Kind.CONDITION not in gathered(request).obtained


@pytest.mark.parametrize("key", ["patient", "conditions"])
def test_what_must_be_had_and_is_missing_is_named_with_its_template(key: str) -> None:
    request = prefetching()
    del request["prefetch"][key]
    told = unmet(request)
    assert f"missing: {key}." in told
    assert f"{key}: it was not sent along" in told
    assert SERVICES[0].prefetch[key] in told


@pytest.mark.parametrize("key", [key for key in SERVICES[0].prefetch if key not in SERVICES[0].required])
def test_no_other_key_must_be_had(key: str) -> None:
    request = prefetching(**dict.fromkeys(SERVICES[0].prefetch) | {"patient": calls.patient()})
    del request["prefetch"][key]
    assert gathered(request).resources


def test_the_cause_is_named_when_the_patient_is_another_one() -> None:
    told = unmet(prefetching(patient=calls.patient(id="somebody-else")))
    assert "another id than context.patientId" in told
    assert "somebody-else" not in told
    assert calls.PATIENT not in told


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        (outcome("error"), "an OperationOutcome came instead"),
        (None, "null was sent"),
        (calls.bundle(), "it holds no Patient"),
        ("x", "its value is no FHIR resource"),
        (resource("Goal"), "a resource of another type came"),
    ],
)
def test_the_cause_is_named_when_a_value_is_no_answer(value: Any, cause: str) -> None:
    assert cause in unmet(prefetching(patient=value))


@pytest.mark.parametrize(
    ("members", "cause"),
    [
        ({}, "no fhirServer was sent"),
        ({"fhirServer": 7}, "no fhirServer was sent"),
        ({"fhirServer": "nonsense"}, "it is no plain http or https URL"),
        ({"fhirServer": "http://ehr.example.org"}, "it is not https"),
        ({"fhirServer": "https://ehr.example.org"}, "fhirAuthorization is missing or not valid"),
        (
            {"fhirServer": "https://ehr.example.org", "fhirAuthorization": {"access_token": "canary"}},
            "fhirAuthorization.token_type is missing or not valid",
        ),
        ({"fhirAuthorization": {"access_token": "canary"}}, "no fhirServer was sent"),
    ],
)
def test_the_cause_is_named_when_there_is_no_fhir_access(members: dict[str, Any], cause: str) -> None:
    told = unmet(calls.request(prefetch={}) | members)
    assert cause in told
    assert "canary" not in told


def test_the_classic_mistake_of_an_epic_site_is_named() -> None:
    assert "Epic" in unmet(calls.request(prefetch={}))
