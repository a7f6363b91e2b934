"""From facts to what is shown, withheld and asked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from knowledge.chart import Chart, Coding, Entry, Kind, Quantity, Side, Standing
from knowledge.decision import Decision, Withheld
from knowledge.engine import evaluate, judge
from knowledge.errors import ReleaseError
from knowledge.release import Release, compile_release
from tests.unit.knowledge.charts import NOW, Truth, ago, amount, condition, exactly, finding, record, year
from tests.unit.knowledge.small_release import content, rule, small_release

PLANTAR = finding("place", [Coding("heel-pain-location", "plantar-medial")])
HEEL_PAIN = condition("1", reference="Condition/pain")
SQUEEZE = finding("squeeze", True)
BAD_PAIN = finding("severity", amount(8))


def decide(*entries: Entry, hook: str = "patient-view", release: Release | None = None, **chart: Any) -> Decision:
    return evaluate(release or small_release(), Chart(entries, **chart), hook, NOW)


def shown(decision: Decision) -> list[str]:
    return [recommended.topic for recommended in decision.recommended]


def withheld(decision: Decision) -> dict[str, str]:
    return {held.topic: held.reason for held in decision.withheld}


class TestShowing:
    def test_nothing_is_shown_on_an_empty_chart(self) -> None:
        for hook in ("patient-view", "order-sign", "encounter-discharge"):
            decision = decide(hook=hook)
            assert (decision.recommended, decision.withheld, decision.unknown, decision.failed) == ((), (), (), ())

    def test_what_is_due_is_shown_with_the_facts_it_rests_on(self) -> None:
        [recommended] = decide(HEEL_PAIN, PLANTAR).recommended
        assert (recommended.topic, recommended.rule, recommended.indicator) == ("coreCare", "care", "info")
        assert recommended.facts == ("heel-pain-recorded", "place")

    def test_a_fact_recorded_as_absent_may_carry_a_recommendation(self) -> None:
        release = small_release(
            rules={"calm": rule(topic="coreCare", when={"all": ["heel-complaint", {"not": "hop"}]})}
        )
        decision = decide(HEEL_PAIN, finding("hop", False), release=release)
        assert decision.recommended[0].facts == ("heel-pain-recorded", "hop")

    def test_what_is_unknown_carries_nothing(self) -> None:
        release = small_release(
            rules={"ask": rule(topic="coreCare", when={"all": ["heel-complaint", {"unknown": "hop"}]})}
        )
        assert decide(HEEL_PAIN, release=release).recommended[0].facts == ("heel-pain-recorded",)

    def test_a_rule_that_is_unknown_shows_nothing(self) -> None:
        decision = decide(HEEL_PAIN)
        assert (shown(decision), decision.outcomes["care"]) == ([], Truth.UNKNOWN)

    def test_a_rule_of_another_hook_shows_nothing(self) -> None:
        decision = decide(HEEL_PAIN, PLANTAR, hook="order-sign")
        assert (shown(decision), decision.outcomes["care"]) == ([], Truth.TRUE)

    def test_the_most_important_comes_first_and_each_topic_once(self) -> None:
        rules = {
            "a-late": rule(topic="coreCare", rank=99),
            "danger": rule(topic="needling", **{"class": "danger"}),
            "critical": rule(topic="injectionCaution", indicator="critical"),
            "again": rule(topic="needling", rank=1),
        }
        release = small_release(rules=rules, precedence=[])
        assert shown(decide(HEEL_PAIN, release=release)) == ["injectionCaution", "needling", "coreCare"]

    def test_an_order_that_is_questioned_is_named(self) -> None:
        entry = record(Kind.ORDER, text="heel injection", draft=True, reference="ServiceRequest/1")
        [recommended] = decide(entry, hook="order-sign").recommended
        assert (recommended.topic, recommended.orders) == ("injectionCaution", (entry,))

    def test_for_a_patient_who_has_died_nothing_is_due(self) -> None:
        decision = decide(HEEL_PAIN, PLANTAR, deceased=True)
        assert (decision.recommended, decision.withheld, decision.unknown) == ((), (), ())


class TestWithholding:
    def test_a_caution_that_is_true_withholds(self) -> None:
        decision = decide(PLANTAR, birth=year(2015))
        assert (shown(decision), decision.withheld) == ([], (Withheld("coreCare", "care", "under-16"),))

    def test_a_caution_that_is_unknown_does_not_unless_it_guards_a_drug_or_a_device(self) -> None:
        decision = decide(PLANTAR, BAD_PAIN)
        assert (shown(decision), withheld(decision)) == (["coreCare"], {"needling": "anticoagulated"})

    @pytest.mark.parametrize(("answer", "topics"), [(True, []), (False, ["needling"])])
    def test_a_guard_withholds_until_it_is_known_to_be_false(self, answer: bool, topics: list[str]) -> None:
        assert shown(decide(HEEL_PAIN, BAD_PAIN, finding("anticoagulated", answer))) == topics

    def test_the_first_caution_that_applies_is_the_reason(self) -> None:
        ordered = record(Kind.ORDER, "3")
        assert withheld(decide(PLANTAR, ordered, birth=year(2015))) == {"coreCare": "under-16"}
        assert withheld(decide(PLANTAR, ordered)) == {"coreCare": "already-arranged"}

    def test_what_another_rule_shows_is_not_listed_as_withheld(self) -> None:
        release = small_release(rules={"other": rule(topic="coreCare", rank=99)})
        decision = decide(PLANTAR, birth=year(2015), release=release)
        assert (shown(decision), withheld(decision)) == (["coreCare"], {})

    def test_one_topic_withheld_twice_for_one_reason_is_listed_once(self) -> None:
        release = small_release(rules={"again": content()["rules"]["care"]})
        assert len(decide(PLANTAR, birth=year(2015), release=release).withheld) == 1


class TestOpenDanger:
    def test_care_is_closed_while_a_danger_is_open(self) -> None:
        decision = decide(PLANTAR, SQUEEZE)
        assert (shown(decision), withheld(decision)) == (["stressFracture"], {"coreCare": "fracture-open"})

    def test_also_on_a_hook_that_does_not_show_the_danger(self) -> None:
        decision = decide(PLANTAR, SQUEEZE, hook="encounter-discharge")
        assert (shown(decision), withheld(decision)) == ([], {"coreCare": "fracture-open"})

    def test_also_while_the_danger_itself_is_held_back(self) -> None:
        fracture = content()["rules"]["fracture"]
        hold = {"when": "bruise", "on": "true", "reason": "already-arranged"}
        release = small_release(rules={"fracture": {**fracture, "withhold": [hold]}})
        decision = decide(PLANTAR, SQUEEZE, finding("bruise", True), release=release)
        assert shown(decision) == []
        assert withheld(decision) == {"stressFracture": "already-arranged", "coreCare": "fracture-open"}

    def test_what_is_not_of_a_closed_class_stays(self) -> None:
        draft = record(Kind.ORDER, text="heel injection", draft=True)
        assert shown(decide(PLANTAR, SQUEEZE, draft, hook="order-sign")) == ["injectionCaution"]

    def test_a_topic_does_not_close_itself(self) -> None:
        closing = [{"open": ["coreCare"], "closes_class": ["care"], "reason": "fracture-open"}]
        decision = decide(
            PLANTAR, BAD_PAIN, finding("anticoagulated", False), release=small_release(precedence=closing)
        )
        assert (shown(decision), withheld(decision)) == (["coreCare"], {"needling": "fracture-open"})

    def test_signs_of_two_heels_do_not_make_one_fracture(self) -> None:
        hop, bruise = finding("hop", True, side=Side.LEFT), finding("bruise", True, side=Side.RIGHT)
        assert shown(decide(PLANTAR, hop, bruise)) == ["coreCare"]
        assert shown(decide(PLANTAR, hop, replace(bruise, side=Side.LEFT))) == ["stressFracture"]


class TestAsking:
    def test_the_findings_that_would_change_what_is_shown_are_asked_the_alarming_first(self) -> None:
        decision = decide(PLANTAR)
        assert decision.unknown == ("squeeze",)
        assert decide(HEEL_PAIN, PLANTAR, finding("hop", True)).unknown == ("bruise", "squeeze")
        assert decide(HEEL_PAIN).unknown == ("squeeze", "place")

    def test_one_that_would_change_nothing_is_not_asked(self) -> None:
        # A hop alone opens nothing; bad pain is withheld while thinned blood is unknown.
        unknown = decide(PLANTAR).unknown
        assert "hop" not in unknown
        assert "severity" not in unknown
        assert "severity" in decide(PLANTAR, finding("anticoagulated", False)).unknown

    def test_an_answer_that_would_withhold_is_asked_too(self) -> None:
        decision = decide(HEEL_PAIN, BAD_PAIN, finding("squeeze", False))
        assert "anticoagulated" in decision.unknown

    def test_nothing_is_asked_without_a_heel_complaint(self) -> None:
        assert decide(finding("hop", True)).unknown == ()

    def test_an_equivocal_finding_is_asked_again(self) -> None:
        assert "squeeze" in decide(PLANTAR, finding("squeeze", Truth.UNKNOWN)).unknown

    def test_a_recommendation_names_the_unknown_that_would_change_it_or_alarm(self) -> None:
        decision = decide(PLANTAR, BAD_PAIN, finding("anticoagulated", False))
        asked = {recommended.topic: recommended.unknown for recommended in decision.recommended}
        assert asked == {"coreCare": ("squeeze",), "needling": ("squeeze",)}

    def test_an_answer_no_rule_asks_for_counts_where_it_takes_something_away(self) -> None:
        here = {"choice": {"fact": "place", "any_of": ["plantar-medial", "posterior"]}}
        elsewhere = {"all": ["heel-pain-recorded", {"not": here}]}
        release = small_release(rules={"care": rule(topic="coreCare", when=elsewhere)})
        assert "place" in decide(HEEL_PAIN, release=release).unknown

    @pytest.mark.parametrize(
        ("bounds", "asked"), [({"above": 3, "below": 4}, True), ({"min": 10}, True), ({"above": 10}, False)]
    )
    def test_only_numbers_a_patient_can_have_are_supposed(self, bounds: dict[str, int], asked: bool) -> None:
        when = {"all": ["heel-complaint", {"number": {"fact": "severity", **bounds}}]}
        release = small_release(rules={"needle": rule(topic="needling", when=when)})
        assert ("severity" in decide(HEEL_PAIN, release=release).unknown) is asked

    def test_one_finding_read_by_two_facts_is_asked_once(self) -> None:
        again = {"again": {"title": "Again", "kind": "presence", "finding": "squeeze"}}
        rules = {"again": rule(topic="coreCare", when={"all": ["heel-complaint", "again"]})}
        assert decide(HEEL_PAIN, release=small_release(facts=again, rules=rules)).unknown.count("squeeze") == 1


class Broken:
    """Stands for whatever may go wrong inside a rule or a fact."""

    def __call__(self, *_: object) -> Any:
        raise ArithmeticError("broken")


def with_rule(release: Release, name: str, **changes: Any) -> Release:
    rules = tuple(replace(r, **changes) if r.name == name else r for r in release.rules)
    return replace(release, rules=rules, _by_name={r.name: r for r in rules})


def broken_condition(release: Release, name: str) -> Any:
    return replace(release.rule(name).when, worlds=Broken())


class TestFailing:
    def test_a_rule_that_breaks_is_named_and_costs_only_itself(self) -> None:
        release = small_release()
        release = with_rule(release, "care", when=broken_condition(release, "care"))
        decision = decide(HEEL_PAIN, PLANTAR, SQUEEZE, release=release)
        assert decision.failed == ("care",)
        assert decision.outcomes["care"] is Truth.UNKNOWN
        assert shown(decision) == ["stressFracture"]

    def test_while_a_rule_that_looks_for_danger_is_broken_no_harmless_cause_is_assumed(self) -> None:
        release = small_release()
        release = with_rule(release, "fracture", when=broken_condition(release, "fracture"))
        decision = decide(PLANTAR, release=release)
        assert (shown(decision), withheld(decision)) == ([], {"coreCare": "red-flag-rule-failed"})
        assert decision.failed == ("fracture",)

    def test_a_danger_need_not_be_flagged_to_be_one(self) -> None:
        release = small_release()
        broken = broken_condition(release, "fracture")
        release = with_rule(release, "fracture", when=broken, red_flag=False)
        assert withheld(decide(PLANTAR, release=release)) == {"coreCare": "red-flag-rule-failed"}

    def test_a_caution_that_breaks_withholds(self) -> None:
        release = small_release()
        [hold] = release.rule("needle").holds
        hold = replace(hold, condition=replace(hold.condition, worlds=Broken()))
        decision = decide(HEEL_PAIN, BAD_PAIN, release=with_rule(release, "needle", holds=(hold,)))
        assert (withheld(decision), decision.failed) == ({"needling": "caution-failed"}, ("needle",))

    def test_a_danger_is_shown_although_its_caution_breaks(self) -> None:
        release = small_release()
        [hold] = release.rule("needle").holds
        hold = replace(hold, condition=replace(hold.condition, worlds=Broken()))
        decision = decide(PLANTAR, SQUEEZE, release=with_rule(release, "fracture", holds=(hold,)))
        assert (shown(decision), decision.failed) == (["stressFracture"], ("fracture",))

    def test_a_fact_that_breaks_fails_the_rules_that_need_it_and_reads_as_unknown(self) -> None:
        release = small_release()
        readers = {**release.facts.readers, "squeeze": Broken()}
        release = replace(release, facts=replace(release.facts, readers=readers))
        decision = decide(PLANTAR, release=release)
        assert decision.failed == ("fracture",)
        assert decision.facts["squeeze"].truth is Truth.UNKNOWN
        assert decision.facts["fracture-suspected"].truth is Truth.UNKNOWN
        assert withheld(decision) == {"coreCare": "red-flag-rule-failed"}

    def test_where_the_complaint_itself_cannot_be_read_nothing_is_asked(self) -> None:
        release = small_release()
        readers = {**release.facts.readers, "heel-pain-recorded": Broken(), "draft-injection": Broken()}
        release = replace(release, facts=replace(release.facts, readers=readers))
        decision = decide(HEEL_PAIN, SQUEEZE, release=release)
        assert set(decision.failed) == {"fracture", "care", "needle", "injection"}
        assert (decision.recommended, decision.unknown) == ((), ())

    def test_what_is_certain_without_the_fact_that_breaks_does_not_fail(self) -> None:
        release = small_release()
        readers = {**release.facts.readers, "heel-pain-recorded": Broken()}
        release = replace(release, facts=replace(release.facts, readers=readers))
        decision = decide(PLANTAR, SQUEEZE, release=release)
        assert (shown(decision), decision.failed) == (["stressFracture"], ())

    @pytest.mark.parametrize("when", [{"unknown": "severity"}, {"number": {"fact": "rise", "min": 0}}])
    def test_neither_unknown_nor_a_rise_is_read_from_a_number_that_breaks(self, when: Any) -> None:
        whole = content()
        whole["facts"]["rise"] = {
            "title": "Rise",
            "kind": "number",
            "unit": "{score}",
            "increase": {"from": "severity", "to": "severity"},
        }
        whole["rules"]["care"] = rule(when={"all": ["heel-complaint", when]})
        release = compile_release(whole, "sha256:rise")
        release = replace(
            release, facts=replace(release.facts, readers={**release.facts.readers, "severity": Broken()})
        )
        assert "care" in decide(PLANTAR, release=release).failed

    def test_a_number_of_absurd_size_breaks_nothing(self) -> None:
        absurd = finding("severity", Quantity(Decimal("1e999999"), None, "1"))
        assert decide(HEEL_PAIN, absurd).failed == ()


def test_the_same_input_gives_the_same_decision() -> None:
    entries = (PLANTAR, HEEL_PAIN, BAD_PAIN, finding("hop", True))
    assert decide(*entries) == decide(*entries)


def test_a_decision_can_be_made_on_given_facts() -> None:
    release = small_release()
    decision = decide(PLANTAR, SQUEEZE)
    assert judge(release, decision.facts, "patient-view", NOW) == decision


def test_what_lay_in_the_future_then_is_not_known_then() -> None:
    later = evaluate(small_release(), Chart((PLANTAR, SQUEEZE)), "patient-view", ago(days=2))
    assert (later.recommended, later.unknown) == ((), ())


def test_a_pain_that_is_over_is_no_complaint() -> None:
    decision = decide(condition("1", standing=Standing.PAST, noted=exactly(ago(days=30))))
    assert decision.facts["heel-complaint"].truth is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "taught"),
    [
        ({"rules": {"care": rule(**{"class": "whim"})}}, r"rules.care: class is one of .*; found class 'whim'"),
        ({"rules": {"care": rule(indicator="loud")}}, r"rules.care: .* found class 'care', indicator 'loud'"),
        (
            {"rules": {"care": rule(withhold=[{"when": "hop", "on": "false", "reason": "under-16"}])}},
            r"rules.care.withhold\[0\].on: expected true .* or unknown .*, found 'false'",
        ),
        ({"rules": {"care": rule(when="whim")}}, r"rules.care.when: there is no fact 'whim'"),
        (
            {"rules": {"care": rule(withhold=[{"when": "whim", "on": "true", "reason": "under-16"}])}},
            r"rules.care.withhold\[0\].when: there is no fact 'whim'",
        ),
        ({"context_fact": "age"}, r"context_fact 'age' must be a presence fact"),
        (
            {"precedence": [{"open": ["coreCare"], "closes_class": ["whim"], "reason": "x"}]},
            r"precedence.closes_class: expected some of .*, found \['whim'\]",
        ),
        (
            {"rules": {"care": rule(when={"choice": {"fact": "place", "any_of": ["elbow"]}})}},
            r"facts.place: conditions ask for \['elbow'\], but its answers are",
        ),
        (
            {
                "facts": {
                    "one": {"title": "One", "kind": "presence", "when": "two"},
                    "two": {"title": "Two", "kind": "presence", "when": {"not": "one"}},
                }
            },
            r"derived from each other in a circle: \['one', 'two'\]",
        ),
    ],
)
def test_a_release_that_does_not_hold_together_is_refused_with_a_lesson(changes: dict[str, Any], taught: str) -> None:
    with pytest.raises(ReleaseError, match=taught):
        small_release(**changes)
