"""What forbids an order is known by its ICD-10-CM code alone, and by the wording of that code alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.orders.test_cards_of_orders import cards, coded, condition, order, topics

ICD = "http://hl7.org/fhir/sid/icd-10-cm"
DICLOFENAC = coded("http://www.whocc.no/atc", "M01AB05")
IBUPROFEN = coded("http://www.whocc.no/atc", "M01AE01")
HEART, BLEEDING, KIDNEY = "nsaidCardiovascularAllergy", "nsaidBleeding", "nsaidKidney"
SHOCKWAVE = {
    "resourceType": "ServiceRequest",
    "id": "s",
    "status": "draft",
    "intent": "order",
    "subject": {"reference": "Patient/runner"},
    "code": {"text": "Shockwave therapy"},
}


def on_record(code: str, text: str = "") -> dict[str, Any]:
    said = condition(ICD, code, "2026-10-01")
    return {**said, "code": {**said["code"], "text": text}} if text else said


def told_by_words(text: str) -> dict[str, Any]:
    return {**condition(ICD, "x", "2026-10-01"), "id": "words", "code": {"text": text}}


def urgency(topic: str, *told: dict[str, Any], draft: dict[str, Any]) -> str | None:
    return next((card["indicator"] for card in cards(draft, record=told) if topic in topics(card)), None)


@pytest.mark.parametrize(
    "code", ["I20.9", "I21.4", "I22.0", "I25.10", "I25.2", "I63.9", "I69.351", "G45.9", "Z86.73", "Z95.1", "Z95.5"]
)
def test_arterial_disease_forbids_diclofenac(code: str) -> None:
    assert urgency(HEART, on_record(code), draft=order(route="oral", **DICLOFENAC)) == "critical"


@pytest.mark.parametrize(
    "title",
    [
        "Atherosclerotic heart disease of native coronary artery without angina pectoris",
        "Presence of aortocoronary bypass graft",
        "Personal history of transient ischemic attack (TIA), and cerebral infarction without residual deficits",
    ],
)
def test_the_title_of_the_code_alone_says_the_same(title: str) -> None:
    assert urgency(HEART, told_by_words(title), draft=order(route="oral", **DICLOFENAC)) == "critical"


@pytest.mark.parametrize("code", ["G45.4", "I10", "Z95.0"])
def test_what_is_no_arterial_disease_forbids_no_diclofenac(code: str) -> None:
    assert urgency(HEART, on_record(code), draft=order(route="oral", **DICLOFENAC)) is None


@pytest.mark.parametrize("code", ["K72.00", "K72.10", "K72.90", "K70.40", "K76.82"])
def test_liver_failure_forbids_an_nsaid(code: str) -> None:
    assert urgency(BLEEDING, on_record(code), draft=order(route="oral", **IBUPROFEN)) == "critical"


@pytest.mark.parametrize("code", ["K74.60", "K70.30", "K74.5"])
def test_cirrhosis_speaks_against_an_nsaid(code: str) -> None:
    assert urgency(BLEEDING, on_record(code), draft=order(route="oral", **IBUPROFEN)) == "warning"


def test_surgery_for_weight_loss_speaks_against_an_nsaid() -> None:
    assert urgency(HEART, on_record("Z98.84"), draft=order(route="oral", **IBUPROFEN)) == "warning"


@pytest.mark.parametrize("code", ["Z94.0", "Z94.1", "Z94.2", "Z94.4"])
def test_a_transplant_makes_a_fluoroquinolone_a_risk(code: str) -> None:
    draft = order(route="oral", **coded("http://www.whocc.no/atc", "J01MA12"))
    assert urgency("fluoroquinoloneOrderRisk", on_record(code), draft=draft) == "warning"


@pytest.mark.parametrize("code", ["C40.30", "C40.31", "C40.32"])
def test_shockwave_over_cancer_of_a_foot_bone_is_forbidden_and_the_tumour_named(code: str) -> None:
    (card,) = cards(SHOCKWAVE, record=(on_record(code),))
    assert (card["indicator"], topics(card)[0]) == ("critical", "shockwaveCaution")
    assert "do not give shockwave over a bone tumour" in card["summary"]


def test_a_spread_to_bone_forbids_shockwave_only_where_the_heel_is_named() -> None:
    heel = on_record("C79.51", "Metastasis of the left calcaneus")
    assert urgency("shockwaveCaution", heel, draft=SHOCKWAVE) == "critical"
    assert urgency("shockwaveCaution", on_record("C79.51"), draft=SHOCKWAVE) == "warning"


def allergy(*reactions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "patient": {"reference": "Patient/runner"},
        "clinicalStatus": coded("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"),
        "code": {"text": "Aspirin"},
        **({"reaction": list(reactions)} if reactions else {}),
        **more,
    }


def effect(*wordings: str, **more: Any) -> dict[str, Any]:
    return {"manifestation": [{"text": wording} for wording in wordings], **more}


NAUSEA = {"manifestation": [coded("http://snomed.info/sct", "422587007", "Nausea (finding)")]}


@pytest.mark.parametrize("told", [allergy(NAUSEA), allergy(effect("Nausea and vomiting", "GI upset"))])
def test_a_stomach_that_did_not_bear_aspirin_is_a_warning(told: dict[str, Any]) -> None:
    assert urgency(HEART, told, draft=order(route="oral", **IBUPROFEN)) == "warning"


@pytest.mark.parametrize(
    "told",
    [
        allergy(),
        allergy({"description": "unwell", "manifestation": []}),
        allergy(NAUSEA, effect("Hives")),
        allergy(effect("Nausea and hives")),
        allergy({**NAUSEA, "severity": "severe"}),
        allergy(NAUSEA, criticality="high"),
    ],
)
def test_any_other_reaction_or_none_told_forbids_an_nsaid(told: dict[str, Any]) -> None:
    assert urgency(HEART, told, draft=order(route="oral", **IBUPROFEN)) == "critical"
