"""What a prescriber sees: one card for an order, with the safer order and its removal, from FHIR to card."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fhir.resources.R4B import get_fhir_model_class
from jsonschema import Draft202012Validator

import cds_service.wire
from cards import CallContext, DataQuality, Origin, build_cards, response
from cards.audience import Audience
from cds_service.intake.chart_reader import read_chart
from cds_service.intake.concept_maps import CodeMaps
from knowledge.engine import evaluate
from tests.spec.release_5.clinic import knowledge

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
OURS = "org.w3id.heel-pain-cds"
DECISION = UUID("7c1e0000-0000-4000-8000-000000000001")
ORIGIN = Origin(DECISION, {"version": "1.0.0", "digest": "sha256:" + 64 * "e"}, "sha256:" + 64 * "c")
PREGNANCY = "nsaidPregnancy"


def order(name: str = "a", route: str = "", **drug: Any) -> dict[str, Any]:
    dosage = {"dosageInstruction": [{"route": {"text": route}}]} if route else {}
    return {
        "resourceType": "MedicationRequest",
        "id": name,
        "status": "draft",
        "intent": "order",
        "subject": {"reference": "Patient/runner"},
        "medicationCodeableConcept": drug,
        **dosage,
    }


def coded(system: str, code: str, display: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def observation(code: str, **value: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": code,
        "status": "final",
        "code": coded("http://loinc.org", code),
        "effectiveDateTime": "2026-11-24",
        "subject": {"reference": "Patient/runner"},
        **value,
    }


def condition(system: str, code: str, recorded: str) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": f"c-{code.replace('.', '-')}",
        "code": coded(system, code),
        "clinicalStatus": coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
        "recordedDate": recorded,
        "subject": {"reference": "Patient/runner"},
    }


def cards(
    *drafts: dict[str, Any],
    record: tuple[dict[str, Any], ...] = (),
    hook: str = "order-sign",
    selected: frozenset[str] | None = None,
    maps: CodeMaps | None = None,
) -> list[dict[str, Any]]:
    chart = read_chart(
        record, patient_id="runner", drafts=drafts, selected=selected, code_maps=maps or CodeMaps.none(), known_at=NOW
    )
    decision = evaluate(knowledge(), chart, hook, NOW)
    made = build_cards(decision, knowledge(), Audience(), CallContext(DECISION, "runner"), DataQuality())
    release = replace(knowledge(), digest="sha256:" + "0" * 64)
    told = response(decision, made, release, ORIGIN, 0)
    schema = json.loads((Path(cds_service.wire.__file__).parent / "response.schema.json").read_text("utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(told)] == []
    return list(made.cards)


LOW_EGFR = observation("98979-8", valueQuantity={"value": 25, "unit": "mL/min/{1.73_m2}", "code": "mL/min/{1.73_m2}"})
IBUPROFEN = coded(RXNORM, "5640", "ibuprofen")


def topics(card: dict[str, Any]) -> list[str]:
    return list(card["extension"][OURS]["recommendations"])


def test_all_that_is_to_be_said_of_one_order_is_one_card_the_critical_first() -> None:
    warfarin = {**order("w", "oral", **coded(RXNORM, "11289")), "status": "active"}
    lithium = {**order("l", "oral", **coded(RXNORM, "6448")), "status": "active"}
    (card,) = cards(order(route="oral", **IBUPROFEN), record=(LOW_EGFR, warfarin, lithium))
    assert card["indicator"] == "critical"
    assert topics(card) == ["nsaidKidney", "nsaidCardiovascularAllergy", "nsaidBleeding"]
    assert card["summary"].endswith("no NSAID with an eGFR below 30")


def test_each_of_two_orders_has_its_own_card() -> None:
    both = (order("a", "oral", **IBUPROFEN), order("b", "oral", **coded(RXNORM, "7258", "naproxen")))
    assert len(cards(*both, record=(LOW_EGFR,))) == 2


def test_further_flags_of_the_same_kind_are_told_on_the_card_too() -> None:
    failure = condition("http://snomed.info/sct", "84114007", "2026-01-01")
    lithium = {**order("l", "oral", **coded(RXNORM, "6448")), "status": "active"}
    (card,) = cards(order(route="oral", **IBUPROFEN), record=(failure, lithium))
    assert "lithium" in card["detail"]
    assert {fact["name"] for fact in card["extension"][OURS]["facts"]} >= {"heart-failure", "lithium"}


def test_the_card_offers_the_safer_order_and_the_removal_of_the_draft_and_ticks_neither() -> None:
    (card,) = cards(order("draft-1", "oral", **IBUPROFEN), record=(LOW_EGFR,))
    safer, removal = card["suggestions"]
    assert safer["actions"][0]["resource"]["medicationCodeableConcept"]["coding"][0]["code"] == "161"
    get_fhir_model_class("MedicationRequest").model_validate(safer["actions"][0]["resource"])
    assert removal["actions"] == [
        {
            "type": "delete",
            "description": removal["actions"][0]["description"],
            "resourceId": "MedicationRequest/draft-1",
        }
    ]
    assert not any("isRecommended" in one for one in card["suggestions"])


def test_a_draft_without_an_id_cannot_be_removed() -> None:
    draft = order(route="oral", **IBUPROFEN)
    del draft["id"]
    (card,) = cards(draft, record=(LOW_EGFR,))
    assert [one["actions"][0]["type"] for one in card["suggestions"]] == ["create"]


@pytest.mark.parametrize(
    "drug",
    [
        IBUPROFEN,
        coded(ATC, "M01AE01"),
        {"text": "Ibuprofen 400 mg tablets"},
        {"text": "Nurofen 200 mg capsules"},
        coded("urn:local", "X1", "ibuprofen 400 mg tablet"),
    ],
)
def test_a_drug_is_known_by_ingredient_class_or_words(drug: dict[str, Any]) -> None:
    (card,) = cards(order(**drug), record=(LOW_EGFR,))
    assert "nsaidKidney" in topics(card)


@pytest.mark.parametrize(
    "drug", [{"text": "Diclofenac 0.1% eye drops"}, {"text": "Ketorolac ophthalmic solution"}, {"text": "Amoxicillin"}]
)
def test_eye_drops_and_other_drugs_are_passed_over(drug: dict[str, Any]) -> None:
    assert cards(order(**drug), record=(LOW_EGFR,)) == []


@pytest.mark.parametrize(
    "drug", [{"text": "Voltaren Emulgel 1%"}, {"text": "Diclofenac 1% gel"}, coded(ATC, "M02AA15")]
)
def test_a_gel_is_judged_by_its_own_rules(drug: dict[str, Any]) -> None:
    (card,) = cards(order(**drug), record=(LOW_EGFR,))
    assert card["indicator"] == "info"


def test_a_site_map_makes_a_clinical_drug_known(tmp_path: Path) -> None:
    local = coded(RXNORM, "310965")
    group = {
        "source": RXNORM,
        "target": RXNORM,
        "element": [{"code": "310965", "target": [{"code": "5640", "equivalence": "wider"}]}],
    }
    (tmp_path / "drugs.json").write_text(
        json.dumps({"resourceType": "ConceptMap", "status": "active", "group": [group]}), "utf-8"
    )
    (card,) = cards(order(route="oral", **local), record=(LOW_EGFR,), maps=CodeMaps.load(tmp_path))
    assert "nsaidKidney" in topics(card)


@pytest.mark.parametrize("drug", [coded(RXNORM, "310965"), coded("urn:local", "X1")])
def test_a_drug_nothing_tells_the_name_of_is_said_to_be_unchecked(drug: dict[str, Any]) -> None:
    (card,) = cards(order(**drug))
    assert card["source"]["topic"]["code"] == "draftNotInterpreted"
    assert (card["indicator"], "1" in card["detail"]) == ("warning", True)


def test_a_draft_that_names_no_drug_at_all_is_said_too() -> None:
    draft = order()
    del draft["medicationCodeableConcept"]
    (card,) = cards(draft)
    assert card["source"]["topic"]["code"] == "draftNotInterpreted"


def test_it_is_said_beside_the_card_of_another_order_and_only_of_what_was_picked() -> None:
    unnamed, known = order("u", **coded("urn:local", "X1")), order("a", "oral", **IBUPROFEN)
    codes = [card["source"]["topic"]["code"] for card in cards(unnamed, known, record=(LOW_EGFR,))]
    assert codes == ["nsaidKidney", "draftNotInterpreted"]
    picked = frozenset({"MedicationRequest/a"})
    chosen = cards(unnamed, known, record=(LOW_EGFR,), hook="order-select", selected=picked)
    assert [card["source"]["topic"]["code"] for card in chosen] == ["nsaidKidney"]


def test_a_route_nobody_stated_is_said_on_the_card() -> None:
    (card,) = cards(order(**coded(RXNORM, "5640", "ibuprofen")), record=(LOW_EGFR,))
    assert "route not stated" in card["detail"]


@pytest.mark.parametrize(
    ("record", "indicator"),
    [
        (observation("11778-8", valueDateTime="2027-01-20"), "critical"),  # 32 weeks
        (observation("11778-8", valueDateTime="2027-03-20"), "warning"),  # 23 weeks
        (observation("11778-8", valueDateTime="2027-06-20"), "info"),  # 10 weeks
        (condition("http://hl7.org/fhir/sid/icd-10-cm", "Z3A.29", "2026-11-24"), "critical"),
        (condition("http://hl7.org/fhir/sid/icd-10-cm", "Z3A.18", "2026-11-01"), "warning"),
        (condition("http://hl7.org/fhir/sid/icd-10-cm", "O26.893", "2026-11-01"), "warning"),
    ],
)
def test_the_weeks_come_from_the_due_date_or_the_codes(record: dict[str, Any], indicator: str) -> None:
    (card,) = cards(order(route="oral", **IBUPROFEN), record=(record,))
    assert (card["indicator"], topics(card)) == (indicator, [PREGNANCY])


def test_a_due_date_long_past_says_nothing() -> None:
    assert cards(order(route="oral", **IBUPROFEN), record=(observation("11778-8", valueDateTime="2026-09-01"),)) == []


def test_an_appointment_for_shockwave_is_an_order_being_written() -> None:
    visit = {
        "resourceType": "Appointment",
        "id": "eswt",
        "status": "proposed",
        "serviceType": [{"text": "Shockwave therapy"}],
        "participant": [{"actor": {"reference": "Patient/runner"}, "status": "needs-action"}],
    }
    pregnant = condition("http://snomed.info/sct", "77386006", "2026-11-01")
    (card,) = cards(record=(visit, pregnant), hook="appointment-book")
    assert topics(card) == ["shockwaveCaution"]
    assert "suggestions" not in card
