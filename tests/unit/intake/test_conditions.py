"""Onset and end in words and ages, allergies, and what relatives have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from knowledge.chart import Kind, Span, Standing
from tests.unit.intake.fhir import chart, concept, entry, resource

PATIENT = {"resourceType": "Patient", "id": "p1", "birthDate": "1988-04-02"}
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def began(*, born: str | None = "1988-04-02", **onset: Any) -> Span | None:
    condition = resource("Condition", code={"text": "heel pain"}, recordedDate="2026-11-20", **onset)
    (found,) = chart({**PATIENT, "birthDate": born}, condition).entries
    return found.began


@pytest.mark.parametrize(
    ("onset", "year"),
    [
        ({"onsetAge": {"value": 30, "code": "a"}}, 2018),
        ({"onsetAge": {"value": 360, "code": "mo"}}, 2018),
        ({"onsetQuantity": {"value": 30, "unit": "years"}}, 2018),
        ({"onsetRange": {"low": {"value": 30, "code": "a"}, "high": {"value": 31, "code": "a"}}}, 2018),
        ({"onsetString": "2018"}, 2018),
        ({"onsetString": "8 years ago"}, 2018),
        ({"onsetDate": "2018-05"}, 2018),
    ],
)
def test_an_onset_in_any_form_begins_in_the_same_year(onset: dict[str, Any], year: int) -> None:
    found = began(**onset)
    assert found is not None
    assert found.earliest.year == year


@pytest.mark.parametrize(
    "onset",
    [
        {"onsetAge": {"value": 30, "code": "parsec"}},
        {"onsetAge": {"value": "thirty", "code": "a"}},
        {"onsetAge": {"value": 50_000, "code": "a"}},
        {"onsetAge": {"value": -1, "code": "a"}},
        {"onsetString": "since childhood"},
        {"onsetString": "as long as 3 wks ago or so"},
        {"onsetPeriod": {}},
    ],
)
def test_an_onset_nobody_can_place_is_none(onset: dict[str, Any]) -> None:
    assert began(**onset) is None


def test_an_age_without_a_birth_date_places_nothing() -> None:
    assert began(born=None, onsetAge={"value": 30, "code": "a"}) is None


def test_an_end_in_a_period_that_still_runs_is_no_end_yet() -> None:
    ends = datetime(2027, 1, 1, tzinfo=UTC)
    condition = resource(
        "Condition",
        code={"text": "x"},
        clinicalStatus={"text": "active"},
        abatementPeriod={"start": "2026-10-01", "end": ends.date().isoformat()},
    )
    assert entry(condition).standing is Standing.CURRENT


@pytest.mark.parametrize(
    ("more", "standing"),
    [
        ({}, Standing.CURRENT),
        ({"clinicalStatus": concept("x", "active")}, Standing.CURRENT),
        ({"clinicalStatus": concept("x", "resolved")}, Standing.PAST),
        ({"clinicalStatus": "inactive"}, Standing.PAST),
        ({"verificationStatus": concept("x", "unconfirmed")}, Standing.CURRENT),
        ({"verificationStatus": "refuted"}, Standing.NEGATED),
    ],
)
def test_an_allergy_stands_as_it_says_and_does_not_fade(more: dict[str, Any], standing: Standing) -> None:
    allergy = resource("AllergyIntolerance", code=concept(RXNORM, "1191"), recordedDate="1999-01-01", **more)
    found = entry(allergy)
    assert (found.kind, found.standing) == (Kind.ALLERGY, standing)


@pytest.mark.parametrize("status", ["entered-in-error", "health-unknown"])
def test_a_family_history_that_is_not_known_says_nothing(status: str) -> None:
    history = resource("FamilyMemberHistory", status=status, condition=[{"code": {"text": "psoriasis"}}])
    assert chart(history).entries == ()


def test_each_condition_of_a_relative_is_one_entry() -> None:
    history = resource(
        "FamilyMemberHistory",
        status="completed",
        date="2026-01",
        condition=[{"code": {"text": "psoriasis"}}, {"code": {"text": "gout"}}],
    )
    assert [(e.kind, e.text) for e in chart(history).entries] == [
        (Kind.FAMILY_HISTORY, "psoriasis"),
        (Kind.FAMILY_HISTORY, "gout"),
    ]


@pytest.mark.parametrize(
    ("more", "reactions"),
    [
        ({}, ()),
        ({"reaction": [{"manifestation": [{"text": "Nausea"}, {"text": "Hives"}]}]}, ("Nausea", "Hives")),
        ({"reaction": [{"manifestation": [{"coding": [{"display": "Nausea (finding)"}]}]}]}, ("Nausea (finding)",)),
        ({"reaction": [{"manifestation": [{"coding": [{"code": "1"}]}]}, {"description": "unwell"}]}, ("", "")),
        ({"reaction": [{"manifestation": [{"text": "Nausea"}], "severity": "severe"}]}, ()),
        ({"reaction": [{"manifestation": [{"text": "Nausea"}]}], "criticality": "high"}, ()),
        ({"reaction": [{"manifestation": [{"text": "Nausea"}]}], "criticality": "CRITH"}, ()),
    ],
)
def test_an_allergy_tells_its_reactions_unless_it_is_called_dangerous(
    more: dict[str, Any], reactions: tuple[str, ...]
) -> None:
    allergy = resource("AllergyIntolerance", code=concept(RXNORM, "1191"), recordedDate="1999-01-01", **more)
    assert entry(allergy).reactions == reactions
