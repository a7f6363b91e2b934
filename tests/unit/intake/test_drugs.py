"""Medications: which drug, by which route, and whether it is taken."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cds_service.intake.routes_of_drugs import route_of
from knowledge.chart import Standing
from tests.unit.intake.fhir import chart, concept, entry, resource

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
IBUPROFEN = concept(RXNORM, "5640", "ibuprofen")


def request(**more: Any) -> dict[str, Any]:
    content = {
        "status": "active",
        "intent": "order",
        "authoredOn": "2026-11-01",
        "medicationCodeableConcept": IBUPROFEN,
    }
    return resource("MedicationRequest", **{**content, **more})


@pytest.mark.parametrize(
    ("more", "standing"),
    [
        ({}, Standing.CURRENT),
        ({"status": "on-hold"}, Standing.CURRENT),
        ({"status": "stopped"}, Standing.PAST),
        ({"status": "completed"}, Standing.PAST),
        ({"status": "draft"}, Standing.PLANNED),
        ({"status": "unknown"}, Standing.UNCERTAIN),
        ({"intent": "proposal"}, Standing.PLANNED),
        ({"doNotPerform": True}, Standing.NEGATED),
        ({"authoredOn": "2023-01-01"}, Standing.UNCERTAIN),
        ({"dispenseRequest": {"expectedSupplyDuration": {"value": 7, "unit": "days"}}}, Standing.PAST),
        ({"dispenseRequest": {"expectedSupplyDuration": {"value": 60, "code": "d"}}}, Standing.CURRENT),
        (
            {"dispenseRequest": {"expectedSupplyDuration": {"value": 7, "code": "d"}, "numberOfRepeatsAllowed": 5}},
            Standing.CURRENT,
        ),
    ],
)
def test_a_prescription_stands_as_status_intent_and_time_say(more: dict[str, Any], standing: Standing) -> None:
    assert entry(request(**more)).standing is standing


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_a_prescription_taken_back_is_none(status: str) -> None:
    assert chart(request(status=status)).entries == ()


def test_a_course_ends_when_its_dosage_says() -> None:
    bounded = [{"timing": {"repeat": {"boundsPeriod": {"start": "2026-10-01", "end": "2026-10-10"}}}}]
    found = entry(request(dosageInstruction=bounded))
    assert found.standing is Standing.PAST
    assert found.ended is not None
    assert found.ended.latest.date().isoformat() == "2026-10-10"


@pytest.mark.parametrize(
    ("more", "standing"),
    [
        ({"status": "active"}, Standing.CURRENT),
        ({"status": "active", "effectivePeriod": {"start": "2026-01-01", "end": "2026-02-01"}}, Standing.PAST),
        ({"status": "active", "effectivePeriod": {"start": "2026-01-01"}}, Standing.CURRENT),
        ({"status": "intended"}, Standing.PLANNED),
        ({"status": "not-taken"}, Standing.NEGATED),
        ({"status": "active", "taken": "n"}, Standing.NEGATED),
        ({"status": "active", "taken": "y"}, Standing.CURRENT),
        ({"status": "active", "wasNotTaken": True}, Standing.NEGATED),
        ({"status": "recorded"}, Standing.CURRENT),
        ({"status": "recorded", "adherence": {"code": concept("x", "stopped")}}, Standing.PAST),
        ({}, Standing.UNCERTAIN),
    ],
)
@pytest.mark.parametrize("kind", ["MedicationStatement", "MedicationUsage"])
def test_a_statement_stands_as_it_says_in_every_version(kind: str, more: dict[str, Any], standing: Standing) -> None:
    assert entry(resource(kind, medicationCodeableConcept=IBUPROFEN, **more)).standing is standing


def test_a_dose_given_is_past_and_one_not_given_is_denied() -> None:
    given = {"medicationCodeableConcept": IBUPROFEN, "effectiveDateTime": "2026-11-20T10:00:00Z"}
    dose = entry(resource("MedicationAdministration", status="completed", **given))
    assert (dose.standing, dose.ended) == (Standing.PAST, dose.noted)
    assert entry(resource("MedicationAdministration", status="not-done", **given)).standing is Standing.NEGATED
    later = {"medication": {"concept": IBUPROFEN}, "occurencePeriod": {"start": "2026-11-20", "end": "2026-11-21"}}
    assert entry(resource("MedicationAdministration", status="in-progress", **later)).standing is Standing.CURRENT


def test_a_supply_lasts_for_its_days() -> None:
    supply = resource(
        "MedicationDispense",
        status="completed",
        medicationCodeableConcept=IBUPROFEN,
        whenHandedOver="2026-11-20",
        daysSupply={"value": 10, "unit": "days"},
    )
    assert entry(supply).standing is Standing.CURRENT
    assert entry(supply, known_at=datetime(2026, 12, 24, tzinfo=UTC)).standing is Standing.PAST


def test_a_medication_in_another_bundle_entry_is_found_by_any_form_of_reference() -> None:
    drug = {"resourceType": "Medication", "id": "8b0c1d2e-0000-4000-8000-0000000000aa", "code": IBUPROFEN}
    for reference in (
        "Medication/8b0c1d2e-0000-4000-8000-0000000000aa",
        "https://ehr.example.org/r4/Medication/8b0c1d2e-0000-4000-8000-0000000000aa/_history/2",
        "urn:uuid:8B0C1D2E-0000-4000-8000-0000000000AA",
    ):
        order = request(medicationReference={"reference": reference})
        del order["medicationCodeableConcept"]
        (found,) = chart(order, drug).entries
        assert found.codings[0].code == "5640"


def test_a_drug_nothing_names_is_counted_as_unread() -> None:
    order = request(medicationReference={"reference": "Medication/gone"})
    del order["medicationCodeableConcept"]
    found = chart(order)
    assert (found.entries, found.unread) == ((), 1)


@pytest.mark.parametrize(
    ("wording", "route"),
    [
        ("Ibuprofen 400 MG Oral Tablet", "oral"),
        ("Diclofenac Sodium 0.01 MG/MG Topical Gel", "topical"),
        ("diclofenac 1.3 % patch", "topical"),
        ("Ciprofloxacin 3 MG/ML / Dexamethasone 1 MG/ML Otic Suspension", "ear"),
        ("Ofloxacin 3 MG/ML Ophthalmic Solution", "eye"),
        ("fluticasone 50 mcg nasal spray", "nasal"),
        ("budesonide dry powder inhaler", "inhaled"),
        ("triamcinolone acetonide 40 MG/ML Injectable Suspension", "injection"),
        ("Ketorolac 30 mg IM", "injection"),
        ("indometacin suppository", "rectal"),
        ("ibuprofen", "unknown"),
        ("", "unknown"),
    ],
)
def test_the_route_is_read_from_words(wording: str, route: str) -> None:
    assert route_of([wording]) == route


def test_what_the_dosage_states_goes_before_the_form_and_the_name() -> None:
    assert route_of(["Oral route"], ["solution for injection"], ["x"]) == "oral"
    assert route_of([], ["tablet"], ["ibuprofen gel"]) == "oral"


def test_a_bare_route_code_is_known() -> None:
    dosage = [{"route": concept("http://snomed.info/sct", "26643006")}]
    assert entry(request(dosageInstruction=dosage)).route == "oral"


@pytest.mark.parametrize("kind", ["MedicationStatement", "MedicationAdministration", "MedicationDispense"])
def test_no_record_entered_in_error_is_read(kind: str) -> None:
    assert chart(resource(kind, status="entered-in-error", medicationCodeableConcept=IBUPROFEN)).entries == ()


def test_a_supply_at_the_end_of_the_calendar_lasts_for_an_unknown_time() -> None:
    supply = {"whenHandedOver": "9999-12-31", "daysSupply": {"value": 10}}
    found = entry(resource("MedicationDispense", status="completed", medicationCodeableConcept=IBUPROFEN, **supply))
    assert found.ended is None
