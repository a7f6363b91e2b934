"""Evaluating a release on one patient: pure and deterministic, no clock, no input or output.

A recommendation is due when its rule is *true*. It is held back by its own cautions, by a more
urgent matter that is open, or, for advice that assumes a harmless cause, when a red-flag rule could
not be evaluated. What is unknown is never taken as absent: the facts whose answer would change what
is shown are listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from knowledge.chart import Chart, Entry
from knowledge.conditions import Condition
from knowledge.decision import Decision, Facts, Recommended, Withheld
from knowledge.release import Release
from knowledge.rules import Rule
from knowledge.truth import Truth

RED_FLAG_FAILED = "red-flag-rule-failed"
ASSUMES_HARMLESS = frozenset({"care", "load"})
_URGENT = frozenset({"danger", "investigate"})


def evaluate(release: Release, chart: Chart, hook: str, at: datetime) -> Decision:
    """Apply the release to one chart as it stood at `at` (aware UTC) for one CDS Hooks `hook`.

    Never raises for what is in the chart: a rule that breaks is named in `Decision.failed`.
    """
    facts = release.facts.establish(chart, release.concepts, at)
    return judge(release, facts, hook, at)


def judge(release: Release, facts: Facts, hook: str, at: datetime) -> Decision:
    """The decision on given facts."""
    verdict = _verdict(release, facts, hook)
    effects = _effects(release, facts, hook, verdict)
    return Decision(
        at=at,
        hook=hook,
        facts=facts,
        outcomes=verdict.outcomes,
        recommended=tuple(_recommended(release, rule, facts, effects) for rule in verdict.shown),
        withheld=tuple(verdict.withheld),
        unknown=tuple(effect.code for effect in effects),
        failed=tuple(verdict.failed),
    )


@dataclass
class _Verdict:
    """What came of all rules, before wording: outcomes, and what is shown on this hook."""

    outcomes: dict[str, Truth]
    failed: list[str]
    shown: list[Rule] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(rule.topic for rule in self.shown)


def _verdict(
    release: Release, facts: Facts, hook: str, known: _Verdict | None = None, touched: frozenset[str] = frozenset()
) -> _Verdict:
    """Judge every rule; those not `touched` keep the outcome `known` from a verdict on nearly the same facts."""
    outcomes: dict[str, Truth] = {}
    failed: list[str] = []
    held: dict[str, str | None] = {}
    for rule in release.rules:
        if known is not None and rule.name not in touched:
            outcomes[rule.name] = known.outcomes[rule.name]
            failed += [rule.name] if rule.name in known.failed else []
        else:
            outcomes[rule.name] = _outcome(rule, facts, failed)
        if outcomes[rule.name] is Truth.TRUE:
            held[rule.name] = _held(rule, facts, failed)
    verdict = _Verdict(outcomes, failed)
    _settle(release, hook, held, verdict)
    return verdict


def _outcome(rule: Rule, facts: Facts, failed: list[str]) -> Truth:
    try:
        return rule.when.truth(facts)
    except Exception:  # a broken rule must be reported, whatever broke it, and cost only itself
        failed.append(rule.name)
        return Truth.UNKNOWN


def _held(rule: Rule, facts: Facts, failed: list[str]) -> str | None:
    try:
        return next((hold.reason for hold in rule.holds if hold.applies(facts)), None)
    except Exception:  # as above; what cannot be checked for safety is not shown
        failed.append(rule.name)
        return "caution-failed"


def _settle(release: Release, hook: str, held: dict[str, str | None], verdict: _Verdict) -> None:
    """From what is due to what is shown: cautions first, then what an open danger closes."""
    due = [rule for rule in release.rules if rule.name in held]
    open_topics = {rule.topic for rule in due if held[rule.name] is None}
    blind = any(release.rule(name).red_flag for name in verdict.failed)
    for rule in due:
        if hook not in rule.hooks:
            continue
        reason = held[rule.name] or _closed_by(release, rule, open_topics)
        if reason is None and blind and rule.kind in ASSUMES_HARMLESS:
            reason = RED_FLAG_FAILED
        if reason is None and rule.topic not in verdict.topics:
            verdict.shown.append(rule)
        elif reason is not None:
            verdict.withheld.append(Withheld(rule.topic, rule.name, reason))
    shown = verdict.topics
    verdict.withheld = [w for w in _each_once(verdict.withheld) if w.topic not in shown]


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
    urgent: bool  # it would open a danger or an investigation
    touches: frozenset[str]  # topics that would appear or go


def _effects(release: Release, facts: Facts, hook: str, verdict: _Verdict) -> list[_Effect]:
    """The unknown findings whose answer could change what is shown, the alarming ones first."""
    if facts[release.context_fact].truth is not Truth.TRUE:
        return []
    effects = []
    for fact, code in release.facts.findings.items():
        if facts[fact].truth is Truth.UNKNOWN and fact in release.rules_reading:
            effect = _effect(release, facts, hook, verdict, fact, code)
            if effect is not None:
                effects.append(effect)
    return sorted(effects, key=lambda effect: not effect.urgent)


def _effect(release: Release, facts: Facts, hook: str, verdict: _Verdict, name: str, code: str) -> _Effect | None:
    touches: set[str] = set()
    urgent = False
    touched = release.rules_reading[name]
    for answer in release.answers_to(name):
        supposed = {**facts, name: answer}
        release.facts.derive(supposed)
        then = _verdict(release, supposed, hook, verdict, touched)
        touches |= then.topics ^ verdict.topics
        urgent = urgent or any(rule.kind in _URGENT and rule.topic not in verdict.topics for rule in then.shown)
    return _Effect(name, code, urgent, frozenset(touches)) if touches else None


def _recommended(release: Release, rule: Rule, facts: Facts, effects: list[_Effect]) -> Recommended:
    supporting = tuple(dict.fromkeys(_expand(release, rule.when, facts)))
    asked = tuple(effect.fact for effect in effects if effect.urgent or rule.topic in effect.touches)
    orders = tuple(dict.fromkeys(entry for name in rule.reads() for entry in _drafts(release, name, facts)))
    return Recommended(rule.topic, rule.name, rule.indicator, supporting, asked, orders)


def _expand(release: Release, condition: Condition, facts: Facts) -> list[str]:
    """The facts a true condition rests on, derived ones resolved into what was recorded."""
    names: list[str] = []
    for name in condition.support(facts):
        derived = release.facts.derived.get(name)
        if derived is None:
            names.append(name)
        elif facts[name].truth is Truth.TRUE:
            names += _expand(release, derived, facts)
    return [name for name in names if facts[name].truth is not Truth.UNKNOWN]


def _drafts(release: Release, name: str, facts: Facts) -> tuple[Entry, ...]:
    derived = release.facts.derived.get(name)
    if derived is None:
        return facts[name].orders
    return tuple(entry for read in derived.reads for entry in _drafts(release, read, facts))
