"""What the facts make of codes, wording, units and routes as real charts hold them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from knowledge.chart import Chart, Coding, Entry, Kind, Quantity, Span, Standing
from knowledge.truth import Truth
from tests.releases.drafted import release

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def truth(fact: str, *entries: Entry) -> Truth:
    facts = release().facts.establish(Chart(entries), release().concepts, NOW)
    return facts[fact].truth


def condition(*codings: tuple[str, str], text: str = "", **more: Any) -> Entry:
    return Entry(Kind.CONDITION, "Condition/1", tuple(Coding(*coding) for coding in codings), text, **more)


def drug(text: str, route: str = "oral", standing: Standing = Standing.CURRENT) -> Entry:
    return Entry(Kind.MEDICATION, "MedicationRequest/1", text=text, route=route, standing=standing)


def test_the_fourth_of_four_codings_counts() -> None:
    codings = [("urn:oid:1", "77"), ("urn:oid:2", "728.71"), ("icd-10-cm", "Z99.8"), ("snomed", "202882003")]
    assert truth("plantar-fasciitis-recorded", condition(*codings)) is Truth.TRUE


@pytest.mark.parametrize("text", ["L plantar fasciitis", "Plantar Fasciitis, bilateral", "plantar fasciosis"])
def test_plantar_fasciitis_is_read_from_wording_alone(text: str) -> None:
    assert truth("plantar-fasciitis-recorded", condition(text=text)) is Truth.TRUE


@pytest.mark.parametrize("text", ["r/o plantar fasciitis", "family hx of plantar fasciitis", "no plantar fasciitis"])
def test_wording_that_takes_it_back_is_no_plantar_fasciitis(text: str) -> None:
    assert truth("plantar-fasciitis-recorded", condition(text=text)) is Truth.UNKNOWN


def test_no_heel_pain_is_not_heel_pain() -> None:
    assert truth("heel-pain-recorded", condition(text="no heel pain")) is Truth.UNKNOWN


@pytest.mark.parametrize("code", ["M72.2", "M722", "m72.2"])
def test_icd_is_read_with_or_without_dot_and_in_any_case(code: str) -> None:
    assert truth("plantar-fasciitis-recorded", condition(("icd-10-cm", code))) is Truth.TRUE


def test_the_icd_code_shared_with_ledderhose_is_not_plantar_fasciitis_where_the_record_says_ledderhose() -> None:
    ledderhose = condition(("icd-10-cm", "M72.2"), ("snomed", "13370002"), text="Ledderhose disease")
    assert truth("plantar-fasciitis-recorded", ledderhose) is not Truth.TRUE


def test_pain_of_the_foot_is_heel_pain_only_where_the_record_says_heel() -> None:
    assert truth("heel-pain-recorded", condition(("icd-10-cm", "M79.672"))) is Truth.UNKNOWN
    assert truth("heel-pain-recorded", condition(("icd-10-cm", "M79.672"), text="Pain of left heel")) is Truth.TRUE


@pytest.mark.parametrize("character", ["", "A"])
def test_a_stress_fracture_under_first_treatment_is_one(character: str) -> None:
    entry = condition(("icd-10-cm", f"M84.374{character}"), text="Stress fracture, calcaneus")
    assert truth("calcaneal-stress-fracture-recorded", entry) is Truth.TRUE


@pytest.mark.parametrize("character", ["D", "G", "K", "P"])
def test_a_stress_fracture_in_later_treatment_is_no_new_alarm(character: str) -> None:
    entry = condition(("icd-10-cm", f"M84.374{character}"), text="Stress fracture, calcaneus")
    assert truth("calcaneal-stress-fracture-recorded", entry) is Truth.UNKNOWN
    assert truth("stress-fracture-follow-up-recorded", entry) is Truth.TRUE


def test_the_sequela_of_a_stress_fracture_is_no_fracture() -> None:
    entry = condition(("icd-10-cm", "M84.374S"), text="Stress fracture, calcaneus")
    assert truth("calcaneal-stress-fracture-recorded", entry) is Truth.UNKNOWN
    assert truth("stress-fracture-follow-up-recorded", entry) is Truth.UNKNOWN


def test_a_strain_code_of_the_achilles_tendon_alone_is_no_rupture() -> None:
    strain = condition(("icd-10-cm", "S86.011A"), text="Achilles rupture")
    assert truth("achilles-rupture-recorded", strain) is Truth.UNKNOWN
    assert truth("achilles-injury-recorded", strain) is Truth.TRUE


def test_a_code_is_believed_against_its_display() -> None:
    mislabelled = Entry(Kind.CONDITION, "Condition/1", (Coding("snomed", "202882003", "Metatarsalgia"),))
    assert truth("plantar-fasciitis-recorded", mislabelled) is Truth.TRUE
    wrong_code = Entry(Kind.CONDITION, "Condition/1", (Coding("snomed", "55260003", "Plantar fasciitis"),))
    assert truth("plantar-fasciitis-recorded", wrong_code) is Truth.UNKNOWN


def test_a_triple_pill_counts_for_each_of_its_drugs() -> None:
    pill = drug("olmesartan 20 MG / amlodipine 5 MG / hydrochlorothiazide 12.5 MG Oral Tablet")
    assert truth("ace-inhibitor-or-arb", pill) is Truth.TRUE
    assert truth("diuretic", pill) is Truth.TRUE


def test_diclofenac_gel_is_not_an_oral_anti_inflammatory() -> None:
    gel = drug("diclofenac sodium 1 % topical gel", route="topical")
    assert truth("oral-nsaid", gel) is Truth.UNKNOWN
    assert truth("topical-nsaid", gel) is Truth.TRUE


def test_ciprofloxacin_eye_drops_are_not_a_systemic_fluoroquinolone() -> None:
    assert (
        truth("fluoroquinolone-recent", drug("ciprofloxacin 0.3 % ophthalmic solution", route="eye")) is Truth.UNKNOWN
    )


def test_anticoagulation_is_known_from_its_condition_code_alone() -> None:
    assert truth("anticoagulant", condition(("icd-10-cm", "Z79.01"))) is Truth.TRUE


def test_redness_elsewhere_is_not_redness_of_the_heel() -> None:
    def erythema(site: str) -> Entry:
        codings = (Coding("snomed", "247441003", "Erythema"),)
        return Entry(Kind.OBSERVATION, "Observation/1", codings, site_text=site, presence=Truth.TRUE)

    assert truth("heel-erythema", erythema("face")) is Truth.UNKNOWN
    assert truth("heel-erythema", erythema("left heel")) is Truth.TRUE


@pytest.mark.parametrize(
    ("fact", "system", "code", "value", "unit", "expected"),
    [
        ("vitamin-d", "loinc", "1989-3", "50", "nmol/L", "20.0"),
        ("serum-creatinine", "loinc", "2160-0", "88.4", "umol/L", "1.0"),
        ("pain-severity", "loinc", "38214-3", "64", "mm", "6.4"),
        ("body-temperature", "loinc", "8310-5", "100.4", "[degF]", "38.0"),
        ("run-distance", "heel-findings", "run-distance", "10", "[mi_i]", "16.1"),
        ("shoe-distance", "heel-findings", "shoe-distance", "300", "[mi_i]", "482.8"),
    ],
)
def test_values_are_read_in_other_units(
    fact: str, system: str, code: str, value: str, unit: str, expected: str
) -> None:
    assert _measured(fact, system, code, value, unit) == expected


@pytest.mark.parametrize(
    ("fact", "code", "value", "unit"),
    [
        ("pain-severity", "38214-3", "64", ""),
        ("hba1c", "4548-4", "48", "mmol/mol"),
        ("body-mass-index", "39156-5", "3.2", "kg/m2"),
    ],
)
def test_a_value_that_cannot_be_right_is_not_used(fact: str, code: str, value: str, unit: str) -> None:
    assert _measured(fact, "loinc", code, value, unit) is None


def _measured(fact: str, system: str, code: str, value: str, unit: str) -> str | None:
    quantity = Quantity(Decimal(value), Decimal(value), unit)
    entry = Entry(Kind.OBSERVATION, "Observation/1", (Coding(system, code),), noted=Span(NOW, NOW), quantity=quantity)
    number = release().facts.establish(Chart((entry,)), release().concepts, NOW)[fact].number
    return None if number is None or number.low is None else str(round(number.low, 1))
