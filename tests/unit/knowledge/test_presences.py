"""Present, absent or unknown: how a statement is read from a chart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

import pytest

from knowledge.chart import Coding, Kind, Side, Standing
from knowledge.errors import ReleaseError
from tests.unit.knowledge.charts import (
    NOW,
    Truth,
    ago,
    condition,
    day,
    exactly,
    fact_of,
    finding,
    record,
    year,
)

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
THOMPSON = {"kind": "presence", "finding": "thompson-test"}
CONCEPTS: dict[str, Any] = {
    "rupture": {"codes": {"snomed": ["1"]}, "words": ["achilles rupture"]},
    "redness": {"codes": {"snomed": ["2"]}},
    "nsaid": {"codes": {"rxnorm": ["5640"]}, "words": ["ibuprofen"]},
    "shockwave": {"codes": {"heel-orders": ["shockwave-therapy"]}, "words": ["shockwave"]},
    "heel-site": {"codes": {"snomed": ["76853006"]}, "words": ["heel"]},
}


def thompson(value: object = True, **kwargs: Any) -> Any:
    return finding("thompson-test", value, **kwargs)


class TestFindings:
    def test_silence_is_unknown(self) -> None:
        assert fact_of(THOMPSON).truth is U

    @pytest.mark.parametrize("value", [T, F, U])
    def test_what_was_found_is_what_is_known(self, value: Truth) -> None:
        fact = fact_of(THOMPSON, thompson(value))
        assert fact.truth is value
        assert [item.reference for item in fact.evidence] == ["Observation/thompson-test"]

    def test_an_observation_without_a_readable_answer_tells_nothing(self) -> None:
        assert fact_of(THOMPSON, thompson(None)).truth is U
        assert fact_of(THOMPSON, thompson(False, noted=exactly(ago(days=9))), thompson(None)).truth is F

    def test_the_newest_answer_wins(self) -> None:
        old = thompson(True, noted=exactly(ago(days=9)), reference="Observation/old")
        new = thompson(False, reference="Observation/new")
        fact = fact_of(THOMPSON, new, old)
        assert fact.truth is F
        assert [item.reference for item in fact.evidence] == ["Observation/new"]

    def test_an_equivocal_newest_answer_takes_an_older_one_back(self) -> None:
        assert fact_of(THOMPSON, thompson(True, noted=exactly(ago(days=9))), thompson(U)).truth is U

    def test_a_test_of_the_healthy_leg_says_nothing_of_the_one_that_hurts(self) -> None:
        pain = finding("place", "posterior", side=Side.LEFT)
        assert fact_of(THOMPSON, pain, thompson(False, side=Side.RIGHT)).truth is F
        painful = thompson(True, side=Side.LEFT, noted=exactly(ago(days=400)))
        assert fact_of(THOMPSON, painful, thompson(False, side=Side.RIGHT)).truth is U
        sore = condition("1", side=Side.LEFT)
        assert fact_of(THOMPSON, sore, thompson(False, side=Side.RIGHT), concepts=CONCEPTS).truth is U
        for tested in (Side.LEFT, Side.BOTH, Side.UNKNOWN):
            assert fact_of(THOMPSON, sore, thompson(False, side=tested), concepts=CONCEPTS).truth is F

    def test_where_both_hurt_both_must_be_tested(self) -> None:
        sore = condition("1", side=Side.BOTH)
        assert fact_of(THOMPSON, sore, thompson(False, side=Side.RIGHT), concepts=CONCEPTS).truth is U

    def test_present_on_one_side_is_present(self) -> None:
        left = thompson(True, side=Side.LEFT, noted=exactly(ago(days=3)))
        right = thompson(False, side=Side.RIGHT)
        fact = fact_of(THOMPSON, left, right)
        assert fact.truth is T
        assert [item.side for item in fact.evidence] == [Side.LEFT]

    def test_a_newer_answer_for_the_same_side_replaces_the_older(self) -> None:
        left = thompson(True, side=Side.LEFT, noted=exactly(ago(days=3)))
        assert fact_of(THOMPSON, left, thompson(False, side=Side.LEFT)).truth is F

    @pytest.mark.parametrize("side", [Side.UNKNOWN, Side.BOTH])
    def test_a_newer_answer_without_a_side_speaks_for_both(self, side: Side) -> None:
        left = thompson(True, side=Side.LEFT, noted=exactly(ago(days=3)))
        assert fact_of(THOMPSON, left, thompson(False, side=side)).truth is F

    def test_a_newer_answer_for_one_side_leaves_one_for_both_standing(self) -> None:
        both = thompson(True, side=Side.BOTH, noted=exactly(ago(days=3)))
        assert fact_of(THOMPSON, both, thompson(False, side=Side.LEFT)).truth is T

    def test_two_answers_of_one_moment_that_differ_count_as_present(self) -> None:
        assert fact_of(THOMPSON, thompson(False), thompson(True)).truth is T
        assert fact_of(THOMPSON, thompson(True), thompson(False)).truth is T

    def test_a_day_does_not_tell_whether_it_was_before_or_after_an_hour_of_it(self) -> None:
        today = thompson(True, noted=day("2026-11-22"))
        assert fact_of(THOMPSON, today, thompson(False)).truth is T
        assert fact_of(THOMPSON, thompson(True), thompson(False, noted=day("2026-11-22"))).truth is T
        assert fact_of(THOMPSON, thompson(True, noted=day("2026-11-21")), thompson(False)).truth is F

    def test_an_undated_answer_counts_until_a_dated_one_comes(self) -> None:
        undated = thompson(True, noted=None)
        assert fact_of(THOMPSON, undated).truth is T
        assert fact_of(THOMPSON, undated, thompson(False)).truth is F

    def test_a_stale_answer_is_no_answer(self) -> None:
        fact = {**THOMPSON, "stale_after_days": 28}
        assert fact_of(fact, thompson(True, noted=exactly(ago(days=28)))).truth is T
        assert fact_of(fact, thompson(True, noted=exactly(ago(days=28, seconds=1)))).truth is U
        assert fact_of(THOMPSON, thompson(True, noted=exactly(ago(days=366)))).truth is U

    def test_an_answer_of_the_future_is_no_answer(self) -> None:
        assert fact_of(THOMPSON, thompson(True, noted=exactly(NOW + timedelta(hours=1)))).truth is U

    def test_a_date_that_may_lie_in_the_past_counts(self) -> None:
        assert fact_of(THOMPSON, thompson(True, noted=year(2026))).truth is T

    def test_a_moment_is_exact_and_a_year_is_not(self) -> None:
        assert exactly(NOW).exact
        assert not year(2026).exact

    def test_other_codes_of_the_finding_count_too(self) -> None:
        fact = {**THOMPSON, "observations": {"snomed": ["99"]}, "also": {"observations": {"loinc": ["98"]}}}
        assert fact_of(fact, finding("99", True, system="snomed")).truth is T
        assert fact_of(fact, finding("98", True, system="loinc")).truth is T
        assert fact_of(fact, finding("97", True, system="loinc")).truth is U

    def test_a_general_code_counts_only_where_it_says_that_it_is_the_heel(self) -> None:
        fact = {**THOMPSON, "observations": {"snomed": ["99"]}, "observed_at": "heel-site"}
        at_heel = finding("99", True, system="snomed", site_text="left heel")
        assert fact_of(fact, at_heel, concepts=CONCEPTS).truth is T
        assert fact_of(fact, finding("99", True, system="snomed"), concepts=CONCEPTS).truth is U
        assert fact_of(fact, thompson(True), concepts=CONCEPTS).truth is T

    def test_a_code_of_a_sites_map_is_told_in_the_evidence(self) -> None:
        mapped = Coding("heel-findings", "thompson-test")
        [evidence] = fact_of(THOMPSON, thompson(True, mapped=frozenset({mapped}))).evidence
        assert evidence.method == "map"

    def test_a_doubled_entry_is_evidence_once_and_the_latest_comes_first(self) -> None:
        left = thompson(True, side=Side.LEFT, noted=exactly(ago(days=3)), reference="Observation/left")
        right = thompson(True, side=Side.RIGHT, reference="Observation/right")
        undated = thompson(True, side=Side.BOTH, noted=None, reference="Observation/undated")
        evidence = fact_of(THOMPSON, left, undated, right, left).evidence
        assert [item.reference for item in evidence] == ["Observation/right", "Observation/left", "Observation/undated"]


class TestConditions:
    RUPTURE: ClassVar[dict[str, Any]] = {"kind": "presence", "condition": "rupture"}

    @pytest.mark.parametrize(
        ("standing", "truth"),
        [
            (Standing.CURRENT, T),
            (Standing.POSSIBLE, U),
            (Standing.UNCERTAIN, U),
            (Standing.PAST, U),
            (Standing.PLANNED, U),
            (Standing.NEGATED, F),
        ],
    )
    def test_only_a_condition_that_is_current_is_present(self, standing: Standing, truth: Truth) -> None:
        assert fact_of(self.RUPTURE, condition("1", standing=standing), concepts=CONCEPTS).truth is truth

    def test_no_record_of_it_is_unknown(self) -> None:
        assert fact_of(self.RUPTURE, concepts=CONCEPTS).truth is U

    def test_a_possible_one_is_not_denied_by_another_record(self) -> None:
        entries = (condition("1", standing=Standing.POSSIBLE), condition("1", standing=Standing.NEGATED))
        assert fact_of(self.RUPTURE, *entries, concepts=CONCEPTS).truth is U

    def test_a_fact_may_ask_for_the_past(self) -> None:
        past = {**self.RUPTURE, "standings": ["past"]}
        assert fact_of(past, condition("1", standing=Standing.PAST), concepts=CONCEPTS).truth is T
        assert fact_of(past, condition("1"), concepts=CONCEPTS).truth is U
        assert fact_of(past, condition(text="history of Achilles rupture"), concepts=CONCEPTS).truth is T

    def test_a_doubting_text_makes_it_possible_not_present(self) -> None:
        fact = fact_of(self.RUPTURE, condition(text="?Achilles rupture"), concepts=CONCEPTS)
        assert (fact.truth, len(fact.evidence)) == (U, 1)
        assert fact_of(self.RUPTURE, condition(text="Achilles rupture"), concepts=CONCEPTS).truth is T

    def test_words_do_not_make_current_what_the_record_says_is_over(self) -> None:
        entry = condition(text="?Achilles rupture", standing=Standing.NEGATED)
        assert fact_of(self.RUPTURE, entry, concepts=CONCEPTS).truth is F

    def test_one_that_begins_or_is_noted_in_the_future_is_not_there_yet(self) -> None:
        tomorrow = exactly(NOW + timedelta(days=1))
        assert fact_of(self.RUPTURE, condition("1", noted=tomorrow), concepts=CONCEPTS).truth is U
        assert fact_of(self.RUPTURE, condition("1", began=tomorrow), concepts=CONCEPTS).truth is U

    def test_its_evidence_is_dated_by_when_it_began(self) -> None:
        [began] = fact_of(self.RUPTURE, condition("1", began=day("2026-10-01")), concepts=CONCEPTS).evidence
        [undated] = fact_of(self.RUPTURE, condition("1", noted=None), concepts=CONCEPTS).evidence
        assert (began.date.isoformat() if began.date else None, undated.date) == ("2026-10-01", None)

    def test_a_family_history_is_not_the_patients(self) -> None:
        entry = record(Kind.FAMILY_HISTORY, "1")
        assert fact_of(self.RUPTURE, entry, concepts=CONCEPTS).truth is U

    def test_an_allergy_is_read_from_allergies(self) -> None:
        fact = {"kind": "presence", "allergy": "nsaid"}
        allergy = record(Kind.ALLERGY, "5640", system="rxnorm")
        assert fact_of(fact, allergy, concepts=CONCEPTS).truth is T

    @pytest.mark.parametrize(
        ("reactions", "truth"),
        [
            (("Nausea",), U),
            (("Nausea (finding)", "nausea and vomiting"), U),
            (("Nausea", "Hives"), T),
            (("nausea, hives",), T),
            (("Nausea", ""), T),
            ((), T),
        ],
    )
    def test_an_allergy_with_harmless_reactions_alone_is_passed_over(
        self, reactions: tuple[str, ...], truth: Truth
    ) -> None:
        fact = {"kind": "presence", "allergy": "nsaid", "harmless_reactions": ["nausea", "vomiting"]}
        allergy = record(Kind.ALLERGY, "5640", system="rxnorm", reactions=reactions)
        assert fact_of(fact, allergy, concepts=CONCEPTS).truth is truth
        assert fact_of(fact, record(Kind.MEDICATION, "5640", system="rxnorm"), concepts=CONCEPTS).truth is U

    @pytest.mark.parametrize(
        ("kwargs", "truth"),
        [
            ({"noted": exactly(ago(days=280))}, T),
            ({"noted": exactly(ago(days=281))}, U),
            ({"noted": exactly(ago(days=281)), "began": exactly(ago(days=10))}, T),
            ({"noted": None}, T),
        ],
    )
    def test_what_ends_by_itself_is_unknown_once_its_time_is_over(self, kwargs: dict[str, Any], truth: Truth) -> None:
        pregnancy = {"kind": "presence", "condition": "rupture", "within_days": 280}
        assert fact_of(pregnancy, condition("1", **kwargs), concepts=CONCEPTS).truth is truth


class TestTwoSources:
    EITHER: ClassVar[dict[str, Any]] = {**THOMPSON, "also": {"conditions": "rupture"}}

    @pytest.mark.parametrize(
        ("found", "standing", "truth"),
        [
            (T, Standing.NEGATED, T),
            (F, Standing.CURRENT, T),
            (F, Standing.NEGATED, F),
            (F, Standing.PAST, F),
            (F, Standing.POSSIBLE, U),
            (U, Standing.NEGATED, U),
            (U, Standing.CURRENT, T),
        ],
    )
    def test_what_either_source_says_stands(self, found: Truth, standing: Standing, truth: Truth) -> None:
        entries = (thompson(found), condition("1", standing=standing))
        assert fact_of(self.EITHER, *entries, concepts=CONCEPTS).truth is truth

    def test_its_evidence_is_that_of_the_sources_that_agree_with_it(self) -> None:
        entries = (thompson(False), condition("1"))
        evidence = fact_of(self.EITHER, *entries, concepts=CONCEPTS).evidence
        assert [item.reference for item in evidence] == ["Condition/1"]


class TestMedications:
    NSAID: ClassVar[dict[str, Any]] = {"kind": "presence", "medication": "nsaid"}

    def taken(self, fact: dict[str, Any], **kwargs: Any) -> Truth:
        return fact_of(fact, record(Kind.MEDICATION, "5640", system="rxnorm", **kwargs), concepts=CONCEPTS).truth

    def test_a_current_one_is_taken(self) -> None:
        assert self.taken(self.NSAID) is T

    @pytest.mark.parametrize(
        "kwargs",
        [
            {"draft": True, "standing": Standing.PLANNED},
            {"draft": True},
            {"standing": Standing.NEGATED},
            {"standing": Standing.UNCERTAIN},
            {"standing": Standing.PAST},
        ],
    )
    def test_one_that_is_drafted_denied_or_over_is_not_known_to_be_taken(self, kwargs: dict[str, Any]) -> None:
        assert self.taken(self.NSAID, **kwargs) is U

    def test_only_the_routes_asked_for_count(self) -> None:
        oral = {**self.NSAID, "routes": ["oral"]}
        assert self.taken(oral, route="oral") is T
        assert self.taken(oral, route="topical") is U

    @pytest.mark.parametrize(
        ("kwargs", "truth"),
        [
            ({"ended": exactly(ago(days=183))}, T),
            ({"ended": exactly(ago(days=184))}, U),
            ({"noted": exactly(ago(days=100))}, T),
            ({"noted": None}, U),
        ],
    )
    def test_one_stopped_lately_counts_where_the_fact_says_so(self, kwargs: dict[str, Any], truth: Truth) -> None:
        assert self.taken({**self.NSAID, "within_days": 183}, standing=Standing.PAST, **kwargs) is truth

    def test_one_named_in_words_is_taken(self) -> None:
        entry = record(Kind.MEDICATION, text="Ibuprofen 400 mg")
        assert fact_of(self.NSAID, entry, concepts=CONCEPTS).truth is T


class TestRequests:
    ORDER: ClassVar[dict[str, Any]] = {"kind": "presence", "order": "shockwave", "within_days": 90}

    def ordered(self, **kwargs: Any) -> Truth:
        entry = record(Kind.ORDER, "shockwave-therapy", system="heel-orders", **kwargs)
        return fact_of(self.ORDER, entry, concepts=CONCEPTS).truth

    @pytest.mark.parametrize("standing", [Standing.CURRENT, Standing.PLANNED, Standing.PAST, Standing.UNCERTAIN])
    def test_an_order_on_record_is_present(self, standing: Standing) -> None:
        assert self.ordered(standing=standing) is T

    @pytest.mark.parametrize(
        "kwargs", [{"standing": Standing.NEGATED}, {"draft": True}, {"noted": exactly(ago(days=91))}]
    )
    def test_one_denied_drafted_or_long_ago_is_not(self, kwargs: dict[str, Any]) -> None:
        assert self.ordered(**kwargs) is U

    def test_one_without_a_date_or_for_a_day_to_come_is(self) -> None:
        assert self.ordered(noted=None) is T
        assert self.ordered(noted=None, began=exactly(ago(days=91))) is U
        assert self.ordered(noted=exactly(NOW + timedelta(days=7))) is T

    def test_a_procedure_is_not_an_order_but_a_report_tells_of_either(self) -> None:
        fact = {"kind": "presence", "procedure": "shockwave"}
        for kind, truth in ((Kind.PROCEDURE, T), (Kind.REPORT, T), (Kind.ORDER, U)):
            entry = record(kind, "shockwave-therapy", system="heel-orders")
            assert fact_of(fact, entry, concepts=CONCEPTS).truth is truth


class TestDrafts:
    DRAFT: ClassVar[dict[str, Any]] = {"kind": "presence", "draft": "shockwave"}

    def draft(self, **kwargs: Any) -> Any:
        return record(
            Kind.ORDER, "shockwave-therapy", system="heel-orders", draft=True, standing=Standing.PLANNED, **kwargs
        )

    def test_what_is_not_being_ordered_is_absent(self) -> None:
        assert fact_of(self.DRAFT, concepts=CONCEPTS).truth is F
        signed = record(Kind.ORDER, "shockwave-therapy", system="heel-orders")
        assert fact_of(self.DRAFT, signed, concepts=CONCEPTS).truth is F

    def test_what_is_being_ordered_is_present_with_its_orders(self) -> None:
        second, first = self.draft(reference="ServiceRequest/2"), self.draft(reference="ServiceRequest/1")
        fact = fact_of(self.DRAFT, second, first, second, concepts=CONCEPTS)
        assert (fact.truth, fact.orders) == (T, (first, second))

    def test_an_order_of_any_date_is_of_now(self) -> None:
        assert fact_of(self.DRAFT, self.draft(noted=exactly(NOW + timedelta(days=1))), concepts=CONCEPTS).truth is T

    def test_one_that_is_only_thought_of_is_not_being_ordered(self) -> None:
        entry = record(Kind.ORDER, text="? shockwave", draft=True)
        assert fact_of(self.DRAFT, entry, concepts=CONCEPTS).truth is F

    def test_only_the_selected_one_counts_where_the_fact_says_so(self) -> None:
        selected_only = {**self.DRAFT, "selected_only": True}
        assert fact_of(selected_only, self.draft(selected=True), concepts=CONCEPTS).truth is T
        assert fact_of(selected_only, self.draft(), concepts=CONCEPTS).truth is F

    def test_only_the_routes_asked_for_count(self) -> None:
        fact = {"kind": "presence", "draft": "nsaid", "routes": ["oral"]}
        for route, truth in (("oral", T), ("topical", F)):
            entry = record(Kind.MEDICATION, "5640", system="rxnorm", draft=True, route=route)
            assert fact_of(fact, entry, concepts=CONCEPTS).truth is truth

    @pytest.mark.parametrize(
        ("place", "truth"),
        [
            ({"sites": (Coding("snomed", "76853006"),)}, T),
            ({"reason_text": "heel pain"}, T),
            ({"site_text": "knee"}, F),
            ({"sites": (Coding("snomed", "72696002"),)}, F),
            ({}, U),
        ],
    )
    def test_an_order_whose_place_cannot_be_read_is_not_known_to_be_elsewhere(
        self, place: dict[str, Any], truth: Truth
    ) -> None:
        assert fact_of({**self.DRAFT, "sites": "heel-site"}, self.draft(**place), concepts=CONCEPTS).truth is truth


@pytest.mark.parametrize(
    ("fact", "taught"),
    [
        ({"kind": "presence"}, r"facts.it: expected one of .*'draft', 'when'\]; found"),
        ({"kind": "colour"}, r"facts.it: kind is presence, number or choice; found 'colour'"),
    ],
)
def test_a_fact_that_cannot_be_read_is_refused_with_a_lesson(fact: dict[str, Any], taught: str) -> None:
    with pytest.raises(ReleaseError, match=taught):
        fact_of(fact)
