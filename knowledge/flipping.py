"""The smallest changes of what is recorded that would turn a rule: true where it was not, or the other way round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from knowledge.decision import Fact, Facts, Interval
from knowledge.explain import state
from knowledge.reasoning import Node, tree_of
from knowledge.release import Release
from knowledge.rules import Rule
from knowledge.truth import Truth, not_
from knowledge.verdict import judge_of, judged
from knowledge.worlds import is_known

MOST_FLIPS = 5
Changes = tuple[Fact, ...]
_BEFORE = Decimal(10)  # what a number rises from where nothing is recorded


def smallest_flips(release: Release, facts: Facts, rule: Rule) -> list[Changes]:
    """The fewest answers to findings, one or two, that would turn a rule; at most `MOST_FLIPS` of them.

    Where it takes more, or something that no finding tells of, one change of the chart that would, of which
    no part is enough: also a record that would have to be missing. None where no such change was found.
    """
    now = rule.when.truth(facts) is Truth.TRUE
    answers = [answer for fact in _findings(release, rule) for answer in release.answers_to(fact)]
    answers = [answer for answer in answers if state(answer) != state(facts[answer.name])]
    single: list[Changes] = [(one,) for one in answers if _turns(release, facts, rule, (one,), now)]
    found = single or _pairs(release, facts, rule, answers, now)
    return _telling(found, facts)[:MOST_FLIPS] or _larger(release, facts, rule, now)


def _telling(found: list[Changes], facts: Facts) -> list[Changes]:
    """Of several numbers of one finding that would do, the one nearest to what is recorded, else the least."""
    nearest: dict[tuple[str, ...], Changes] = {}
    for changes in sorted(found, key=lambda changes: sum(_distance(one, facts) for one in changes)):
        nearest.setdefault(tuple(one.name if one.number else f"{one.name} {state(one)}" for one in changes), changes)
    kept = set(map(id, nearest.values()))
    return [changes for changes in found if id(changes) in kept]


def _distance(answer: Fact, facts: Facts) -> Decimal:
    recorded = facts[answer.name].number
    if answer.number is None or answer.number.low is None or recorded is None or recorded.low is None:
        return Decimal(0)
    return abs(answer.number.low - recorded.low)


def _findings(release: Release, rule: Rule) -> list[str]:
    """The findings a rule looks at, through derived facts too."""
    beneath = release.facts.all_beneath(rule.when.reads)
    return [fact for fact in release.facts.findings if fact in beneath]


def _pairs(release: Release, facts: Facts, rule: Rule, answers: list[Fact], now: bool) -> list[Changes]:
    """All pairs that turn the rule: for each first answer the second is found in all worlds of it at once."""
    judge = judge_of(release)
    found: dict[frozenset[str], Changes] = {}
    for first in answers:
        read = {name: first if name == first.name else facts[name] for name in release.facts.readers}
        worlds, _ = judge.worlds(read)
        true = judged(rule.when, worlds)[0][0]
        turned = worlds.everywhere & ~true if now else true
        for second in answers:
            if second.name != first.name and is_known(facts[second.name]) is Truth.UNKNOWN:
                there = next(world for world, one in judge.suppositions.answers[second.name] if one is second)
                if there & turned:
                    key = frozenset({f"{one.name} {state(one)}" for one in (first, second)})
                    found.setdefault(key, (first, second))
    known = [answer for answer in answers if is_known(facts[answer.name]) is Truth.TRUE]
    both = [some for some in combinations(known, 2) if some[0].name != some[1].name]
    return [*found.values(), *(some for some in both if _turns(release, facts, rule, some, now))]


def _turns(release: Release, facts: Facts, rule: Rule, answers: Changes, now: bool) -> bool:
    supposed = facts
    for answer in answers:
        supposed = release.facts.suppose(supposed, answer)[0]
    return (rule.when.truth(supposed) is Truth.TRUE) is not now


def _larger(release: Release, facts: Facts, rule: Rule, now: bool) -> list[Changes]:
    """One change of any size, put together from the parts of the condition, without what it does not need."""
    tree = tree_of(release, release.content["rules"][rule.name]["when"])
    reached = _Reach(release).reach(tree, Truth.of(not now), _Supposed(facts, {}))
    changes = () if reached is None else tuple(reached.changes.values())
    if not _turns(release, facts, rule, changes, now):
        return []
    for one in changes:
        fewer = tuple(other for other in changes if other is not one)
        if _turns(release, facts, rule, fewer, now):
            changes = fewer
    return [changes]


@dataclass(frozen=True, slots=True)
class _Supposed:
    """The facts as they would be after some changes."""

    facts: Facts
    changes: Mapping[str, Fact]


class _Reach:
    """The changes by which a condition comes to a truth, put together from those of its members, one after another."""

    def __init__(self, release: Release) -> None:
        self._release = release

    def reach(self, node: Node, wanted: Truth, so_far: _Supposed) -> _Supposed | None:
        """What has to be supposed besides, so that a node has a truth; None where nothing would do."""
        if node.condition.truth(so_far.facts) is wanted:
            return so_far
        if not node.members:
            return self._leaf(node, wanted, so_far)
        sought = not_(wanted) if node.operator in ("none", "not") else wanted
        return self._some(node.members, _enough(node, sought), sought, so_far)

    def _some(self, members: Sequence[Node], number: int, wanted: Truth, so_far: _Supposed) -> _Supposed | None:
        """So many of the members, by those first that need the least."""
        if len(members) == number:
            return self._every(members, wanted, so_far)
        ways = [(member, way) for member in members if (way := self.reach(member, wanted, so_far)) is not None]
        ways.sort(key=lambda way: len(way[1].changes))
        if number == 1:
            return ways[0][1] if ways else None
        return self._every([member for member, _ in ways[:number]], wanted, so_far) if len(ways) >= number else None

    def _every(self, members: Sequence[Node], wanted: Truth, so_far: _Supposed) -> _Supposed | None:
        """All members; one that finds no way after the others is tried before them."""
        for _ in members:
            supposed: _Supposed | None = so_far
            for member in members:
                supposed = self.reach(member, wanted, supposed) if supposed is not None else None
                if supposed is None:
                    members = [member, *(other for other in members if other is not member)]
                    break
            if supposed is not None:
                return supposed
        return None

    def _leaf(self, node: Node, wanted: Truth, so_far: _Supposed) -> _Supposed | None:
        if node.fact in self._release.facts.increases:
            return self._rise(node, wanted, so_far)
        untold = Fact(node.fact, Truth.UNKNOWN, unit=so_far.facts[node.fact].unit)
        for answer in (*self._release.answers_to(node.fact), untold):
            if node.condition.truth({**so_far.facts, node.fact: answer}) is wanted:
                return self._suppose(so_far, answer)
        return None

    def _suppose(self, so_far: _Supposed, *answers: Fact) -> _Supposed | None:
        """With these answers too; None where one of them was answered otherwise already."""
        facts = so_far.facts
        for answer in answers:
            if answer.name in so_far.changes:
                return None
            facts = self._release.facts.suppose(facts, answer)[0]
        return _Supposed(facts, {**so_far.changes, **{answer.name: answer for answer in answers}})

    def _rise(self, node: Node, wanted: Truth, so_far: _Supposed) -> _Supposed | None:
        """The two numbers between which there is such a rise."""
        rise = self._release.facts.increases[node.fact]
        before, after = so_far.facts[rise.before], so_far.facts[rise.after]
        number = before.number or Interval(_BEFORE, _BEFORE)
        for answer in self._release.answers_to(node.fact):
            by = answer.number.low if answer.number else None
            if by is None or number.low is None or node.condition.truth({node.fact: answer}) is not wanted:
                continue
            end = number.low * (1 + by / 100) if rise.unit == "%" else number.low + by
            risen = replace(after, truth=Truth.TRUE, number=Interval(end, end))
            begun = () if before.number else (replace(before, truth=Truth.TRUE, number=number),)
            return self._suppose(so_far, *begun, risen)
        return None


def _enough(node: Node, wanted: Truth) -> int:
    """How many members decide: one of `any`, all of `all`, and the other way round for the opposite truth."""
    everyone = len(node.members)
    if node.operator == "at_least":
        return node.needed if wanted is Truth.TRUE else everyone - node.needed + 1
    return everyone if (node.operator == "all") is (wanted is Truth.TRUE) else 1
