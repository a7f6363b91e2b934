"""Whose a resource is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.intake.fhir import NOW, chart, resource


def condition(subject: Any, **more: Any) -> dict[str, Any]:
    return {**resource("Condition", code={"text": "heel pain"}, **more), "subject": subject}


@pytest.mark.parametrize(
    "reference",
    ["Patient/p1", "https://ehr.example.org/fhir/Patient/p1", "http://localhost:8080/fhir/Patient/p1/_history/7",
     "Patient/p1/_history/2", "urn:uuid:p1", "#patient", "p1"],
)  # fmt: skip
def test_every_form_of_reference_to_the_patient_is_the_patient(reference: str) -> None:
    found = chart(condition({"reference": reference}))
    assert (len(found.entries), found.strangers) == (1, 0)


@pytest.mark.parametrize("subject", [None, {"display": "Somebody"}, {"identifier": {"value": "123"}}])
def test_one_that_names_nobody_came_as_an_answer_about_the_patient(subject: Any) -> None:
    assert len(chart(condition(subject)).entries) == 1


@pytest.mark.parametrize(
    "reference", ["Patient/p2", "https://ehr.example.org/fhir/Patient/p11", "urn:uuid:p2", "Group/p1", "Patient/P1"]
)
def test_another_ones_is_dropped_and_counted(reference: str) -> None:
    found = chart(condition({"reference": reference}))
    assert (found.entries, found.strangers, found.unread) == ((), 1, 0)


@pytest.mark.parametrize("subject", ["Patient/p1", {"reference": 7}, [["x"]]])
def test_a_subject_that_cannot_be_read_makes_the_resource_unread(subject: Any) -> None:
    found = chart(condition(subject))
    assert (found.entries, found.unread) == ((), 1)


def test_another_patient_resource_gives_neither_age_nor_sex() -> None:
    other = {"resourceType": "Patient", "id": "p2", "birthDate": "1950-01-01", "gender": "male"}
    found = chart(other)
    assert (found.birth, found.sex, found.strangers) == (None, "unknown", 1)


@pytest.mark.parametrize("value", [None, 7, "text", [], {}, {"resourceType": 7}, {"resourceType": None}])
def test_what_is_no_resource_is_counted_as_unread(value: Any) -> None:
    assert chart(value).unread == 1


def test_kinds_that_are_not_read_are_no_fault_of_the_sender() -> None:
    found = chart(resource("Immunization"), resource("CarePlan"), resource("Claim"), resource("Whatever"))
    assert (found.entries, found.unread) == ((), 0)


def test_the_order_of_the_resources_does_not_matter_to_what_is_read() -> None:
    patient = {"resourceType": "Patient", "id": "p1", "birthDate": "1988-04-02"}
    aged = condition({"reference": "Patient/p1"}, onsetAge={"value": 38, "code": "a"})
    assert chart(patient, aged, known_at=NOW) == chart(aged, patient, known_at=NOW)
