"""Findings as wire.md lets them come: every encoding of yes, no and cannot tell, numbers, choices, dates, status."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from knowledge.chart import Kind, Quantity, Side
from knowledge.truth import Truth
from tests.unit.intake.fhir import FINDINGS, LOINC, SNOMED, UCUM, chart, concept, entry, finding, resource

V3 = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
V2 = "http://terminology.hl7.org/CodeSystem/v2-0136"


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        ({"valueBoolean": True}, Truth.TRUE),
        ({"valueBoolean": False}, Truth.FALSE),
        ({"interpretation": [concept(V3, "POS")]}, Truth.TRUE),
        ({"interpretation": [concept(V3, "NEG")]}, Truth.FALSE),
        ({"interpretation": [concept(V3, "IND")]}, Truth.UNKNOWN),
        ({"valueCodeableConcept": concept(SNOMED, "52101004")}, Truth.TRUE),
        ({"valueCodeableConcept": concept(SNOMED, "2667000")}, Truth.FALSE),
        ({"valueCodeableConcept": concept(SNOMED, "10828004")}, Truth.TRUE),
        ({"valueCodeableConcept": concept(SNOMED, "260385009")}, Truth.FALSE),
        ({"valueCodeableConcept": concept(LOINC, "LA33-6")}, Truth.TRUE),
        ({"valueCodeableConcept": concept(LOINC, "LA32-8")}, Truth.FALSE),
        ({"valueCodeableConcept": concept(LOINC, "LA9633-4")}, Truth.TRUE),
        ({"valueCodeableConcept": concept(LOINC, "LA9634-2")}, Truth.FALSE),
        ({"valueCodeableConcept": concept(V2, "Y")}, Truth.TRUE),
        ({"valueCodeableConcept": concept(V2, "N")}, Truth.FALSE),
        ({"valueCodeableConcept": concept(SNOMED, "42425007", "Equivocal")}, Truth.UNKNOWN),
        ({"valueCodeableConcept": {"text": "could not be done"}}, Truth.UNKNOWN),
        ({"valueString": "positive, I think"}, Truth.UNKNOWN),
        ({"valueBoolean": True, "interpretation": [concept(V3, "NEG")]}, Truth.UNKNOWN),
        ({"valueBoolean": True, "interpretation": [concept(V3, "POS")]}, Truth.TRUE),
        ({"valueBoolean": "true"}, None),
        ({"dataAbsentReason": {"text": "refused"}}, None),
        ({}, None),
    ],
)
def test_each_way_of_saying_whether_a_finding_is_there(value: dict[str, Any], truth: Truth | None) -> None:
    assert entry(finding("thompson-test", **value)).presence is truth


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "registered"])
def test_a_withdrawn_or_unfinished_observation_says_nothing(status: str) -> None:
    assert chart(finding("night-pain", valueBoolean=True) | {"status": status}).entries == ()


@pytest.mark.parametrize("status", ["final", "amended", "corrected", "preliminary"])
def test_an_observation_that_stands_is_read_whatever_its_category(status: str) -> None:
    found = entry(finding("night-pain", valueBoolean=True, category=[{"text": "anything"}]) | {"status": status})
    assert (found.kind, found.reference) == (Kind.OBSERVATION, "Observation/x1")


@pytest.mark.parametrize(
    ("value", "quantity"),
    [
        ({"valueInteger": 7}, Quantity(Decimal(7), Decimal(7), "")),
        (
            {"valueQuantity": {"value": 7.5, "unit": "weeks", "system": UCUM, "code": "wk"}},
            Quantity(Decimal("7.5"), Decimal("7.5"), "wk"),
        ),
        ({"valueQuantity": {"value": 7, "comparator": "<"}}, Quantity(None, Decimal(7), "", high_open=True)),
        ({"valueQuantity": {"value": 7, "comparator": ">="}}, Quantity(Decimal(7), None, "")),
        ({"valueQuantity": {"value": 7, "comparator": "ad"}}, None),
        ({"valueQuantity": {"unit": "wk"}}, None),
        (
            {"valueRange": {"low": {"value": 6, "unit": "wk"}, "high": {"value": 8, "unit": "wk"}}},
            Quantity(Decimal(6), Decimal(8), "wk"),
        ),
        ({"valueRange": {"low": {"value": 6, "unit": "wk"}, "high": {"value": 8, "unit": "mo"}}}, None),
        ({"valueRange": {"high": {"value": 8, "unit": "wk"}}}, Quantity(None, Decimal(8), "wk")),
        ({"valueString": "about a month"}, None),
        ({"valueSampledData": {"origin": {"value": 0}, "period": 10, "dimensions": 1, "data": "1 2 3"}}, None),
        ({"valueInteger": True}, None),
    ],
)
def test_each_form_of_a_number(value: dict[str, Any], quantity: Quantity | None) -> None:
    assert entry(finding("symptom-duration", **value)).quantity == quantity


def test_a_choice_is_read_in_the_system_it_is_from() -> None:
    found = entry(finding("pain-location", valueCodeableConcept=concept(FINDINGS[:-8] + "pain-location", "calf")))
    assert [(choice.system, choice.code) for choice in found.choices] == [("heel-pain-location", "calf")]


def test_an_observation_over_a_period_keeps_the_period_and_was_noted_within_it() -> None:
    over = {
        "effectiveDateTime": None,
        "effectivePeriod": {"start": "2026-11-20T07:00:00+01:00", "end": "2026-11-20T08:00:00+01:00"},
    }
    found = entry(finding("run-distance", valueInteger=9) | over)
    assert found.period is not None
    assert found.period.start == datetime(2026, 11, 20, 6, tzinfo=UTC)
    assert found.noted is not None
    assert found.noted.latest == found.period.end


def test_a_day_that_has_begun_in_the_east_is_not_of_the_future() -> None:
    evening = datetime(2026, 11, 22, 22, tzinfo=UTC)
    found = entry(finding("night-pain", valueBoolean=True) | {"effectiveDateTime": "2026-11-23"}, known_at=evening)
    assert found.noted is not None
    assert found.noted.earliest == evening


def test_a_day_that_has_begun_nowhere_stays_in_the_future() -> None:
    evening = datetime(2026, 11, 21, 8, tzinfo=UTC)
    found = entry(finding("night-pain", valueBoolean=True) | {"effectiveDateTime": "2026-11-23"}, known_at=evening)
    assert found.noted is not None
    assert found.noted.earliest > evening


def test_the_side_is_that_of_the_body_site_and_of_its_structure_in_r5() -> None:
    site = {"coding": [{"system": SNOMED, "code": "80144004"}, {"system": SNOMED, "code": "7771000"}]}
    assert entry(finding("heel-swelling", valueBoolean=True, bodySite=site)).side is Side.LEFT
    structure = resource(
        "BodyStructure", includedStructure=[{"structure": {"text": "heel"}, "laterality": concept(SNOMED, "24028007")}]
    )
    structure = structure | {"id": "b1"}
    found = entry(
        finding("heel-swelling", valueBoolean=True, bodyStructure={"reference": "#b1"}, contained=[structure])
    )
    assert (found.side, found.site_text) == (Side.RIGHT, "heel")


def test_who_recorded_it_is_kept_to_tell_double_counts() -> None:
    assert entry(finding("run-distance", valueInteger=9, device={"reference": "Device/watch"})).source == "Device/watch"
    assert entry(finding("run-distance", valueInteger=9, meta={"source": "urn:app"})).source == "urn:app"


def test_an_observation_whose_id_is_no_fhir_id_is_referred_to_without_it() -> None:
    found = entry(finding("night-pain", valueBoolean=True) | {"id": "<b>[x](http://evil.example)"})
    assert found.reference == "Observation/?"


def test_a_time_given_as_timing_is_its_first_event_or_its_bounds() -> None:
    timed = finding("night-pain", valueBoolean=True) | {"effectiveDateTime": None}
    event = entry(timed | {"effectiveTiming": {"event": ["2026-11-20T08:00:00Z"]}})
    assert event.noted is not None
    assert event.noted.exact
    bounded = entry(
        timed | {"effectiveTiming": {"repeat": {"boundsPeriod": {"start": "2026-11-01", "end": "2026-11-02"}}}}
    )
    assert bounded.noted is not None
    assert bounded.noted.latest.day == 2
    assert entry(timed | {"effectiveTiming": {}}).noted is None
