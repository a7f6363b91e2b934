"""Numbers: ages, measurements, times since onset, counts and rises."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from knowledge.chart import Chart, Coding, Kind, Side, Span, Standing
from knowledge.concepts import Concepts
from knowledge.decision import Interval
from knowledge.errors import ReleaseError
from knowledge.facts import compile_facts
from tests.unit.knowledge.charts import (
    NOW,
    Quantity,
    Truth,
    ago,
    amount,
    condition,
    day,
    exactly,
    fact_of,
    facts_of,
    finding,
    record,
    run,
    year,
)

PAIN: dict[str, Any] = {"kind": "number", "finding": "pain-severity", "unit": "{score}", "plausible": [0, 10]}
EGFR: dict[str, Any] = {
    "kind": "number",
    "observations": {"loinc": ["98979-8", "33914-3"]},
    "unit": "mL/min/{1.73_m2}",
    "plausible": [1, 250],
}
CONCEPTS: dict[str, Any] = {
    "heel-pain": {"codes": {"snomed": ["1"]}},
    "bursitis": {"codes": {"snomed": ["2"]}},
    "injection": {"codes": {"snomed": ["3"]}},
}


def exact(value: str | int) -> Interval:
    return Interval(Decimal(value), Decimal(value))


def egfr(value: object, code: str = "98979-8", **kwargs: Any) -> Any:
    return finding(code, value, system="loinc", **kwargs)


class TestAge:
    AGE: ClassVar[dict[str, Any]] = {"kind": "number", "age": True, "unit": "a"}

    def age(self, birth: Span | None) -> Interval | None:
        return fact_of(self.AGE, birth=birth).number

    def test_completed_years_are_counted(self) -> None:
        assert self.age(day("2010-11-22")) == exact(16)
        assert self.age(day("2010-11-23")) == exact(15)

    def test_a_year_of_birth_leaves_two_ages(self) -> None:
        assert self.age(year(2010)) == Interval(Decimal(15), Decimal(16))

    def test_no_date_of_birth_or_one_to_come_is_unknown(self) -> None:
        assert self.age(None) is None
        assert self.age(day("2026-11-23")) is None

    def test_a_birth_in_this_year_is_not_a_negative_age(self) -> None:
        assert self.age(year(2026)) == exact(0)

    @pytest.mark.parametrize(
        ("at", "years"), [("2026-02-28", 17), ("2026-03-01", 18), ("2028-02-28", 19), ("2028-02-29", 20)]
    )
    def test_who_was_born_on_29_february_turns_older_on_1_march_of_a_common_year(self, at: str, years: int) -> None:
        book = compile_facts({"it": self.AGE}, Concepts({}))
        moment = datetime.fromisoformat(at).replace(hour=12, tzinfo=UTC)
        facts = book.establish(Chart(birth=day("2008-02-29")), Concepts({}), moment)
        assert facts["it"].number == exact(years)


class TestMeasurements:
    def test_silence_is_unknown(self) -> None:
        fact = fact_of(PAIN)
        assert (fact.truth, fact.number, fact.unit) == (Truth.UNKNOWN, None, "{score}")

    def test_the_newest_value_wins_whatever_its_side(self) -> None:
        old = finding("pain-severity", amount(8), noted=exactly(ago(days=4)), side=Side.LEFT)
        assert fact_of(PAIN, finding("pain-severity", amount(3), side=Side.RIGHT), old).number == exact(3)

    def test_an_older_value_counts_where_the_newest_cannot_be_right(self) -> None:
        old = finding("pain-severity", amount(8), noted=exactly(ago(days=4)))
        assert fact_of(PAIN, finding("pain-severity", amount(80)), old).number == exact(8)

    def test_two_values_of_one_moment_are_known_only_between_them(self) -> None:
        three, seven = finding("pain-severity", amount(3)), finding("pain-severity", amount(7))
        assert fact_of(PAIN, three, seven).number == fact_of(PAIN, seven, three).number
        assert fact_of(PAIN, three, seven).number == Interval(Decimal(3), Decimal(7))

    def test_of_two_codes_of_one_moment_the_preferred_counts(self) -> None:
        fact = fact_of(EGFR, egfr(amount(58, "mL/min"), "33914-3"), egfr(amount(62, "mL/min")))
        assert fact.number == exact(62)
        assert [item.code for item in fact.evidence] == ["98979-8"]

    @pytest.mark.parametrize(
        ("quantity", "number"),
        [
            (amount(90, "mL/min"), exact(90)),
            (amount(90, "mL/min/{1.73_m2}"), exact(90)),
            (Quantity(Decimal(60), None, "mL/min", low_open=True), Interval(Decimal(60), None, low_open=True)),
            (Quantity(None, Decimal(15), "mL/min", high_open=True), Interval(None, Decimal(15), high_open=True)),
            (Quantity(None, None, "mL/min"), None),
            (amount(90), None),
            (amount(90, "mg/dL"), None),
            (amount(900, "mL/min"), None),
            (Quantity(Decimal("NaN"), Decimal("NaN"), "mL/min"), None),
            (Quantity(Decimal("1e99999"), None, "mL/min"), None),
            (None, None),
        ],
    )
    def test_a_value_is_used_only_where_its_unit_and_size_can_be_right(
        self, quantity: Quantity | None, number: Interval | None
    ) -> None:
        assert fact_of(EGFR, egfr(quantity)).number == number

    def test_our_own_codes_fix_the_unit_of_a_bare_number(self) -> None:
        weeks = {"kind": "number", "finding": "symptom-duration", "unit": "wk"}
        assert fact_of(weeks, finding("symptom-duration", amount(6))).number == exact(6)
        assert fact_of(weeks, finding("symptom-duration", amount(42, "d"))).number == exact(6)

    def test_a_bare_number_fits_a_fact_without_dimension(self) -> None:
        ratio = {"kind": "number", "observations": {"loinc": ["6301-6"]}, "unit": "{INR}"}
        assert fact_of(ratio, finding("6301-6", amount("2.5"), system="loinc")).number == exact("2.5")

    def test_a_line_of_100_mm_is_a_score_of_10(self) -> None:
        scored = {**PAIN, "scale_mm": True}
        assert fact_of(scored, finding("pain-severity", amount(65, "mm"))).number == exact("6.5")
        assert fact_of(scored, finding("pain-severity", amount(6, "{score}"))).number == exact(6)

    @pytest.mark.parametrize(
        ("quantity", "number"),
        [
            (amount("1.2", "mg/dL"), exact("1.2")),
            (amount("12", "mg/L"), exact("1.2")),
            (amount("88.4", "umol/L"), exact("1")),
            (amount("0.0884", "mmol/L"), exact("1")),
            (amount("1", "km"), None),
        ],
    )
    def test_mass_and_amount_of_a_substance_are_told_apart(self, quantity: Quantity, number: Interval | None) -> None:
        creatinine = {
            "kind": "number",
            "observations": {"loinc": ["2160-0"]},
            "unit": "mg/dL",
            "molar": {"factor": "88.4", "amount": "umol/L", "mass": "mg/dL"},
        }
        assert fact_of(creatinine, finding("2160-0", quantity, system="loinc")).number == number


class TestSinceOnset:
    WEEKS: ClassVar[dict[str, Any]] = {"kind": "number", "unit": "wk", "since_onset_of": ["heel-pain", "bursitis"]}

    def weeks(self, *entries: Any, **fact: Any) -> Interval | None:
        return fact_of({**self.WEEKS, **fact}, *entries, concepts=CONCEPTS).number

    def test_it_is_counted_from_the_earliest_onset(self) -> None:
        later = condition("1", began=exactly(ago(weeks=3)))
        earlier = condition("2", began=exactly(ago(weeks=7)))
        assert self.weeks(later, earlier) == exact(7)
        assert self.weeks(later, since_onset_of="heel-pain") == exact(3)

    def test_an_onset_within_bounds_gives_a_time_within_bounds(self) -> None:
        number = self.weeks(condition("1", began=year(2026)))
        assert number is not None
        assert (number.low, round(number.high or 0)) == (Decimal(0), 46)

    @pytest.mark.parametrize("standing", [Standing.PAST, Standing.NEGATED, Standing.UNCERTAIN])
    def test_what_is_over_or_denied_has_no_time_running(self, standing: Standing) -> None:
        assert self.weeks(condition("1", began=exactly(ago(weeks=3)), standing=standing)) is None

    def test_without_an_onset_it_is_unknown(self) -> None:
        assert self.weeks(condition("1")) is None

    def test_what_was_answered_comes_before_what_is_worked_out(self) -> None:
        entries = (finding("symptom-duration", amount(5)), condition("1", began=exactly(ago(weeks=7))))
        assert self.weeks(*entries, finding="symptom-duration") == exact(5)

    def test_a_time_longer_than_plausible_is_not_believed(self) -> None:
        assert self.weeks(condition("1", began=exactly(ago(weeks=7))), plausible=[0, 5]) is None

    def test_a_unit_that_is_no_time_is_refused(self) -> None:
        with pytest.raises(ReleaseError, match=r"facts.it.unit: a time since onset needs a unit of time; found 'km'"):
            self.weeks(unit="km")


class TestCounts:
    COUNT: ClassVar[dict[str, Any]] = {"kind": "number", "unit": "{count}", "count_of": "injection", "within_days": 365}

    def count(self, *entries: Any) -> Interval | None:
        return fact_of(self.COUNT, *entries, concepts=CONCEPTS).number

    def injection(self, days: float, **kwargs: Any) -> Any:
        kwargs.setdefault("standing", Standing.PAST)
        return record(Kind.PROCEDURE, "3", noted=exactly(ago(days=days)), **kwargs)

    def test_so_many_at_least_were_done(self) -> None:
        assert self.count(self.injection(10), self.injection(100)) == Interval(Decimal(2), None)

    def test_none_on_record_is_unknown_not_zero(self) -> None:
        assert self.count() is None

    def test_two_records_of_one_day_count_once(self) -> None:
        twice = self.injection(10), self.injection(10, reference="Procedure/again")
        assert self.count(*twice) == Interval(Decimal(1), None)

    def test_one_too_old_undated_not_done_or_not_yet_done_does_not_count(self) -> None:
        assert self.count(self.injection(366)) is None
        assert self.count(record(Kind.PROCEDURE, "3", noted=None, standing=Standing.PAST)) is None
        assert self.count(self.injection(10, standing=Standing.NEGATED)) is None
        assert self.count(self.injection(-10)) is None
        assert self.count(self.injection(-10, standing=Standing.PLANNED)) is None


class TestIncrease:
    AUTHORED: ClassVar[dict[str, Any]] = {
        "rise": {"kind": "number", "unit": "%", "increase": {"from": "before", "to": "now"}},
        "before": {
            "kind": "number",
            "unit": "km",
            "activity": {"measure": "distance-sum", "days": 7, "before_days": 7},
        },
        "now": {"kind": "number", "unit": "km", "activity": {"measure": "distance-sum", "days": 7}},
    }

    def test_it_is_worked_out_of_two_numbers_and_rests_on_what_they_rest_on(self) -> None:
        runs = run(20, ago(days=10)), run(12, ago(days=3)), run(12, ago(days=1))
        fact = facts_of(self.AUTHORED, *runs)["rise"]
        assert (fact.truth, fact.number, fact.unit) == (Truth.TRUE, exact(20), "%")
        assert len(fact.evidence) == 3

    def test_it_is_unknown_where_either_is(self) -> None:
        assert facts_of(self.AUTHORED, run(12, ago(days=3)))["rise"].truth is Truth.UNKNOWN
        assert facts_of(self.AUTHORED)["rise"].truth is Truth.UNKNOWN

    def test_it_is_unknown_where_it_would_rise_from_nothing(self) -> None:
        runs = run(20, ago(days=20)), run(12, ago(days=3))
        facts = facts_of(self.AUTHORED, *runs)
        assert (facts["before"].number, facts["rise"].number) == (exact(0), None)

    @pytest.mark.parametrize("name", ["nowhere", "place"])
    def test_what_is_not_a_number_of_the_chart_cannot_rise(self, name: str) -> None:
        place = {"kind": "choice", "finding": "p", "system": "s", "answers": ["a"]}
        rise = {"kind": "number", "unit": "%", "increase": {"from": name, "to": "now"}}
        authored = {**self.AUTHORED, "place": place, "rise": rise}
        with pytest.raises(ReleaseError, match=rf"facts.rise.increase: '{name}' must be a number"):
            facts_of(authored)


class TestEarlierValues:
    """A value that is older by some days than the newest of its kind."""

    EARLIER: ClassVar[dict[str, Any]] = {**EGFR, "earlier_by_days": 84}

    def earlier(self, *entries: Any) -> Interval | None:
        return fact_of(self.EARLIER, *entries).number

    def test_the_newest_of_those_old_enough_counts(self) -> None:
        values = [
            egfr(amount(n, "mL/min"), noted=exactly(ago(days=d))) for n, d in ((60, 1), (70, 84), (80, 86), (90, 200))
        ]
        assert self.earlier(*values) == exact(80)

    def test_it_is_unknown_where_all_are_too_near_or_there_is_but_one(self) -> None:
        near = [egfr(amount(n, "mL/min"), noted=exactly(ago(days=d))) for n, d in ((60, 1), (70, 84))]
        assert self.earlier(*near) is None
        assert self.earlier(near[0]) is None
        assert self.earlier() is None

    def test_it_is_unknown_where_the_newest_bears_no_date(self) -> None:
        dated = egfr(amount(80, "mL/min"), noted=exactly(ago(days=200)))
        assert self.earlier(egfr(amount(60, "mL/min"), noted=None), dated) is None

    def test_what_bears_no_date_is_not_known_to_be_earlier(self) -> None:
        newest = egfr(amount(60, "mL/min"), noted=exactly(ago(days=1)))
        assert self.earlier(newest, egfr(amount(80, "mL/min"), noted=None)) is None

    def test_a_change_may_be_told_in_the_unit_of_the_values(self) -> None:
        change = {"kind": "number", "unit": "mL/min", "increase": {"from": "before", "to": "now"}}
        authored = {"change": change, "before": self.EARLIER, "now": EGFR}
        values = [egfr(amount(n, "mL/min"), noted=exactly(ago(days=d))) for n, d in ((60, 1), (80, 100))]
        assert facts_of(authored, *values)["change"].number == exact(-20)


def test_a_change_from_a_value_known_on_one_side_only_is_unknown() -> None:
    change = {"kind": "number", "unit": "mL/min", "increase": {"from": "before", "to": "now"}}
    authored = {"change": change, "before": {**EGFR, "earlier_by_days": 84}, "now": EGFR}
    over = egfr(Quantity(Decimal(60), None, "mL/min"), noted=exactly(ago(days=100)))
    newest = egfr(amount(60, "mL/min"), noted=exactly(ago(days=1)))
    assert facts_of(authored, newest, over)["change"].truth is Truth.UNKNOWN


def test_a_number_without_a_source_is_refused() -> None:
    with pytest.raises(
        ReleaseError, match=r"facts.it: a number is read from age, .*; found \['kind', 'title', 'unit'\]"
    ):
        fact_of({"kind": "number", "unit": "km"})


def test_evidence_of_a_measurement_names_code_and_day() -> None:
    [evidence] = fact_of(EGFR, egfr(amount(90, "mL/min"), reference="Observation/7")).evidence
    assert (evidence.reference, evidence.system, evidence.code) == ("Observation/7", "loinc", "98979-8")
    assert evidence.date == NOW.date()


def test_a_second_coding_of_one_observation_does_not_make_two_values() -> None:
    entry = finding("98979-8", amount(90, "mL/min"), system="loinc")
    doubled = type(entry)(
        entry.kind, entry.reference, (*entry.codings, Coding("loinc", "33914-3")), quantity=entry.quantity
    )
    assert len(fact_of(EGFR, doubled).evidence) == 1
