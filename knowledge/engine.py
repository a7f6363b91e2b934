"""Evaluating a release on one patient: pure and deterministic, no clock, no input or output.

A recommendation is due when its rule is *true*. It is held back by its own cautions, by a more
urgent matter that is open, or, for advice that assumes a harmless cause, when a rule that looks for
danger could not be evaluated. What is unknown is never taken as absent: the findings are listed of
which one answer would be enough to change what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from knowledge.chart import Chart, Entry
from knowledge.conditions import Condition
from knowledge.decision import Decision, Fact, Facts, Recommended, Withheld
from knowledge.release import Release
from knowledge.rules import Rule
from knowledge.truth import Truth

RED_FLAG_FAILED = "red-flag-rule-failed"
CAUTION_FAILED = "caution-failed"
ASSUMES_HARMLESS = frozenset({"care", "load", "prompt"})
_URGENT = frozenset({"danger", "investigate"})


def evaluate(release: Release, chart: Chart, hook: str, at: datetime) -> Decision:
    """Apply the release to one chart as it stood at `at` (aware UTC) for one CDS Hooks `hook`.

    Never raises for what is in the chart: a rule that breaks is named in `Decision.failed`. For a
    patient who has died nothing is due.
    """
    spoken_for = Chart() if chart.deceased else chart
    return judge(release, release.facts.establish(spoken_for, release.concepts, at), hook, at)


def judge(release: Release, facts: Facts, hook: str, at: datetime) -> Decision:
    """The decision on given facts. One that is missing fails the rules that need it."""
    verdict = _verdict(release, facts, hook)
    effects = _effects(release, facts, hook, verdict)
    unread = {name: Fact(name, Truth.UNKNOWN) for name in release.facts.kinds if name not in facts}
    return Decision(
        at=at,
        hook=hook,
        facts={**facts, **unread},
        outcomes=verdict.outcomes,
        recommended=tuple(_recommended(release, rule, facts, effects) for rule in verdict.shown),
        withheld=tuple(verdict.withheld),
        unknown=tuple(dict.fromkeys(effect.code for effect in effects)),
        failed=tuple(rule.name for rule in release.rules if rule.name in verdict.failed),
    )


@dataclass
class _Verdict:
    """What came of all rules, before wording: outcomes, and what is shown on this hook.

    `held` tells of each rule that is due why it is held back by its own cautions, None if it is not.
    """

    outcomes: dict[str, Truth] = field(default_factory=dict)
    held: dict[str, str | None] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    shown: list[Rule] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(rule.topic for rule in self.shown)

    def judge(self, rule: Rule, facts: Facts) -> None:
        """Outcome and cautions of one rule. One that breaks, whatever broke it, costs only itself."""
        self.held.pop(rule.name, None)
        try:
            self.outcomes[rule.name] = rule.when.truth(facts)
        except Exception:
            self.outcomes[rule.name] = Truth.UNKNOWN
            self.failed.add(rule.name)
        if self.outcomes[rule.name] is Truth.TRUE:
            self.held[rule.name] = self._held(rule, facts)

    def _held(self, rule: Rule, facts: Facts) -> str | None:
        try:
            return next((hold.reason for hold in rule.holds if hold.applies(facts)), None)
        except Exception:
            self.failed.add(rule.name)
            # What cannot be checked for safety is not shown; a warning of danger is safe to show.
            return None if rule.kind in _URGENT else CAUTION_FAILED


def _verdict(release: Release, facts: Facts, hook: str) -> _Verdict:
    verdict = _Verdict()
    for rule in release.rules:
        verdict.judge(rule, facts)
    _settle(release, hook, verdict)
    return verdict


def _verdict_if(release: Release, supposed: Facts, hook: str, before: _Verdict, touched: set[str]) -> _Verdict:
    """The verdict on facts that differ from those of `before` only for the rules `touched`."""
    verdict = _Verdict(dict(before.outcomes), dict(before.held), before.failed - touched)
    for name in touched:
        verdict.judge(release.rule(name), supposed)
    if (verdict.outcomes, verdict.held, verdict.failed) == (before.outcomes, before.held, before.failed):
        return before
    _settle(release, hook, verdict)
    return verdict


def _settle(release: Release, hook: str, verdict: _Verdict) -> None:
    """From what is due to what is shown: cautions first, then what an open danger closes.

    A danger is open while its rule is true, also where its own card is held back or belongs to another
    hook: what must not be done to a ruptured tendon does not depend on who has been told.
    """
    due = [rule for rule in release.rules if rule.name in verdict.held]
    open_topics = {rule.topic for rule in due}
    blind = any(_looks_for_danger(release.rule(name)) for name in verdict.failed)
    for rule in due:
        if hook not in rule.hooks:
            continue
        reason = verdict.held[rule.name] or _closed_by(release, rule, open_topics)
        if reason is None and blind and rule.kind in ASSUMES_HARMLESS:
            reason = RED_FLAG_FAILED
        if reason is not None:
            verdict.withheld.append(Withheld(rule.topic, rule.name, reason))
        elif rule.topic not in verdict.topics:
            verdict.shown.append(rule)
    shown = verdict.topics
    verdict.withheld = [w for w in _each_once(verdict.withheld) if w.topic not in shown]


def _looks_for_danger(rule: Rule) -> bool:
    return rule.red_flag or rule.kind in _URGENT


def _closed_by(release: Release, rule: Rule, open_topics: set[str]) -> str | None:
    for closure in release.closures:
        if rule.kind in closure.closes and rule.topic not in closure.open_topics and closure.open_topics & open_topics:
            return closure.reason
    return None


def _each_once(withheld: Iterable[Withheld]) -> list[Withheld]:
    return list({(w.topic, w.reason): w for w in withheld}.values())


@dataclass(frozen=True, slots=True)
class _Effect:
    """What an answer to one unknown finding would change."""

    fact: str
    code: str
    urgent: bool  # it would open a danger or an investigation that is worth asking for here
    rules: tuple[Rule, ...]  # that would come to be shown, or no longer be
    touches: frozenset[str]  # the topics on whose cards it is worth asking for

    @property
    def order(self) -> tuple[bool, tuple[int, int, int, str], str]:
        """The alarming ones first, then by the most important rule it decides."""
        return (not self.urgent, min(rule.order for rule in self.rules), self.code)


def _effects(release: Release, facts: Facts, hook: str, verdict: _Verdict) -> list[_Effect]:
    """The unknown findings one answer to which would change what is shown, the alarming ones first."""
    context = facts.get(release.context_fact)
    if context is None or context.truth is not Truth.TRUE:
        return []
    effects = []
    for name, code in release.facts.findings.items():
        if name in facts and facts[name].truth is Truth.UNKNOWN and name in release.rules_reading:
            effect = _effect(release, facts, hook, verdict, name, code)
            if effect.rules:
                effects.append(effect)
    return sorted(effects, key=lambda effect: effect.order)


def _effect(release: Release, facts: Facts, hook: str, verdict: _Verdict, name: str, code: str) -> _Effect:
    changed: set[str] = set()
    asked: set[str] = set()
    urgent = False
    for answer in release.answers_to(name):
        supposed, differing = release.facts.suppose(facts, answer)
        touched = {rule for fact in differing for rule in release.rules_naming.get(fact, ())}
        then = _verdict_if(release, supposed, hook, verdict, touched)
        difference = _changed(verdict, then)
        changed |= difference
        opened = [rule for rule in then.shown if _opens(rule, verdict)]
        worth_it = any(_asked_beside(rule, supposed) for rule in opened)
        asked |= difference if worth_it or not opened else set()
        urgent = urgent or worth_it
    touches = frozenset(release.rule(rule).topic for rule in asked)
    return _Effect(name, code, urgent, tuple(release.rule(rule) for rule in changed), touches)


def _opens(rule: Rule, before: _Verdict) -> bool:
    return rule.kind in _URGENT and rule.topic not in before.topics


def _asked_beside(rule: Rule, facts: Facts) -> bool:
    """Whether a card on another matter should ask for what would make this rule true."""
    try:
        return rule.asked_with is None or rule.asked_with.truth(facts) is Truth.TRUE
    except Exception:
        return True  # what cannot be judged is rather asked for


def _changed(before: _Verdict, after: _Verdict) -> set[str]:
    """Names of the rules by which a topic appears, goes, or becomes more or less urgent."""
    shown = [{(rule.topic, rule.indicator): rule.name for rule in verdict.shown} for verdict in (before, after)]
    return {name for one, other in (shown, shown[::-1]) for said, name in one.items() if said not in other}


def _recommended(release: Release, rule: Rule, facts: Facts, effects: list[_Effect]) -> Recommended:
    supporting = tuple(dict.fromkeys(recorded_support(release, rule.when, facts)))
    # Beside a danger nothing is asked that belongs to another matter.
    elsewhere = rule.kind != "danger"
    asked = tuple(e.fact for e in effects if rule.topic in e.touches or (elsewhere and e.urgent))
    orders = (entry for name in sorted(release.facts.all_beneath(rule.reads())) for entry in _drafts(name, facts))
    return Recommended(rule.topic, rule.name, rule.indicator, supporting, asked, tuple(dict.fromkeys(orders)))


def recorded_support(release: Release, condition: Condition, facts: Facts) -> Iterator[str]:
    """The recorded facts that make a condition true or false, derived ones resolved into what they follow from."""
    for name in condition.support(facts):
        if name in release.facts.derived:
            yield from recorded_support(release, release.facts.derived[name], facts)
        elif facts[name].truth is not Truth.UNKNOWN:
            yield name


def _drafts(name: str, facts: Facts) -> tuple[Entry, ...]:
    return facts[name].orders if name in facts else ()
