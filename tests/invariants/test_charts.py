"""What holds of every chart, whatever is in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from knowledge.chart import Chart, Coding, Entry, Kind, Side, Span
from knowledge.decision import Decision
from knowledge.engine import evaluate
from knowledge.release import Release
from knowledge.truth import Truth
from tests.invariants.generated import HOOKS, NOW, bounded, charts, real_release, small


@pytest.fixture(scope="module", params=[small, real_release], ids=["small", "in force"])
def release(request: pytest.FixtureRequest) -> Release:
    return request.param()  # type: ignore[no-any-return]


HEEL_PAIN = Entry(
    Kind.OBSERVATION,
    "Observation/place",
    (Coding("heel-findings", "pain-location"), Coding("heel-findings", "place")),
    noted=Span(NOW, NOW),
    choices=(Coding("heel-pain-location", "plantar-medial"),),
)


def topics(decision: Decision) -> set[str]:
    return {recommended.topic for recommended in decision.recommended}


@pytest.mark.parametrize("hook", HOOKS)
def test_nothing_fires_on_an_empty_chart(release: Release, hook: str) -> None:
    decision = evaluate(release, Chart(), hook, NOW)
    assert (decision.recommended, decision.withheld, decision.unknown, decision.failed) == ((), (), (), ())


@bounded(400)
@given(data=st.data())
def test_neither_the_order_of_entries_nor_their_doubles_matter(release: Release, data: st.DataObject) -> None:
    chart, hook = data.draw(charts(release)), data.draw(st.sampled_from(HOOKS))
    doubles = data.draw(st.lists(st.sampled_from(chart.entries), max_size=4)) if chart.entries else []
    shuffled = data.draw(st.permutations([*chart.entries, *doubles]))
    told_again = replace(chart, entries=tuple(shuffled))
    assert evaluate(release, told_again, hook, NOW) == evaluate(release, chart, hook, NOW)


@bounded(400)
@given(data=st.data())
def test_nothing_is_absent_that_no_record_says_is_absent(release: Release, data: st.DataObject) -> None:
    facts = evaluate(release, data.draw(charts(release)), "patient-view", NOW).facts
    for name in release.facts.readers:
        ordered = "draft" in release.content["facts"][name]
        assert facts[name].truth is not Truth.FALSE or facts[name].evidence or ordered


@bounded(400)
@given(data=st.data())
def test_removing_evidence_never_turns_anything_into_absent(release: Release, data: st.DataObject) -> None:
    chart = data.draw(charts(release, once=True))
    assume(chart.entries)
    removed = data.draw(st.sampled_from(chart.entries))
    less = replace(chart, entries=tuple(entry for entry in chart.entries if entry is not removed))
    before = evaluate(release, chart, "patient-view", NOW).facts
    after = evaluate(release, less, "patient-view", NOW).facts
    # Which heel hurts may be what was removed: then "absent on the right" is no longer said of a healthy leg.
    one_sided = {
        coding.code for entry in less.entries if entry.side in (Side.LEFT, Side.RIGHT) for coding in entry.codings
    }
    for name in release.facts.readers:
        if release.content["facts"][name].get("finding") in one_sided:
            continue
        ordered = "draft" in release.content["facts"][name]
        assert after[name].truth is not Truth.FALSE or before[name].evidence or ordered
        if before[name].truth is Truth.UNKNOWN and not before[name].evidence and not ordered:
            assert after[name].truth is Truth.UNKNOWN


@bounded(400)
@given(data=st.data())
def test_without_a_heel_complaint_only_orders_are_spoken_of(release: Release, data: st.DataObject) -> None:
    decision = evaluate(release, data.draw(charts(release)), data.draw(st.sampled_from(HOOKS)), NOW)
    if decision.facts[release.context_fact].truth is not Truth.TRUE:
        # A jump in running distance also concerns someone whose Achilles trouble is over.
        kinds = {release.rule(one.rule).kind for one in decision.recommended if one.topic != "sessionSpike"}
        assert kinds <= {"order"}
        assert decision.unknown == ()


@bounded(400)
@given(data=st.data())
def test_a_finding_that_opens_a_danger_never_leaves_care_advice_alone(release: Release, data: st.DataObject) -> None:
    chart, hook = data.draw(charts(release)), data.draw(st.sampled_from(HOOKS))
    code = data.draw(st.sampled_from(red_flag_findings(release)))
    found = Entry(
        Kind.OBSERVATION,
        "Observation/red-flag",
        (Coding("heel-findings", code),),
        side=data.draw(st.sampled_from(list(Side))),
        noted=Span(NOW, NOW),
        presence=Truth.TRUE,
    )
    decision = evaluate(release, replace(chart, entries=(*chart.entries, HEEL_PAIN, found)), hook, NOW)
    due = {release.rule(name).topic for name, outcome in decision.outcomes.items() if outcome is Truth.TRUE}
    for closure in release.closures:
        if due & closure.open_topics:
            shown = {r.topic: release.rule(r.rule).kind for r in decision.recommended}
            assert not {topic for topic, kind in shown.items() if kind in closure.closes} - closure.open_topics


def red_flag_findings(release: Release) -> list[str]:
    """The codes of the presence findings that a rule which looks for danger reads."""
    facts = release.content["facts"]
    read = (name for rule in release.rules if rule.red_flag for name in release.facts.all_beneath(rule.when.reads))
    return sorted(
        {facts[name]["finding"] for name in read if facts[name]["kind"] == "presence" and "finding" in facts[name]}
    )


@bounded(60)
@given(data=st.data())
def test_care_that_was_shown_is_gone_as_soon_as_a_danger_is_open(release: Release, data: st.DataObject) -> None:
    chart = data.draw(charts(release))
    chart = replace(chart, entries=(*chart.entries, HEEL_PAIN))
    before = evaluate(release, chart, "patient-view", NOW)
    care = {topic for topic in topics(before) if release.rule(rule_of(before, topic)).kind == "care"}
    assume(care)
    for code in red_flag_findings(release):
        coding = (Coding("heel-findings", code),)
        found = Entry(Kind.OBSERVATION, "Observation/x", coding, noted=Span(NOW, NOW), presence=Truth.TRUE)
        after = evaluate(release, replace(chart, entries=(*chart.entries, found)), "patient-view", NOW)
        opened = topics(after) - topics(before)
        if any(opened & closure.open_topics for closure in release.closures):
            assert not care & topics(after)


def rule_of(decision: Decision, topic: str) -> str:
    return next(recommended.rule for recommended in decision.recommended if recommended.topic == topic)


@bounded(400)
@given(data=st.data())
def test_the_same_chart_gives_the_same_decision(release: Release, data: st.DataObject) -> None:
    chart, hook = data.draw(charts(release)), data.draw(st.sampled_from(HOOKS))
    assert evaluate(release, chart, hook, NOW) == evaluate(release, chart, hook, NOW)
