"""What did not come along is read from the client's FHIR server: all of it, only it, and in time."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import Any

import pytest

from cds_service.errors import RequestError
from cds_service.intake.gather import Gathered
from knowledge.chart import Kind
from tests import calls
from tests.stub_fhir import TOKEN, StubFhir, stub_fhir
from tests.unit.intake_calls.requests import SANDBOX, gathered, reading, references, resource


def numbered(kind: str, count: int) -> list[dict[str, Any]]:
    return [resource(kind, str(number)) for number in range(count)]


def test_everything_is_read_when_nothing_came_along(fhir: StubFhir) -> None:
    fhir.says("Condition", calls.bundle(resource("Condition")))
    found = gathered(reading(fhir))
    assert references(found) == [f"Patient/{calls.PATIENT}", "Condition/1"]
    assert found.obtained == frozenset(Kind) - {Kind.FAMILY_HISTORY, Kind.DEVICE_USE}
    assert (found.unread, found.incomplete) == (0, False)


def test_each_request_asks_for_fhir_json_with_the_token(fhir: StubFhir) -> None:
    gathered(reading(fhir))
    assert len(fhir.asked) == 11
    for asked in fhir.asked:
        assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
        assert asked.headers["Accept"] == "application/fhir+json"
        assert "Cookie" not in asked.headers


def test_the_templates_are_asked_with_the_patient_put_in(fhir: StubFhir) -> None:
    gathered(reading(fhir))
    targets = {asked.target for asked in fhir.asked}
    assert f"Patient/{calls.PATIENT}" in targets
    assert f"Condition?patient={calls.PATIENT}&_count=200" in targets
    assert not any("{" in target for target in targets)


@pytest.mark.parametrize("missing", ["patient", "conditions", "allergies"])
def test_only_what_is_missing_is_asked_for(fhir: StubFhir, missing: str) -> None:
    answered = dict.fromkeys(prefetch_keys()) | {"patient": calls.patient()}
    gathered(reading(fhir, {key: value for key, value in answered.items() if key != missing}))
    expected = {"patient": "Patient", "conditions": "Condition", "allergies": "AllergyIntolerance"}
    assert fhir.types_asked == [expected[missing]]


def prefetch_keys() -> list[str]:
    from cds_service.services import SERVICES

    return list(SERVICES[0].prefetch)


@pytest.mark.parametrize(
    "value",
    [
        {"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]},
        calls.bundle({"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]}),
        resource("Condition"),
        resource("Goal"),
        "x",
        [],
    ],
)
def test_what_came_in_error_or_in_part_is_asked_for_anew(fhir: StubFhir, value: Any) -> None:
    fhir.says("Condition", calls.bundle(resource("Condition", "2")))
    found = gathered(reading(fhir, {"patient": calls.patient(), "conditions": value}))
    assert "Condition" in fhir.types_asked
    assert "Condition/2" in references(found)
    assert Kind.CONDITION in found.obtained


def test_all_pages_are_read(fhir: StubFhir) -> None:
    pages = [numbered("Observation", 20)[start : start + 7] for start in (0, 7, 14)]
    fhir.pages("Observation", pages)
    found = gathered(reading(fhir))
    assert len([one for one in found.resources if one["resourceType"] == "Observation"]) == 20
    assert Kind.OBSERVATION in found.obtained


def test_a_prefetched_first_page_is_followed_not_read_again(fhir: StubFhir) -> None:
    fhir.says("Condition?page=1", calls.bundle(resource("Condition", "2")))
    first = calls.bundle(resource("Condition")) | {
        "link": [{"relation": "next", "url": f"{fhir.url}/Condition?page=1"}]
    }
    found = gathered(reading(fhir, {"patient": calls.patient(), "conditions": first}))
    assert [asked.target for asked in fhir.asked if asked.resource_type == "Condition"] == ["Condition?page=1"]
    assert references(found) == [f"Patient/{calls.PATIENT}", "Condition/1", "Condition/2"]


@pytest.mark.parametrize(
    "next_url", ["https://evil.example.net/fhir/Condition?page=1", "//evil.example.net/x", "http://[", "file:///x"]
)
def test_a_next_link_to_another_server_is_not_followed(fhir: StubFhir, next_url: str) -> None:
    fhir.says("Condition", calls.bundle(resource("Condition")) | {"link": [{"relation": "next", "url": next_url}]})
    found = gathered(reading(fhir))
    assert "Condition/1" in references(found)
    assert found.incomplete
    assert Kind.CONDITION not in found.obtained


@pytest.mark.parametrize("next_url", ["https://evil.example.net/x", "http://[", "", "\\\\x", "http://127.0.0.1:1/x"])
def test_a_prefetched_link_to_another_server_leads_to_reading_the_list_anew(fhir: StubFhir, next_url: str) -> None:
    fhir.says("Condition", calls.bundle(resource("Condition", "2")))
    first = calls.bundle(resource("Condition")) | {"link": [{"relation": "next", "url": next_url}]}
    found = gathered(reading(fhir, {"patient": calls.patient(), "conditions": first}))
    assert "Condition/2" in references(found)
    assert Kind.CONDITION in found.obtained


@pytest.mark.parametrize("location", ["http://[", "", "https://evil.example.net"])
def test_a_redirect_to_nowhere_costs_its_own_list_only(fhir: StubFhir, location: str) -> None:
    fhir.says("AllergyIntolerance", status=302, headers={"Location": location})
    found = gathered(reading(fhir))
    assert Kind.ALLERGY not in found.obtained
    assert Kind.CONDITION in found.obtained


def test_a_next_link_with_a_user_before_the_host_is_not_followed(fhir: StubFhir) -> None:
    tricky = fhir.url.replace("http://", "http://canary@") + "/Condition?page=1"
    fhir.says("Condition", calls.bundle(resource("Condition")) | {"link": [{"relation": "next", "url": tricky}]})
    gathered(reading(fhir))
    assert "Condition?page=1" not in {asked.target for asked in fhir.asked}


def test_a_relative_next_link_is_followed(fhir: StubFhir) -> None:
    link = [{"relation": "next", "url": "Condition?page=1"}]
    fhir.says("Condition", calls.bundle(resource("Condition")) | {"link": link})
    fhir.says("Condition?page=1", calls.bundle(resource("Condition", "2")))
    assert Kind.CONDITION in gathered(reading(fhir)).obtained


def test_pages_that_go_in_a_circle_end(fhir: StubFhir) -> None:
    link = [{"relation": "next", "url": f"{fhir.url}/Condition?page=0"}]
    fhir.says("Condition", calls.bundle(resource("Condition")) | {"link": link})
    found = gathered(reading(fhir))
    assert fhir.types_asked.count("Condition") == 2
    assert found.incomplete


def test_no_more_pages_are_read_than_are_allowed(fhir: StubFhir) -> None:
    fhir.pages("Condition", [[resource("Condition", str(number))] for number in range(9)])
    found = gathered(reading(fhir), replace(SANDBOX, max_pages=3))
    assert fhir.types_asked.count("Condition") == 3
    assert found.incomplete
    assert Kind.CONDITION not in found.obtained


@pytest.mark.parametrize("bounds", [{"max_page_bytes": 2000}, {"max_total_bytes": 3000}])
def test_no_more_bytes_are_read_than_are_allowed(fhir: StubFhir, bounds: dict[str, int]) -> None:
    fhir.says("Observation", calls.bundle(*numbered("Observation", 500)))
    found = gathered(reading(fhir), replace(SANDBOX, **bounds))
    assert found.incomplete
    assert Kind.OBSERVATION not in found.obtained


def test_a_compressed_answer_is_measured_as_it_unfolds(fhir: StubFhir) -> None:
    bomb = b" " * 20_000_000
    assert len(gzip.compress(bomb)) < 30_000
    fhir.says("Observation", bomb, headers={"Content-Encoding": "gzip"})
    assert gathered(reading(fhir)).incomplete


def test_a_compressed_answer_is_read(fhir: StubFhir) -> None:
    fhir.says("Condition", calls.bundle(resource("Condition")), headers={"Content-Encoding": "gzip"})
    assert "Condition/1" in references(gathered(reading(fhir)))


@pytest.mark.parametrize("status", [400, 401, 403, 405, 429, 500, 502, 503])
def test_a_refused_search_leaves_its_kind_unknown(fhir: StubFhir, status: int) -> None:
    fhir.says(
        "AllergyIntolerance", {"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]}, status=status
    )
    found = gathered(reading(fhir))
    assert Kind.ALLERGY not in found.obtained
    assert found.incomplete


@pytest.mark.parametrize("status", [404, 410, 501])
def test_a_type_the_server_does_not_have_is_unknown_and_nothing_was_cut(fhir: StubFhir, status: int) -> None:
    fhir.says("AllergyIntolerance", status=status)
    fhir.says("MedicationStatement", status=status)
    found = gathered(reading(fhir))
    assert Kind.ALLERGY not in found.obtained
    assert Kind.MEDICATION in found.obtained
    assert not found.incomplete


def test_medications_are_unknown_while_one_of_their_lists_failed(fhir: StubFhir) -> None:
    fhir.says("MedicationStatement", status=403)
    assert Kind.MEDICATION not in gathered(reading(fhir)).obtained


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"\xff\xfe", b"[]", b"7", b'{"resourceType": "Goal"}', b"null"])
def test_an_answer_that_is_no_bundle_is_survived(fhir: StubFhir, body: bytes) -> None:
    fhir.says("Observation", body)
    found = gathered(reading(fhir))
    assert isinstance(found, Gathered)
    assert (Kind.OBSERVATION in found.obtained) == (body in (b"", b"null"))


def test_no_content_means_asked_and_none(fhir: StubFhir) -> None:
    fhir.says("Condition", status=204)
    assert Kind.CONDITION in gathered(reading(fhir)).obtained


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_server_is_followed_with_the_token(fhir: StubFhir, status: int) -> None:
    fhir.says("Condition", status=status, headers={"Location": f"{fhir.url}/elsewhere"})
    fhir.says("elsewhere", calls.bundle(resource("Condition")))
    assert "Condition/1" in references(gathered(reading(fhir)))


def test_a_redirect_to_another_server_is_not_followed(fhir: StubFhir) -> None:
    with stub_fhir() as other:
        fhir.says("Condition", status=302, headers={"Location": f"{other.url}/Condition"})
        with pytest.raises(RequestError):
            gathered(reading(fhir))
        assert other.asked == []


def test_redirects_without_end_are_given_up(fhir: StubFhir) -> None:
    fhir.says("AllergyIntolerance", status=302, headers={"Location": f"{fhir.url}/AllergyIntolerance"})
    assert Kind.ALLERGY not in gathered(reading(fhir)).obtained
    assert fhir.types_asked.count("AllergyIntolerance") < 10


@pytest.mark.parametrize("shape", ["R4", "R5"])
def test_a_medication_that_is_only_referred_to_is_read(fhir: StubFhir, shape: str) -> None:
    reference = {"reference": "Medication/7"}
    named = {"medicationReference": reference} if shape == "R4" else {"medication": {"reference": reference}}
    fhir.says("MedicationRequest", calls.bundle(resource("MedicationRequest", **named)))
    fhir.says("Medication/7", {"resourceType": "Medication", "id": "7"})
    assert "Medication/7" in references(gathered(reading(fhir)))


def test_a_medication_that_came_along_or_is_contained_is_not_read(fhir: StubFhir) -> None:
    included = resource("MedicationRequest", medicationReference={"reference": f"{fhir.url}/Medication/7/_history/1"})
    contained = resource("MedicationRequest", "2", medicationReference={"reference": "#m"})
    medication = {"resourceType": "Medication", "id": "7"}
    fhir.says("MedicationRequest", calls.bundle(included, contained, medication))
    gathered(reading(fhir))
    assert "Medication" not in fhir.types_asked


def test_no_more_than_ten_medications_are_read(fhir: StubFhir) -> None:
    requests = [
        resource("MedicationRequest", str(number), medicationReference={"reference": f"Medication/{number}"})
        for number in range(30)
    ]
    fhir.says("MedicationRequest", calls.bundle(*requests))
    gathered(reading(fhir))
    assert fhir.types_asked.count("Medication") == 10


def test_a_medication_that_cannot_be_read_leaves_the_rest_standing(fhir: StubFhir) -> None:
    referring = resource("MedicationRequest", medicationReference={"reference": "Medication/7"})
    fhir.says("MedicationRequest", calls.bundle(referring))
    fhir.says("Medication/7", status=404)
    found = gathered(reading(fhir))
    assert "MedicationRequest/1" in references(found)
    assert found.incomplete


@pytest.mark.parametrize(("cuts", "incomplete"), [(1, False), (2, True)])
def test_a_connection_that_breaks_is_tried_once_more(fhir: StubFhir, cuts: int, incomplete: bool) -> None:
    answered = dict.fromkeys(prefetch_keys()) | {"patient": calls.patient()}
    fhir.cuts = cuts
    found = gathered(reading(fhir, {key: value for key, value in answered.items() if key != "allergies"}))
    assert found.incomplete is incomplete
    assert len(fhir.asked) == 2
