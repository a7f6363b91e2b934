"""Each finding of the contract, in each way the contract lets it arrive, is read as what it says."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from cds_service.intake.chart_reader import read_chart
from knowledge.chart import Kind
from knowledge.decision import Fact
from tests.releases.drafted import drafts, release
from tests.shared_material import shared

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OURS = "https://w3id.org/heel-pain-cds/CodeSystem"
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"
HL7 = "http://terminology.hl7.org/CodeSystem"
ANSWERS = [
    ({"valueBoolean": True}, "true"),
    ({"valueBoolean": False}, "false"),
    ({"interpretation": [{"coding": [{"system": f"{HL7}/v3-ObservationInterpretation", "code": "POS"}]}]}, "true"),
    ({"interpretation": [{"coding": [{"system": f"{HL7}/v3-ObservationInterpretation", "code": "NEG"}]}]}, "false"),
    ({"interpretation": [{"coding": [{"system": f"{HL7}/v3-ObservationInterpretation", "code": "IND"}]}]}, "unknown"),
    ({"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "52101004"}]}}, "true"),
    ({"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "2667000"}]}}, "false"),
    ({"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "10828004"}]}}, "true"),
    ({"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "260385009"}]}}, "false"),
    ({"valueCodeableConcept": {"coding": [{"system": LOINC, "code": "LA33-6"}]}}, "true"),
    ({"valueCodeableConcept": {"coding": [{"system": LOINC, "code": "LA32-8"}]}}, "false"),
    ({"valueCodeableConcept": {"coding": [{"system": LOINC, "code": "LA9633-4"}]}}, "true"),
    ({"valueCodeableConcept": {"coding": [{"system": LOINC, "code": "LA9634-2"}]}}, "false"),
    ({"valueCodeableConcept": {"coding": [{"system": f"{HL7}/v2-0136", "code": "Y"}]}}, "true"),
    ({"valueCodeableConcept": {"coding": [{"system": f"{HL7}/v2-0136", "code": "N"}]}}, "false"),
    ({"valueCodeableConcept": {"text": "cannot say"}}, "unknown"),
    ({"valueString": "refused"}, "unknown"),
    ({"dataAbsentReason": {"coding": [{"system": f"{HL7}/data-absent-reason", "code": "masked"}]}}, "unknown"),
    ({}, "unknown"),
]


@cache
def findings(value: str) -> tuple[str, ...]:
    with shared("contract/findings.csv").open(encoding="utf-8", newline="") as file:
        return tuple(row["code"] for row in csv.DictReader(file) if row["value"] == value)


def read(name: str, *resources: dict[str, Any]) -> Fact:
    patient = {"resourceType": "Patient", "id": "anna", "birthDate": "1990-05-01"}
    chart = read_chart([patient, *resources], patient_id="anna", obtained=frozenset(Kind), known_at=NOW)
    assert chart.unread == 0
    return release().facts.establish(chart, release().concepts, NOW)[name]


def observation(coding: dict[str, str], **value: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": "one",
        "status": "final",
        "subject": {"reference": "Patient/anna"},
        "code": {"coding": [coding]},
        "effectiveDateTime": "2026-11-22T10:00:00Z",
        **value,
    }


def finding(name: str, **value: Any) -> dict[str, Any]:
    return observation({"system": f"{OURS}/heel-findings", "code": name}, **value)


def response(name: str, **answer: Any) -> dict[str, Any]:
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "intake",
        "status": "completed",
        "subject": {"reference": "Patient/anna"},
        "authored": "2026-11-22T10:00:00Z",
        "questionnaire": "https://w3id.org/heel-pain-cds/Questionnaire/heel-pain-intake",
        "item": [{"linkId": name, "answer": [answer]}],
    }


@pytest.mark.parametrize(("value", "truth"), ANSWERS)
def test_each_presence_is_read_in_this_encoding(value: dict[str, Any], truth: str) -> None:
    wrong = [name for name in findings("presence") if read(name, finding(name, **value)).truth.value != truth]
    assert wrong == []


@pytest.mark.parametrize(("answer", "truth"), [(True, "true"), (False, "false")])
def test_each_presence_is_read_from_the_questionnaire(answer: bool, truth: str) -> None:
    said = {name: read(name, response(name, valueBoolean=answer)).truth.value for name in findings("presence")}
    assert set(said.values()) == {truth}


def test_each_number_is_read_from_quantity_and_integer() -> None:
    for name in findings("number"):
        quantity = {"value": 3, "system": "http://unitsofmeasure.org", "code": drafts()["facts"][name]["unit"]}
        for value in ({"valueQuantity": quantity}, {"valueInteger": 3}):
            number = read(name, finding(name, **value)).number
            assert number is not None
            assert (number.low, number.high) == (3, 3), name


def test_each_number_is_read_from_each_kind_of_answer_to_the_questionnaire() -> None:
    for name in findings("number"):
        quantity = {"value": 3, "system": "http://unitsofmeasure.org", "code": drafts()["facts"][name]["unit"]}
        for answer in ({"valueInteger": 3}, {"valueDecimal": 3.0}, {"valueQuantity": quantity}):
            number = read(name, response(name, **answer)).number
            assert number is not None
            assert number.low == 3, name


def test_each_answer_of_a_choice_is_read_from_observation_and_questionnaire() -> None:
    for name in findings("choice"):
        fact = drafts()["facts"][name]
        for answer in fact["answers"]:
            coding = {"system": f"{OURS}/{fact['system']}", "code": answer}
            value = {"valueCodeableConcept": {"coding": [coding]}}
            assert read(name, finding(name, **value)).choices == (answer,)
            assert read(name, response(name, valueCoding=coding)).choices == (answer,)


def test_sites_of_pain_add_up() -> None:
    def at(site: str, number: str) -> dict[str, Any]:
        coding = {"system": f"{OURS}/heel-pain-location", "code": site}
        return {**finding("pain-location", valueCodeableConcept={"coding": [coding]}), "id": number}

    assert read("pain-location", at("posterior", "a"), at("calf", "b")).choices == ("posterior", "calf")


@pytest.mark.parametrize(
    ("conclusion", "answers"),
    [
        ("Stress fracture of the calcaneus.", ("fracture",)),
        ("No acute fracture. Small plantar calcaneal spur.", ("spur", "normal")),
        ("Lytic lesion in the tuberosity.", ("lesion",)),
        ("No bone lesion.", ()),
        ("", ()),
    ],
)
def test_a_written_conclusion_is_read_as_the_weaker_resort(conclusion: str, answers: tuple[str, ...]) -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "id": "film",
        "status": "final",
        "subject": {"reference": "Patient/anna"},
        "code": {"coding": [{"system": LOINC, "code": "24612-4"}]},
        "effectiveDateTime": "2026-11-20",
        **({"conclusion": conclusion} if conclusion else {}),
    }
    assert read("heel-radiograph-result", report).choices == answers


def test_an_examination_of_half_a_year_ago_says_nothing_of_today() -> None:
    old = {**finding("thompson-test", valueBoolean=True), "effectiveDateTime": "2026-05-20"}
    assert read("thompson-test", old).truth.value == "unknown"


def test_the_newest_examination_wins() -> None:
    first = {**finding("thompson-test", valueBoolean=True), "effectiveDateTime": "2026-11-20", "id": "first"}
    second = {**finding("thompson-test", valueBoolean=False), "effectiveDateTime": "2026-11-22", "id": "second"}
    assert read("thompson-test", second, first).truth.value == "false"
