"""The vocabulary of conditions: small enough for one page, three-valued after Kleene.

    "fact"                          a presence fact
    {all: [...]}, {any: [...]}, {none: [...]}, {not: C}, {at_least: {n: 2, of: [...]}}
    {number: {fact: age, min: 16}}  also `above`, `max`, `below`
    {choice: {fact: pain-location, any_of: [...]}}
    {unknown: fact}                 nothing is known of it (true or false, never unknown)
    {recorded: C}                   C is true on what we were given (true or false)

A condition knows its truth on given facts, the facts it reads, and which of them carry that truth.

`at_least` counts signs of one heel: two that were found, one on the left and the other on the right, are
not two signs of one injury. A sign with no side counts for either. `all` and `any` do not look at sides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from knowledge.chart import Side
from knowledge.decision import Fact, Facts
from knowledge.errors import ReleaseError
from knowledge.intervals import COMPARISONS
from knowledge.truth import (
    NOWHERE,
    Truth,
    Truths,
    all_,
    all_in,
    any_,
    any_in,
    at_least,
    at_least_in,
    not_,
    not_in,
)
from knowledge.worlds import Test, Worlds, is_known


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition.

    `truth` tells it for one patient, `worlds` in every world of one patient. `support` names the facts
    that make it true or false, none while it is unknown. `reads` are all fact names in order, `bounds`
    the numbers and `answers` the choices compared with.
    """

    truth: Callable[[Facts], Truth]
    worlds: Callable[[Worlds], Truths]
    support: Callable[[Facts], tuple[str, ...]]
    reads: tuple[str, ...]
    bounds: tuple[tuple[str, Decimal], ...] = ()
    answers: tuple[tuple[str, str], ...] = ()


def compile_condition(source: Any, where: str, kinds: Mapping[str, str]) -> Condition:
    """Compile one authored condition. `kinds` names the kind of every fact that exists.

    Raises `ReleaseError` naming `where`, what was found and what was expected.
    """
    if isinstance(source, str):
        return _presence(source, where, kinds)
    if not isinstance(source, Mapping) or len(source) != 1:
        raise ReleaseError(f"{where}: a condition is a fact name or one of {sorted(_OPERATORS)}; found {source!r}")
    operator, operand = next(iter(source.items()))
    compiler = _OPERATORS.get(operator)
    if compiler is None:
        raise ReleaseError(f"{where}: no condition is called {operator!r}; expected one of {sorted(_OPERATORS)}")
    return compiler(operand, f"{where}.{operator}", kinds)


def _known_fact(name: Any, kind: str | None, where: str, kinds: Mapping[str, str]) -> str:
    if name not in kinds:
        raise ReleaseError(f"{where}: there is no fact {name!r}; declare it under facts/")
    if kind is not None and kinds[name] != kind:
        raise ReleaseError(f"{where}: fact {name!r} is a {kinds[name]}, a {kind} is needed here")
    return str(name)


def _presence(name: str, where: str, kinds: Mapping[str, str]) -> Condition:
    _known_fact(name, "presence", where, kinds)
    return Condition(lambda facts: facts[name].truth, lambda worlds: worlds.presences[name], lambda _: (name,), (name,))


def _members(sources: Any, where: str, kinds: Mapping[str, str]) -> list[Condition]:
    if not isinstance(sources, list) or not sources:
        raise ReleaseError(f"{where}: expected a list of at least one condition, found {sources!r}")
    return [compile_condition(source, f"{where}[{place}]", kinds) for place, source in enumerate(sources)]


def _joined(
    members: list[Condition],
    truth: Callable[[Facts], Truth],
    worlds: Callable[[Worlds], Truths],
    support: Callable[[Facts], tuple[str, ...]],
) -> Condition:
    return Condition(
        truth,
        worlds,
        support,
        tuple(dict.fromkeys(name for member in members for name in member.reads)),
        tuple(dict.fromkeys(bound for member in members for bound in member.bounds)),
        tuple(dict.fromkeys(answer for member in members for answer in member.answers)),
    )


def _support_of(members: list[Condition], facts: Facts, truth: Truth) -> tuple[str, ...]:
    """What the members with the same truth as the whole rest on: only they can carry it."""
    if truth is Truth.UNKNOWN:
        return ()
    carrying = (member for member in members if member.truth(facts) is truth)
    return tuple(dict.fromkeys(name for member in carrying for name in member.support(facts)))


def _all(sources: Any, where: str, kinds: Mapping[str, str]) -> Condition:
    members = _members(sources, where, kinds)

    def truth(facts: Facts) -> Truth:
        return all_(member.truth(facts) for member in members)

    def everywhere(worlds: Worlds) -> Truths:
        return all_in([member.worlds(worlds) for member in members], worlds.everywhere)

    return _joined(members, truth, everywhere, lambda facts: _support_of(members, facts, truth(facts)))


def _any(sources: Any, where: str, kinds: Mapping[str, str]) -> Condition:
    members = _members(sources, where, kinds)

    def truth(facts: Facts) -> Truth:
        return any_(member.truth(facts) for member in members)

    def everywhere(worlds: Worlds) -> Truths:
        return any_in([member.worlds(worlds) for member in members], worlds.everywhere)

    return _joined(members, truth, everywhere, lambda facts: _support_of(members, facts, truth(facts)))


def _none(sources: Any, where: str, kinds: Mapping[str, str]) -> Condition:
    some = _any(sources, where, kinds)
    return _joined(
        [some], lambda facts: not_(some.truth(facts)), lambda worlds: not_in(some.worlds(worlds)), some.support
    )


