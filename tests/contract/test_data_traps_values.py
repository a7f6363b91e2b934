"""Traps in units, drugs, sides, bundles and what was never sent (21 to 35)."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

import pytest

from cds_service.intake.bundles import unpack
from cds_service.intake.prefetch import State, queries_of, read_prefetch
from knowledge.chart import Kind, Side, Standing
from knowledge.decision import Method
from knowledge.truth import Truth
from tests.contract.traps import by_id, chart, chart_of, concepts_of, facts, fixture, number, only, release


def test_trap_21_a_unit_that_does_not_fit_makes_a_value_unusable() -> None:
    found = chart_of("bmi-from-lb-in")
    assert facts(found)["body-mass-index"].number is None
    entries = by_id(found)
    assert entries["o3"].quantity == entries["o4"].quantity == number("165", "[lb_av]")
    assert entries["o5"].quantity == number("70", "[in_i]")


def test_trap_21_vitamin_d_as_amount_of_substance_is_converted() -> None:
    level = facts(chart_of("vitd-nmol"))["vitamin-d"].number
    assert level is not None
    assert level.low == Decimal(20)


def test_trap_21_a_scale_in_millimetres_is_a_tenth_of_it_out_of_ten() -> None:
    severity = facts(chart_of("vas-mm"))["pain-severity"].number
    assert severity is not None
    assert severity.low == Decimal("6.4")


@pytest.mark.parametrize("observation", ["o1", "o2", "o3", "o4", "o6"])
def test_trap_21_miles_kilometres_and_metres_in_any_spelling_are_one_distance(observation: str) -> None:
    distance = facts(only(chart_of("unit-words"), observation))["shoe-distance"].number
    assert distance is not None
    assert distance.low == Decimal("643.7376")


def test_trap_21_a_unit_nobody_knows_is_not_taken_for_none() -> None:
    found = only(chart_of("unit-words"), "o5")
    assert found.entries[0].quantity == number("400", "furlongs")
    assert facts(found)["shoe-distance"].number is None
    assert by_id(chart_of("unit-words"))["d1"].quantity == number("8", "deg")


def test_trap_22_withdrawn_results_are_dropped_and_the_preferred_estimate_is_taken() -> None:
    found = chart_of("egfr-race-pair")
    assert {"o4", "o5"}.isdisjoint(by_id(found))
    estimate = facts(found)["egfr"].number
    assert estimate is not None
    assert estimate.low == Decimal(58)


def test_trap_23_a_contained_medication_is_read_with_its_ingredients() -> None:
    found = by_id(chart_of("cerner-synonym-contained"))
    assert "nsaid" in concepts_of(found["m1"])
    assert found["m1"].route == "oral"
    assert "paracetamol" in concepts_of(found["m2"])


def test_trap_23_a_medication_that_is_not_there_is_named_by_its_display_or_counted_as_unread() -> None:
    found = chart_of("medref-unresolvable")
    entries = by_id(found)
    assert found.unread == 2
    assert set(entries) == {"m2", "m4"}
    assert ("fluoroquinolone" in concepts_of(entries["m2"]), entries["m2"].route) == (True, "oral")
    assert entries["m4"].codings[0].code == "7258"


def test_trap_24_a_package_code_is_one_code_with_hyphens_or_without() -> None:
    found = chart_of("ndc-hyphen")
    assert [e.codings[0].code for e in found.entries] == ["00904580960"] * 3 + ["65862001001"]


def test_trap_24_a_combination_is_each_of_its_active_ingredients() -> None:
    found = by_id(chart_of("combo-pill"))["m1"]
    assert {"ace-inhibitor-or-arb", "diuretic"} <= concepts_of(found)
    assert "nsaid" not in concepts_of(found)


def test_trap_24_a_gel_is_not_a_drug_by_mouth() -> None:
    found = chart_of("topical-diclofenac")
    assert {entry.route for entry in found.entries} == {"topical"}
    said = facts(found)
    assert said["oral-nsaid"].truth is Truth.UNKNOWN
    assert said["topical-nsaid"].truth is Truth.TRUE


def test_trap_24_drops_for_eye_and_ear_do_not_reach_the_tendon() -> None:
    found = chart_of("eye-fluoroquinolone")
    assert [entry.route for entry in found.entries] == ["eye", "ear", "eye"]
    assert facts(found)["fluoroquinolone-recent"].truth is Truth.UNKNOWN


@pytest.mark.parametrize("name", ["uk-dmd", "au-amt"])
def test_trap_24_drugs_of_national_terminologies_are_recognised_by_their_wording(name: str) -> None:
    found = chart_of(name)
    matches = release().concepts.of(found.entries[0])
    assert ("nsaid", Method.TEXT) in {(match.concept, match.method) for match in matches}
    assert found.entries[0].route == "oral"


def test_trap_25_a_course_that_ended_months_ago_still_counts_where_a_rule_looks_back() -> None:
    found = chart_of("fq-completed-5-months-ago")
    assert by_id(found)["m1"].standing is Standing.PAST
    said = facts(found)
    assert said["fluoroquinolone-recent"].truth is Truth.TRUE
    assert said["fluoroquinolone-now"].truth is Truth.UNKNOWN


def test_trap_25_a_drug_known_only_by_the_code_for_its_use_is_taken() -> None:
    assert facts(chart_of("warfarin-z7901-only"))["anticoagulant"].truth is Truth.TRUE


def test_trap_25_a_record_that_names_a_drug_does_not_say_that_it_is_taken() -> None:
    found = chart_of("not-really-taken")
    standings = {name: entry.standing for name, entry in by_id(found).items()}
    assert standings == {
        "m1": Standing.PLANNED,
        "m2": Standing.NEGATED,
        "m3": Standing.UNCERTAIN,
        "m5": Standing.PAST,
        "m6": Standing.NEGATED,
        "m7": Standing.NEGATED,
        "m8": Standing.PAST,
    }
    assert facts(found)["oral-nsaid"].truth is Truth.UNKNOWN


def test_trap_25_the_order_being_written_is_not_a_drug_being_taken() -> None:
    order = {**fixture("cerner-synonym-contained")["resources"][0], "status": "draft"}
    said = facts(chart([], drafts=[order]))
    assert said["oral-nsaid"].truth is Truth.UNKNOWN
    assert said["draft-oral-nsaid"].truth is Truth.TRUE


def test_trap_26_the_newest_word_on_pregnancy_stands_and_an_old_one_is_silent() -> None:
    status = facts(chart_of("stale-pregnancy"))["pregnancy-status"]
    assert status.choices == ("60001007",)
    old = facts(only(chart_of("stale-pregnancy"), "o1"))["pregnancy-status"]
    assert old.truth is Truth.UNKNOWN
    assert facts(chart_of("stale-pregnancy"))["pregnancy-recorded"].truth is Truth.UNKNOWN


def test_trap_27_history_of_self_or_family_is_not_the_disease_now() -> None:
    found = chart_of("history-and-family")
    entries = by_id(found)
    assert (entries["c1"].kind, entries["c1"].standing) == (Kind.CONDITION, Standing.PAST)
    assert entries["c2"].standing is Standing.PAST
    assert entries["c3"].kind is Kind.FAMILY_HISTORY
    assert entries["f1"].kind is Kind.FAMILY_HISTORY
    said = facts(found)
    assert said["plantar-fasciitis-recorded"].truth is Truth.UNKNOWN
    assert said["nsaid-allergy"].truth is Truth.UNKNOWN


def test_trap_28_the_side_comes_from_site_code_or_wording_and_contradiction_is_no_side() -> None:
    found = by_id(chart_of("left-and-right"))
    sides = {name: entry.side for name, entry in found.items()}
    assert sides == {
        "c1": Side.LEFT,
        "c2": Side.RIGHT,
        "c3": Side.RIGHT,
        "c4": Side.UNKNOWN,
        "c5": Side.UNKNOWN,
        "c6": Side.BOTH,
        "c7": Side.UNKNOWN,
        "o1": Side.RIGHT,
        "o2": Side.LEFT,
    }
    assert [e.side for e in chart_of("bilateral-precoord").entries] == [Side.BOTH, Side.LEFT, Side.BOTH]


def test_trap_28_a_test_positive_on_one_side_is_positive_whatever_the_other_side_says() -> None:
    assert facts(chart_of("left-and-right"))["calcaneal-squeeze-test"].truth is Truth.TRUE


def test_trap_29_an_allergy_is_found_as_condition_class_intolerance_or_cause_of_a_reaction() -> None:
    found = chart_of("nsaid-allergies")
    entries = by_id(found)
    assert set(entries) == {"c1", "a1", "a2", "a3"}
    assert entries["a2"].standing is Standing.NEGATED
    assert facts(found)["nsaid-allergy"].truth is Truth.TRUE
    for kept in ("c1", "a1", "a3"):
        assert facts(only(found, kept))["nsaid-allergy"].truth is Truth.TRUE
    assert facts(only(found, "a2"))["nsaid-allergy"].truth is not Truth.TRUE


def test_trap_30_another_patients_resources_are_dropped_and_counted() -> None:
    found = chart_of("wrong-patient-in-bundle")
    assert set(by_id(found)) == {"c1", "c3", "c6"}
    assert found.strangers == 5
    assert found.sex == "female"
    assert facts(found)["achilles-rupture-recorded"].truth is not Truth.TRUE


def test_trap_30_of_two_versions_the_later_stands_whatever_their_order() -> None:
    resources = fixture("duplicate-versions")["resources"]
    for order in (resources, resources[::-1]):
        found = chart(order)
        assert [entry.standing for entry in found.entries] == [Standing.PAST]


def test_trap_30_a_page_names_the_next_and_what_it_includes_is_no_match_of_its_own() -> None:
    page = unpack(fixture("paged-bundle")["bundle"])
    assert page.next_url == "https://ehr.example.org/fhir?page=2"
    assert by_id(chart(list(page.resources)))["m1"].codings[0].code == "5640"


def test_trap_30_an_outcome_that_says_nothing_was_found_is_an_empty_list() -> None:
    answer = unpack(fixture("outcome-entry")["bundle"])
    assert (answer.resources, answer.unread, answer.failed) == ((), 0, False)


def test_trap_30_a_prefetch_key_that_is_null_is_not_one_that_is_empty() -> None:
    templates = {key: f"{kind}?patient={{{{context.patientId}}}}" for key, kind in _LISTS.items()}
    prefetched = read_prefetch(fixture("prefetch-null")["prefetch"], queries_of(MappingProxyType(templates)))
    states = {key: answer.state for key, answer in prefetched.answers.items()}
    assert states["conditions"] is not states["observations"]
    assert states.get("procedures", State.ABSENT) is State.ABSENT


def test_trap_31_invisible_characters_around_a_code_are_cut_off_and_inside_it_are_not_repaired() -> None:
    found = chart_of("zero-width-space")
    entries = by_id(found)
    assert entries["c1"].codings[0].code == "202882003"
    assert entries["c2"].text == "plantar fasciitis"
    assert concepts_of(entries["c3"]) == set()
    estimate = facts(found)["egfr"].number
    assert estimate is not None
    assert estimate.low == Decimal(58)


def test_trap_32_withheld_data_are_said_to_be_partial_and_never_read_as_absent() -> None:
    found = chart_of("masked-values")
    assert found.incomplete
    assert any("masked" in note for note in found.notes)
    assert facts(found)["night-pain"].truth is Truth.UNKNOWN


def test_trap_33_walking_is_not_running_and_two_devices_on_one_run_are_not_two_runs() -> None:
    week = facts(chart_of("apple-walkrun"))["recent-weekly-distance"].number
    assert week is not None
    assert week.low == week.high == Decimal("6.5")


def test_trap_33_a_week_as_one_value_is_not_added_to_its_days() -> None:
    found = chart_of("double-device")
    week = facts(found)["recent-weekly-distance"].number
    assert week is not None
    assert week.low == week.high == Decimal("18.1")
    assert any("several days" in note for note in found.notes)


def test_trap_34_an_age_known_only_by_year_lies_between_two_ages() -> None:
    patients = fixture("ages")["patients"]
    by_year = facts(chart([patients[0]]))["age"].number
    assert by_year is not None
    assert (by_year.low, by_year.high) == (Decimal(35), Decimal(36))
    child = chart([patients[1]])
    assert child.sex == "male"
    age = facts(child)["age"].number
    assert age is not None
    assert (age.low, age.high) == (Decimal(14), Decimal(14))
    assert chart([patients[2]]).deceased
    assert chart([patients[2]]).birth is None
    assert facts(chart([patients[3]]))["age"].number is None


def test_trap_35_nothing_sent_is_nothing_known() -> None:
    said = facts(chart_of("silence"))
    known = {name for name in release().facts.readers if said[name].truth is not Truth.UNKNOWN}
    drafts = {name for name in known if name.startswith("draft-")}
    assert known - drafts == {"age"}
    assert all(said[name].truth is Truth.FALSE for name in drafts)


_LISTS = {"conditions": "Condition", "observations": "Observation", "procedures": "Procedure"}
