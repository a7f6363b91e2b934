"""Traps in status, dates, versions and single values (12 to 20)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from knowledge.chart import Kind, Quantity, Side, Span, Standing
from knowledge.truth import Truth
from tests.contract.traps import a_day, by_id, chart_of, concepts_of, facts, number, only


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
    assert entries["pr1"].noted == a_day(2026, 11, 10)
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


def test_trap_17_a_partial_date_is_a_span_and_nonsense_is_no_date() -> None:
    found = by_id(chart_of("partial-dates"))
    began = {name: entry.began for name, entry in found.items()}
    assert began["c1"] == Span(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 12, 31, 23, 59, 59, 999999, UTC))
    assert began["c2"] == Span(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 31, 23, 59, 59, 999999, UTC))
    assert began["c3"] == a_day(2026, 10, 5)
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
    assert (found["c1"].began, found["c1"].noted) == (a_day(2019, 5, 1), a_day(2026, 11, 20))
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
