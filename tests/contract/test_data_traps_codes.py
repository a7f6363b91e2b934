"""Traps in codes, wording and what they mean (1 to 11)."""

from __future__ import annotations

import pytest

from knowledge.chart import Kind, Side, Standing
from knowledge.decision import Method
from knowledge.truth import Truth
from tests.contract.traps import by_id, chart_of, concepts_of, facts, only, release


def test_trap_01_the_fourth_of_four_codings_is_enough() -> None:
    found = chart_of("epic-like-multicoding")
    assert "plantar-fasciitis" in concepts_of(by_id(found)["c1"])
    fact = facts(found)["plantar-fasciitis-recorded"]
    assert fact.truth is Truth.TRUE
    assert (fact.evidence[0].system, fact.evidence[0].code) == ("snomed", "202882003")


def test_trap_01_a_vendor_code_alone_counts_by_its_wording_and_only_so() -> None:
    found = chart_of("epic-imo-only")
    assert {match.method for match in release().concepts.of(by_id(found)["c1"])} == {Method.TEXT}
    assert facts(found)["plantar-fasciitis-recorded"].truth is Truth.TRUE


def test_trap_02_wording_without_a_code_counts_as_the_weakest_evidence() -> None:
    found = chart_of("text-only")
    fact = facts(found)["plantar-fasciitis-recorded"]
    assert fact.truth is Truth.TRUE
    assert fact.evidence[0].method is Method.TEXT
    assert by_id(found)["c1"].side is Side.LEFT


def test_trap_02_wording_that_takes_itself_back_is_not_evidence_and_not_absence_either() -> None:
    said = facts(chart_of("text-negated"))
    assert said["plantar-fasciitis-recorded"].truth is Truth.UNKNOWN
    assert said["heel-complaint"].truth is Truth.UNKNOWN


def test_trap_03_every_spelling_of_a_system_is_the_same_system() -> None:
    found = chart_of("oid-systems")
    assert {e.codings[0].system for e in found.entries if e.kind is Kind.CONDITION} == {"snomed", "icd-10-cm"}
    assert {e.codings[0].system for e in found.entries if e.kind is Kind.OBSERVATION} == {"loinc"}
    assert {e.codings[0].system for e in found.entries if e.kind is Kind.MEDICATION} == {"rxnorm"}
    assert all("plantar-fasciitis" in concepts_of(e) for e in found.entries if e.kind is Kind.CONDITION)


def test_trap_03_a_misspelt_system_is_not_guessed_at_and_the_procedure_codes_are_not_diagnoses() -> None:
    found = chart_of("typo-systems")
    assert [concepts_of(entry) for entry in found.entries] == [set(), set(), set()]
    assert by_id(found)["c3"].codings[0].system == "icd-10-pcs"


def test_trap_04_where_code_and_display_disagree_the_code_is_believed() -> None:
    found = by_id(chart_of("display-disagrees"))
    assert "plantar-fasciitis" in concepts_of(found["c1"])
    # A code the release does not know leaves only its wording, which is the weakest evidence there is.
    assert {match.method for match in release().concepts.of(found["c2"])} <= {Method.TEXT}


def test_trap_05_a_value_in_a_unit_that_cannot_be_is_no_value() -> None:
    said = facts(chart_of("one-code-many-meanings"))
    assert said["body-temperature"].number is None
    assert said["body-mass-index"].number is None
    assert not any(fact.number for name, fact in said.items() if name != "age")


def test_trap_06_codes_that_public_lists_get_wrong_mean_here_what_they_mean() -> None:
    found = by_id(chart_of("copied-wrong-codes"))
    assert "antiplatelet" in concepts_of(found["m1"])
    assert not any(match.method is Method.CODE for match in release().concepts.of(found["c1"]))
    assert not any(match.method is Method.CODE for match in release().concepts.of(found["c2"]))


def test_trap_07_a_code_that_fails_its_check_digit_is_remarked_on_and_the_record_kept() -> None:
    found = chart_of("spreadsheet-rounded-id")
    assert len(found.entries) == 3
    assert any("check digit" in note for note in found.notes)


def test_trap_08_a_code_sent_as_a_number_or_a_float_is_not_repaired() -> None:
    found = by_id(chart_of("spreadsheet-rounded-id"))
    assert found["c2"].codings == ()
    assert all(not concepts_of(entry) for entry in found.values())


def test_trap_09_children_of_a_concept_are_listed_and_icd_codes_match_by_prefix() -> None:
    found = chart_of("bilateral-precoord")
    assert "heel-spur" in concepts_of(by_id(found)["c2"])
    assert "heel-spur" in concepts_of(by_id(found)["c3"])
    spelt = chart_of("icd-spellings")
    assert all("achilles-tendinopathy" in concepts_of(entry) for entry in spelt.entries)


@pytest.mark.parametrize("character", ["A", "D", "G", "K", "P", "S"])
def test_trap_10_only_the_seventh_character_for_first_treatment_is_a_new_stress_fracture(character: str) -> None:
    found = only(chart_of("m84374-A-D-S"), f"c-{character}")
    entry = found.entries[0]
    assert ("calcaneal-stress-fracture" in concepts_of(entry)) is (character == "A")
    assert (entry.standing is Standing.PAST) is (character == "S")
    assert (facts(found)["calcaneal-stress-fracture-recorded"].truth is Truth.TRUE) is (character == "A")


def test_trap_11_codes_whose_title_says_another_thing_are_not_matched_by_their_title() -> None:
    found = by_id(chart_of("icd-title-traps"))
    assert "achilles-rupture" not in concepts_of(found["c1"])
    assert "calcaneal-apophysitis" not in concepts_of(found["c2"])
    assert "posterior-heel-exostosis" not in concepts_of(found["c2"])
    assert concepts_of(found["c3"]) == set()
