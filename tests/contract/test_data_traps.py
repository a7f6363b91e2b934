"""One test, or more, for each trap that real charts hold; its number stands in the name of the test."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType

import pytest

from cds_service.intake.bundles import unpack
from cds_service.intake.prefetch import State, queries_of, read_prefetch
from knowledge.chart import Kind, Quantity, Side, Span, Standing
from knowledge.decision import Method
from knowledge.truth import Truth
from tests.contract.traps import FOLDER, NOW, by_id, chart, chart_of, concepts_of, facts, fixture, only, release
from tests.shared_material import shared

TRAPS = "reference/data-traps.md"


def number(value: str, unit: str) -> Quantity:
    return Quantity(Decimal(value), Decimal(value), unit)


def test_every_trap_of_the_research_note_has_a_test() -> None:
    listed = {int(n) for n in re.findall(r"^(\d+)\. \*\*", shared(TRAPS).read_text("utf-8"), re.MULTILINE)}
    tested = {int(name.split("_")[2]) for name in globals() if name.startswith("test_trap_")}
    assert len(listed) == 35
    assert tested == listed


def test_every_fixture_the_research_note_names_is_here_and_tells_what_it_shows() -> None:
    text = shared(TRAPS).read_text("utf-8").split("## C.")[1].split("## D.")[0]
    named = set(re.findall(r"`([^`]+)`", text))
    assert len(named) > 40
    assert named <= {path.stem for path in FOLDER.glob("*.json")}
    for path in FOLDER.glob("*.json"):
        about = fixture(path.stem)["about"]
        assert about["traps"], path.stem
        assert set(about["traps"]) <= set(range(1, 36)), path.stem
        assert about["source"] and about["licence"], path.stem  # noqa: PT018 - one sentence


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


def test_trap_12_what_was_ruled_out_is_known_to_be_absent_and_mistakes_are_dropped() -> None:
    assert by_id(chart_of("refuted-rupture"))["c1"].standing is Standing.NEGATED
    assert chart_of("entered-in-error-fracture").entries == ()


@pytest.mark.parametrize("clinical", ["active", "recurrence", "relapse", "inactive", "remission", "resolved"])
@pytest.mark.parametrize(
    ("verified", "when_active", "when_over"),
    [
        ("confirmed", Standing.CURRENT, Standing.PAST),
        ("unconfirmed", Standing.POSSIBLE, Standing.UNCERTAIN),
        ("provisional", Standing.POSSIBLE, Standing.UNCERTAIN),
        ("differential", Standing.POSSIBLE, Standing.UNCERTAIN),
        ("refuted", Standing.NEGATED, Standing.NEGATED),
        ("entered-in-error", None, None),
    ],
)
def test_trap_12_status_and_verification_together_say_how_far_a_diagnosis_counts(
    clinical: str, verified: str, when_active: Standing | None, when_over: Standing | None
) -> None:
    found = by_id(chart_of("status-matrix")).get(f"{clinical}.{verified}")
    active = clinical in ("active", "recurrence", "relapse")
    assert (found.standing if found else None) == (when_active if active else when_over)


def test_trap_13_a_missing_status_is_never_taken_for_active() -> None:
    assert by_id(chart_of("resolved-no-clinicalstatus"))["c1"].standing is Standing.PAST
    found = by_id(chart_of("encounter-dx-no-status"))
    assert found["c-new"].standing is Standing.CURRENT
    assert found["c-old"].standing is Standing.UNCERTAIN
    assert found["c-undated"].standing is Standing.UNCERTAIN


def test_trap_14_the_shapes_of_stu3_are_read() -> None:
    found = chart_of("stu3-strings")
    entries = by_id(found)
    assert found.unread == 0
    assert entries["c1"].standing is Standing.POSSIBLE
    assert entries["c2"].standing is Standing.PAST
    assert (entries["m1"].codings[0].code, entries["m1"].route) == ("5640", "oral")
    assert entries["m2"].standing is Standing.NEGATED
    assert (entries["r1"].kind, "physiotherapy" in concepts_of(entries["r1"])) == (Kind.ORDER, True)
    assert (entries["r2"].side, entries["r2"].sites[0].code) == (Side.LEFT, "80144004")
    assert (entries["d1"].kind, entries["d1"].text) == (Kind.DEVICE_USE, "night splint")
    assert entries["o1"].presence is Truth.TRUE
    assert entries["a1"].kind is Kind.ALLERGY
    assert entries["q1"].presence is Truth.TRUE


def test_trap_14_the_shapes_of_dstu2_are_read() -> None:
    found = chart_of("dstu2-shapes")
    entries = by_id(found)
    assert (found.unread, found.strangers) == (0, 0)
    assert entries["c1"].standing is Standing.CURRENT
    assert entries["m1"].standing is Standing.CURRENT
    assert entries["m2"].standing is Standing.NEGATED
    assert entries["a1"].codings[0].code == "1191"
    answers = {e.codings[0].code: e for e in found.entries if e.reference == "QuestionnaireResponse/q1"}
    assert answers["symptom-duration"].quantity == number("7", "")
    assert [choice.code for choice in answers["pain-location"].choices] == ["plantar-medial", "achilles-insertion"]


def test_trap_14_the_shapes_of_r5_are_read() -> None:
    found = chart_of("r5-codeablereference")
    entries = by_id(found)
    assert found.unread == 0
    assert entries["m1"].codings[0].code == "5640"
    assert entries["m1"].reasons[0].code == "202882003"
    assert entries["m2"].standing is Standing.CURRENT
    assert entries["m3"].standing is Standing.NEGATED
    assert entries["r1"].reasons[0].code == "11654001"
    assert "night-splint" in concepts_of(entries["r2"])
    assert entries["pr1"].noted == _day(2026, 11, 10)
    assert (entries["pr1"].side, entries["pr1"].site_text) == (Side.LEFT, "left heel")
    assert (entries["d1"].kind, entries["d1"].standing) == (Kind.DEVICE_USE, Standing.CURRENT)


def test_trap_15_a_disease_on_several_lists_is_one_disease_with_its_longest_history() -> None:
    said = facts(chart_of("problem-list-and-encounter-dx"))
    assert said["plantar-fasciitis-recorded"].truth is Truth.TRUE
    assert len({e.reference for e in said["plantar-fasciitis-recorded"].evidence}) == 3
    duration = said["symptom-duration"].number
    assert duration is not None
    assert duration.low is not None
    assert duration.low > 90


def test_trap_16_any_abatement_means_ended_unless_it_lies_ahead() -> None:
    found = by_id(chart_of("abatement-forms"))
    assert found.pop("c-future").standing is Standing.CURRENT
    assert found.pop("c-not").standing is Standing.CURRENT
    assert {entry.standing for entry in found.values()} == {Standing.PAST}
    assert len(found) == 6


def _day(year: int, month: int, day: int) -> Span:
    return Span(datetime(year, month, day, tzinfo=UTC), datetime(year, month, day, 23, 59, 59, 999999, UTC))


def test_trap_17_a_partial_date_is_a_span_and_nonsense_is_no_date() -> None:
    found = by_id(chart_of("partial-dates"))
    began = {name: entry.began for name, entry in found.items()}
    assert began["c1"] == Span(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 12, 31, 23, 59, 59, 999999, UTC))
    assert began["c2"] == Span(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 31, 23, 59, 59, 999999, UTC))
    assert began["c3"] == _day(2026, 10, 5)
    assert began["c4"] == Span(*[datetime(2026, 10, 5, 8, 30, tzinfo=UTC)] * 2)
    assert began["c5"] == Span(*[datetime(2026, 10, 5, 6, 30, 59, tzinfo=UTC)] * 2)
    assert (began["c6"], began["c7"], began["c10"]) == (None, None, None)
    assert began["c8"] is not None
    assert (began["c8"].earliest.date().isoformat(), began["c8"].latest.year) == ("2026-04-02", 2027)
    assert began["c9"] is not None
    assert began["c9"].earliest < datetime(2026, 10, 30, tzinfo=UTC) < began["c9"].latest
    assert began["c11"] == Span(datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 31, 23, 59, 59, 999999, UTC))


def test_trap_17_what_began_in_some_month_has_lasted_between_two_lengths_of_time() -> None:
    duration = facts(only(chart_of("partial-dates"), "c2"))["symptom-duration"].number
    assert duration is not None
    assert duration.low is not None
    assert duration.high is not None
    assert duration.low < 6 < duration.high


def test_trap_18_the_clinical_date_counts_not_the_day_of_import_or_upload() -> None:
    found = by_id(chart_of("date-choice"))
    assert (found["c1"].began, found["c1"].noted) == (_day(2019, 5, 1), _day(2026, 11, 20))
    assert found["o1"].noted == Span(*[datetime(2026, 11, 1, 8, tzinfo=UTC)] * 2)
    assert found["o2"].noted == Span(*[datetime(2026, 11, 3, 8, tzinfo=UTC)] * 2)
    assert found["o3"].noted is None


def test_trap_19_a_value_above_sixty_is_not_sixty() -> None:
    found = by_id(chart_of("egfr-gt60"))["o1"]
    assert found.quantity == Quantity(Decimal(60), None, "mL/min/{1.73_m2}", low_open=True)


def test_trap_19_numbers_people_type_are_read_and_words_are_not() -> None:
    found = by_id(chart_of("pain-string-8of10"))
    assert found["o1"].quantity == number("8", "")
    assert found["o2"].quantity == Quantity(Decimal(7), Decimal(8), "")
    assert found["o3"].quantity == Quantity(None, Decimal(15), "", high_open=True)
    assert found["o4"].quantity == Quantity(Decimal(3), None, "")
    assert (found["o5"].quantity, found["o6"].quantity) == (None, None)
    assert found["o7"].quantity == number("8", "")
    assert found["o8"].quantity != number("1200", "")
    assert found["o8"].quantity != number("1.2", "")
    assert found["o9"].quantity == number("6", "")
    assert found["o10"].quantity == Quantity(Decimal(3), Decimal(5), "{score}")
    assert (found["o11"].quantity, found["o11"].presence) == (None, None)
    assert found["o12"].quantity is None


def test_trap_20_the_parts_of_a_panel_stand_each_for_itself() -> None:
    found = {e.codings[0].code: e for e in chart_of("component-dar").entries}
    assert found["8480-6"].quantity == number("142", "mm[Hg]")
    assert found["8462-4"].quantity is None
    assert {e.reference for e in found.values()} == {"Observation/o1"}


def test_trap_20_members_of_an_activity_group_are_read_where_they_stand() -> None:
    found = chart_of("pa-group-members")
    assert facts(found)["recent-weekly-distance"].number is not None
    inner = next(e for e in found.entries if e.codings[0].code == "max-pain-during-run")
    assert (inner.quantity, inner.reference) == (number("4", ""), "Observation/g1")
    assert inner.noted is not None


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


_LISTS = {"conditions": "Condition", "observations": "Observation", "procedures": "Procedure"}


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


def test_the_instant_of_these_tests_is_fixed() -> None:
    assert NOW.isoformat() == "2026-11-23T09:00:00+00:00"
