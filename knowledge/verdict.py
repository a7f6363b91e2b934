"""What comes of all rules, in every world of one patient: which hold, which are shown, and why the rest are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from knowledge.conditions import Condition
from knowledge.decision import Fact, Facts, Withheld
from knowledge.facts import FactBook, evidence_for
from knowledge.release import Release
from knowledge.rules import Closure, Rule
from knowledge.truth import NOWHERE, Truth, Truths
from knowledge.worlds import AS_RECORDED, Suppositions, Worlds, is_present

RED_FLAG_FAILED = "red-flag-rule-failed"
CAUTION_FAILED = "caution-failed"
ASSUMES_HARMLESS = frozenset({"care", "load", "prompt"})
URGENT = frozenset({"danger", "investigate"})


@dataclass(frozen=True, slots=True)
class Ruling:
    """One rule in every world: where it holds, where it is free to be shown, and what came of it as recorded."""

    when: Truths
    free: int  # the worlds in which it holds and no caution of its own holds it back
    reason: str | None  # of the caution that holds it back as recorded
    failed: int  # the worlds in which it, or a caution of it, could not be evaluated


class Judge:
    """A release made ready to judge patients: the worlds of it, and what comes of a chart that tells nothing."""

    def __init__(self, release: Release) -> None:
        self.release = release
        book = release.facts
        self.suppositions = Suppositions({name: release.answers_to(name) for name in release.asked})
        silent = dict(book.reading.silent)
        self._silent = Worlds(book, self.suppositions, silent, {}, set())
        _work_out(self._silent, book, {*silent, *book.derived})
        self._facts = book.complete(silent)
        self._rulings = {rule.name: _ruling(rule, self._silent) for rule in release.rules}

    def worlds(self, read: Facts) -> tuple[Worlds, set[str]]:
        """The worlds of one patient, and the facts in which they differ from those of a silent chart."""
        book, silent = self.release.facts, self._silent
        broken = {name for name in book.readers if name not in read} if len(read) < len(book.readers) else set()
        telling = {
            name for name, fact in read.items() if fact is not silent.facts[name] and fact != silent.facts[name]
        } | broken
        for name in tuple(telling):
            telling.update(book.following.get(name, ()))
        worlds = Worlds(book, self.suppositions, read, dict(silent.presences), broken)
        _work_out(worlds, book, telling)
        return worlds, telling

    def facts(self, worlds: Worlds, telling: set[str]) -> Facts:
        """All facts of the patient as recorded, those that could not be read as unknown."""
        book = self.release.facts
        facts = {**self._facts, **worlds.facts}
        for name in book.increases:
            if name in telling:
                facts[name] = book.increases[name](facts)
        for name, condition in book.derived.items():
            if name in telling:
                truth = as_recorded(worlds.presences[name])
                evidence = () if truth is Truth.UNKNOWN else evidence_for(condition, facts)
                facts[name] = Fact(name, truth, evidence=evidence)
        for name in worlds.broken:
            facts[name] = Fact(name, Truth.UNKNOWN)
        return facts

    def rulings(self, worlds: Worlds, telling: set[str]) -> dict[str, Ruling]:
        """What came of each rule, the most important first."""
        naming = self.release.rules_naming
        concerned = {rule for name in telling for rule in naming.get(name, ())}
        return {
            rule.name: _ruling(rule, worlds) if rule.name in concerned else self._rulings[rule.name]
            for rule in self.release.rules
        }


@lru_cache(maxsize=16)
def judge_of(release: Release) -> Judge:
    """The judge of a release, made once."""
    return Judge(release)


def as_recorded(truths: Truths) -> Truth:
    """The truth in world 0, of the patient as recorded."""
    if truths[0] & AS_RECORDED:
        return Truth.TRUE
    return Truth.FALSE if truths[1] & AS_RECORDED else Truth.UNKNOWN


def _work_out(worlds: Worlds, book: FactBook, names: set[str]) -> None:
    """Presences, then all that follows from them, each after what it needs."""
    for name in names & book.readers.keys():
        if book.kinds[name] == "presence":
            worlds.presences[name] = worlds.tell(name, is_present)
    for name, increase in book.increases.items():
        if worlds.is_broken((increase.before, increase.after)):
            worlds.broken.add(name)
    for name, condition in book.derived.items():
        if name in names:
            worlds.presences[name], failed = judged(condition, worlds)
            if failed & AS_RECORDED:
                worlds.broken.add(name)


def judged(condition: Condition, worlds: Worlds) -> tuple[Truths, int]:
    """A condition in every world, and the worlds in which it failed: unknown for want of what could not be read."""
    try:
        truths = condition.worlds(worlds)
    except Exception:
        return NOWHERE, worlds.everywhere
    return truths, worlds.everywhere & ~(truths[0] | truths[1]) if worlds.is_broken(condition.reads) else 0


def _ruling(rule: Rule, worlds: Worlds) -> Ruling:
    """One that breaks, whatever broke it, costs only itself."""
    when, failed = judged(rule.when, worlds)
    free, reason = when[0], None
    for hold in rule.holds:
        if not free:
            break
        (held, let), broken = judged(hold.condition, worlds)
        failed |= broken & free
        held |= worlds.everywhere & ~(held | let | broken) if hold.on_unknown else 0
        # What cannot be checked for safety is not shown; a warning of danger is safe to show.
        unsafe = 0 if rule.kind in URGENT else broken & free
        reason = hold.reason if held & free & AS_RECORDED else CAUTION_FAILED if unsafe & AS_RECORDED else reason
        free &= ~(held | unsafe)
    return Ruling(when, free, reason, failed)


@dataclass(slots=True)
class Verdict:
    """What is shown on one hook: of each rule the worlds in which it is, most important first, and what is not.

    A danger is open while its rule is true, also where its own card is held back or belongs to another
    hook: what must not be done to a ruptured tendon does not depend on who has been told.
    """

    shown: dict[str, int] = field(default_factory=dict)
    withheld: list[Withheld] = field(default_factory=list)


def settle(release: Release, hook: str, rulings: Mapping[str, Ruling]) -> Verdict:
    """From what holds to what is shown: cautions first, then what an open danger closes."""
    closings = _closings(release, rulings)
    blind = 0
    for rule in release.rules:
        if rulings[rule.name].failed and (rule.red_flag or rule.kind in URGENT):
            blind |= rulings[rule.name].failed
    verdict = Verdict()
    told: dict[str, int] = {}  # topic -> the worlds in which a rule already tells of it
    for rule in release.rules:
        ruling = rulings[rule.name]
        if not ruling.when[0] or hook not in rule.hooks:
            continue
        shown, reason = ruling.free, ruling.reason
        for closure, closed in closings:
            if rule.kind in closure.closes and rule.topic not in closure.open_topics:
                reason = reason or (closure.reason if shown & closed & AS_RECORDED else None)
                shown &= ~closed
        if rule.kind in ASSUMES_HARMLESS:
            reason = reason or (RED_FLAG_FAILED if shown & blind & AS_RECORDED else None)
            shown &= ~blind
        if reason is not None and ruling.when[0] & AS_RECORDED:
            verdict.withheld.append(Withheld(rule.topic, rule.name, reason))
        if shown := shown & ~told.get(rule.topic, 0):
            told[rule.topic] = told.get(rule.topic, 0) | shown
            verdict.shown[rule.name] = shown
    of_topic_and_reason = {(one.topic, one.reason): one for one in verdict.withheld}
    verdict.withheld = [one for one in of_topic_and_reason.values() if not told.get(one.topic, 0) & AS_RECORDED]
    return verdict


def _closings(release: Release, rulings: Mapping[str, Ruling]) -> list[tuple[Closure, int]]:
    """The worlds in which each closure closes anything."""
    opened: dict[str, int] = {}
    for rule in release.rules:
        if true := rulings[rule.name].when[0]:
            opened[rule.topic] = opened.get(rule.topic, 0) | true
    closings = []
    for closure in release.closures:
        closed = 0
        for topic in closure.open_topics:
            closed |= opened.get(topic, 0)
        if closed:
            closings.append((closure, closed))
    return closings
