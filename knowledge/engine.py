"""Evaluating a release on one patient: pure and deterministic, no clock, no input or output.

A recommendation is due when its rule is *true*. It is held back by its own cautions, by a more
urgent matter that is open, or, for advice that assumes a harmless cause, when a rule that looks for
danger could not be evaluated. What is unknown is never taken as absent: the findings are listed of
which one answer would be enough to change what is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from knowledge.chart import Chart, Entry
from knowledge.conditions import Condition
from knowledge.decision import Decision, Facts, Recommended
from knowledge.doubts import doubter_of
from knowledge.questions import Question, questions
from knowledge.release import Release
from knowledge.rules import Rule
from knowledge.sightings import look
from knowledge.telling_apart import not_told_apart
from knowledge.truth import Truth
from knowledge.verdict import as_recorded, judge_of, settle
from knowledge.worlds import AS_RECORDED


def evaluate(release: Release, chart: Chart, hook: str, at: datetime) -> Decision:
    """Apply the release to one chart as it stood at `at` (aware UTC) for one CDS Hooks `hook`.

    Never raises for what is in the chart: a rule that breaks is named in `Decision.failed`. For a
    patient who has died nothing is due.
    """
    spoken_for = Chart() if chart.deceased else chart
    sightings = look(spoken_for, release.concepts, release.facts.wanted, at)
    read = release.facts.read_from(sightings)
    decision = _decide(release, read, hook, at)
    doubts = doubter_of(release).doubts(sightings, read, decision, lambda facts: _decide(release, facts, hook, at))
    return replace(decision, doubts=tuple(doubts))


def judge(release: Release, facts: Facts, hook: str, at: datetime) -> Decision:
    """The decision on given facts. One read from the chart that is missing fails the rules that need it."""
    return _decide(release, {name: facts[name] for name in release.facts.readers if name in facts}, hook, at)


def _decide(release: Release, read: Facts, hook: str, at: datetime) -> Decision:
    judge = judge_of(release)
    worlds, telling = judge.worlds(read)
    rulings = judge.rulings(worlds, telling)
    verdict = settle(release, hook, rulings)
    facts = judge.facts(worlds, telling)
    shown = [release.rule(name) for name, there in verdict.shown.items() if there & AS_RECORDED]
    asked = questions(release, worlds, verdict)
    return Decision(
        at=at,
        hook=hook,
        facts=facts,
        outcomes={name: as_recorded(ruling.when) for name, ruling in rulings.items()},
        recommended=tuple(_recommended(release, rule, facts, asked) for rule in shown),
        withheld=tuple(verdict.withheld),
        unknown=tuple(dict.fromkeys(question.code for question in asked)),
        failed=tuple(name for name, ruling in rulings.items() if ruling.failed & AS_RECORDED),
        differentials=not_told_apart(release, worlds, rulings, frozenset(rule.topic for rule in shown)),
    )


def _recommended(release: Release, rule: Rule, facts: Facts, asked: list[Question]) -> Recommended:
    supporting = tuple(dict.fromkeys(recorded_support(release, rule.when, facts)))
    # Beside a danger nothing is asked that belongs to another matter.
    elsewhere = rule.kind != "danger"
    wanted = tuple(one.fact for one in asked if rule.topic in one.touches or (elsewhere and one.urgent))
    orders = (entry for name in sorted(release.facts.all_beneath(rule.reads())) for entry in _drafts(name, facts))
    return Recommended(rule.topic, rule.name, rule.indicator, supporting, wanted, tuple(dict.fromkeys(orders)))


def recorded_support(release: Release, condition: Condition, facts: Facts) -> Iterator[str]:
    """The recorded facts that make a condition true or false, derived ones resolved into what they follow from."""
    for name in condition.support(facts):
        if name in release.facts.derived:
            yield from recorded_support(release, release.facts.derived[name], facts)
        elif facts[name].truth is not Truth.UNKNOWN:
            yield name


def _drafts(name: str, facts: Facts) -> tuple[Entry, ...]:
    return facts[name].orders if name in facts else ()
