"""The unknown findings of which one answer would change what is shown, and where it is worth asking for them."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.release import Release
from knowledge.rules import Rule
from knowledge.truth import Truth
from knowledge.verdict import URGENT, Verdict, judged
from knowledge.worlds import AS_RECORDED, Worlds


@dataclass(frozen=True, slots=True)
class Question:
    """One finding that nobody recorded, and what an answer to it would change."""

    fact: str
    code: str
    urgent: bool  # an answer would open a danger or an investigation that is worth asking for here
    rules: tuple[Rule, ...]  # that would come to be shown, or no longer be
    touches: frozenset[str]  # the topics on whose cards it is worth asking for

    @property
    def order(self) -> tuple[bool, tuple[int, int, int, str], str]:
        """The alarming ones first, then by the most important rule it decides."""
        return (not self.urgent, min(rule.order for rule in self.rules), self.code)


def questions(release: Release, worlds: Worlds, verdict: Verdict) -> list[Question]:
    """The questions about one patient, the alarming ones first; none for one without a heel complaint."""
    if not worlds.presences[release.context_fact][0] & AS_RECORDED:
        return []
    changes = _changes(release, worlds, verdict)
    changed = 0
    for there in changes.values():
        changed |= there
    worth_it, opened = _openings(release, worlds, verdict)
    asked = []
    for name, there in worlds.suppositions.of.items():
        if there & changed and name in worlds.facts and worlds.facts[name].truth is Truth.UNKNOWN:
            rules = tuple(release.rule(rule) for rule, where in changes.items() if where & there)
            heard = there & (worth_it | ~opened)
            touches = frozenset(rule.topic for rule in rules if changes[rule.name] & heard)
            code = release.facts.findings[name]
            asked.append(Question(name, code, bool(worth_it & there), rules, touches))
    return sorted(asked, key=lambda question: question.order)


def _changes(release: Release, worlds: Worlds, verdict: Verdict) -> dict[str, int]:
    """Of each rule the worlds in which its topic appears, goes, or becomes more or less urgent by it."""
    there: dict[tuple[str, str], int] = {}
    now: set[tuple[str, str]] = set()
    for name, shown in verdict.shown.items():
        rule = release.rule(name)
        said = (rule.topic, rule.indicator)
        there[said] = there.get(said, 0) | shown
        if shown & AS_RECORDED:
            now.add(said)
    changes = {}
    for name, shown in verdict.shown.items():
        rule = release.rule(name)
        said = (rule.topic, rule.indicator)
        if said not in now:
            changes[name] = shown
        elif shown & AS_RECORDED and (gone := worlds.everywhere & ~there[said]):
            changes[name] = gone
    return changes


def _openings(release: Release, worlds: Worlds, verdict: Verdict) -> tuple[int, int]:
    """The worlds that open a danger or an investigation not shown now: those worth asking for, and all."""
    rules = {name: release.rule(name) for name in verdict.shown}
    now = {rule.topic for name, rule in rules.items() if verdict.shown[name] & AS_RECORDED}
    worth_it = opened = 0
    for name, rule in rules.items():
        if rule.kind in URGENT and rule.topic not in now:
            opened |= verdict.shown[name]
            worth_it |= verdict.shown[name] & _asked_beside(rule, worlds)
    return worth_it, opened


def _asked_beside(rule: Rule, worlds: Worlds) -> int:
    """The worlds in which a card on another matter should ask for what would make this rule true."""
    if rule.asked_with is None:
        return worlds.everywhere
    truths, failed = judged(rule.asked_with, worlds)
    return truths[0] | failed  # what cannot be judged is rather asked for