def _not(source: Any, where: str, kinds: Mapping[str, str]) -> Condition:
    return _none([source], where, kinds)


def _at_least(operand: Any, where: str, kinds: Mapping[str, str]) -> Condition:
    if not isinstance(operand, Mapping) or set(operand) != {"n", "of"}:
        raise ReleaseError(f"{where}: expected {{n: NUMBER, of: [conditions]}}, found {operand!r}")
    members, number = _members(operand["of"], where, kinds), operand["n"]
    reads = tuple(dict.fromkeys(name for member in members for name in member.reads))
    if not isinstance(number, int) or not 1 <= number <= len(members):
        raise ReleaseError(f"{where}.n: expected a whole number from 1 to {len(members)}, found {number!r}")

    def truth(facts: Facts) -> Truth:
        found = at_least(number, (member.truth(facts) for member in members))
        if found is Truth.TRUE and not _on_one_side(number, members, facts):
            return Truth.UNKNOWN
        return found

    def everywhere(worlds: Worlds) -> Truths:
        found, false = at_least_in(number, [member.worlds(worlds) for member in members], worlds.everywhere)
        if found and worlds.two_sided:
            for there, facts in worlds.each(found, reads):
                found &= -1 if truth(facts) is Truth.TRUE else ~there
        return found, false

    return _joined(members, truth, everywhere, lambda facts: _support_of(members, facts, truth(facts)))


def _on_one_side(number: int, members: list[Condition], facts: Facts) -> bool:
    sides = [_sides(member, facts) for member in members if member.truth(facts) is Truth.TRUE]
    return any(sum(side in may_be for may_be in sides) >= number for side in (Side.LEFT, Side.RIGHT))


def _sides(member: Condition, facts: Facts) -> frozenset[Side]:
    """The sides a true condition may be true of: those its evidence names, both where it names none."""
    named = {item.side for name in member.support(facts) for item in facts[name].evidence}
    one_sided = named & {Side.LEFT, Side.RIGHT}
    return frozenset(one_sided if one_sided == named and named else {Side.LEFT, Side.RIGHT})


def _number(operand: Any, where: str, kinds: Mapping[str, str]) -> Condition:
    if not isinstance(operand, Mapping) or not set(operand) - {"fact"} or set(operand) - {"fact", *COMPARISONS}:
        raise ReleaseError(
            f"{where}: expected {{fact: NAME, one or more of {sorted(COMPARISONS)}: BOUND}}, found {operand!r}"
        )
    name = _known_fact(operand.get("fact"), "number", where, kinds)
    tests = [(COMPARISONS[key], Decimal(str(bound))) for key, bound in operand.items() if key != "fact"]

    def test(fact: Fact) -> Truth:
        number = fact.number
        if number is None:
            return Truth.UNKNOWN
        return all_(compare(number, bound) for compare, bound in tests)

    return _told(name, test, bounds=tuple((name, bound) for _, bound in tests))


def _told(name: str, test: Test, **compared: Any) -> Condition:
    """A condition that looks at one fact alone."""
    return Condition(
        lambda facts: test(facts[name]), lambda worlds: worlds.tell(name, test), lambda _: (name,), (name,), **compared
    )


def _choice(operand: Any, where: str, kinds: Mapping[str, str]) -> Condition:
    if not isinstance(operand, Mapping) or set(operand) != {"fact", "any_of"}:
        raise ReleaseError(f"{where}: expected {{fact: NAME, any_of: [answers]}}, found {operand!r}")
    name = _known_fact(operand["fact"], "choice", where, kinds)
    wanted = frozenset(operand["any_of"])
    if not wanted:
        raise ReleaseError(f"{where}.any_of: expected at least one answer")

    def test(fact: Fact) -> Truth:
        return Truth.of(not wanted.isdisjoint(fact.choices)) if fact.choices else Truth.UNKNOWN

    return _told(name, test, answers=tuple((name, answer) for answer in sorted(wanted)))


def _unknown(name: Any, where: str, kinds: Mapping[str, str]) -> Condition:
    kind = kinds[_known_fact(name, None, where, kinds)]

    def everywhere(worlds: Worlds) -> Truths:
        if worlds.is_broken((name,)):
            return NOWHERE
        true, false = worlds.presences[name] if kind == "presence" else worlds.tell(name, is_known)
        return worlds.everywhere & ~(true | false), true | false

    return Condition(
        lambda facts: not_(Truth.of(is_known(facts[name]) is Truth.TRUE)), everywhere, lambda _: (name,), (name,)
    )


def _recorded(source: Any, where: str, kinds: Mapping[str, str]) -> Condition:
    inner = compile_condition(source, where, kinds)

    def everywhere(worlds: Worlds) -> Truths:
        true, false = inner.worlds(worlds)
        return true, false if worlds.is_broken(inner.reads) else worlds.everywhere & ~true

    return Condition(
        lambda facts: Truth.of(inner.truth(facts) is Truth.TRUE),
        everywhere,
        inner.support,
        inner.reads,
        inner.bounds,
        inner.answers,
    )


_OPERATORS: dict[str, Callable[[Any, str, Mapping[str, str]], Condition]] = {
    "all": _all,
    "any": _any,
    "none": _none,
    "not": _not,
    "at_least": _at_least,
    "number": _number,
    "choice": _choice,
    "unknown": _unknown,
    "recorded": _recorded,
}
