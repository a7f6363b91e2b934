"""A release: one immutable published file of knowledge, compiled and ready to be evaluated.

The file is canonical JSON (RFC 8785), so its sha256 is the digest of the knowledge. Which releases
exist, and their status, stands in `releases/index.json`, to which lines are only ever added.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from knowledge.concepts import Concepts
from knowledge.conditions import Condition
from knowledge.decision import Fact, Interval
from knowledge.differentials import Differential, compile_differentials
from knowledge.errors import ReleaseError
from knowledge.facts import FactBook, compile_facts
from knowledge.index import NAME as NAME
from knowledge.index import RELEASES as RELEASES
from knowledge.index import active_version as active_version
from knowledge.index import read_index as read_index
from knowledge.index import status_of as status_of
from knowledge.rules import Closure, Rule, compile_closures, compile_rules
from knowledge.truth import Truth


@dataclass(frozen=True, eq=False)
class Release:
    """One version of the knowledge. `digest` is `sha256:` and the hex digest of the published file."""

    name: str
    version: str
    digest: str
    content: Mapping[str, Any]
    concepts: Concepts
    facts: FactBook
    rules: tuple[Rule, ...]
    closures: tuple[Closure, ...]
    differentials: tuple[Differential, ...]
    context_fact: str
    rules_naming: Mapping[str, frozenset[str]]  # fact -> the rules that name it
    rules_reading: Mapping[str, frozenset[str]]  # fact -> the rules it can touch, through derived facts too
    _by_name: Mapping[str, Rule]
    _answers: Mapping[str, tuple[Fact, ...]]

    def offer(self, rule: str) -> Mapping[str, Any]:
        """What the topic of a rule offers and rests on: `actions`, `evidence`, `override_reasons`, `withdraw`."""
        of_topic: Mapping[str, Any] = self.content["recommendations"][self.rule(rule).topic]
        return {**of_topic, **of_topic.get("by_rule", {}).get(rule, {})}

    @property
    def asked(self) -> tuple[str, ...]:
        """The findings that some rule looks at, by the name of the fact."""
        return tuple(name for name in self.facts.findings if name in self.rules_reading)

    def rule(self, name: str) -> Rule:
        return self._by_name[name]

    def answers_to(self, fact: str) -> tuple[Fact, ...]:
        """Every answer to a fact that some rule could tell from another."""
        return self._answers[fact]


def compile_release(content: Mapping[str, Any], digest: str) -> Release:
    """Compile published or merged authored content. Raises `ReleaseError` where it does not hold together."""
    concepts = Concepts(content["concepts"])
    facts = compile_facts(content["facts"], concepts)
    rules = compile_rules(content["rules"], facts.kinds)
    context = content.get("context_fact", "heel-complaint")
    if facts.kinds.get(context) != "presence":
        raise ReleaseError(f"release: context_fact {context!r} must be a presence fact under facts/")
    return Release(
        name=content["name"],
        version=content["version"],
        digest=digest,
        content=content,
        concepts=concepts,
        facts=facts,
        rules=rules,
        closures=compile_closures(content.get("precedence", [])),
        differentials=compile_differentials(content.get("differentials", []), facts, rules),
        context_fact=context,
        rules_naming=_rules_by_fact(rules, Rule.reads),
        rules_reading=_rules_by_fact(rules, lambda rule: facts.all_beneath(rule.reads())),
        _by_name={rule.name: rule for rule in rules},
        _answers=_answers(content["facts"], facts, rules),
    )


def _rules_by_fact(rules: tuple[Rule, ...], facts_of: Callable[[Rule], Iterable[str]]) -> dict[str, frozenset[str]]:
    by_fact: dict[str, set[str]] = {}
    for rule in rules:
        for name in facts_of(rule):
            by_fact.setdefault(name, set()).add(rule.name)
    return {name: frozenset(names) for name, names in by_fact.items()}


def _conditions(facts: FactBook, rules: tuple[Rule, ...]) -> list[Condition]:
    holds = (hold.condition for rule in rules for hold in rule.holds)
    return [*(rule.when for rule in rules), *holds, *facts.derived.values()]


def _answers(authored: Mapping[str, Any], facts: FactBook, rules: tuple[Rule, ...]) -> dict[str, tuple[Fact, ...]]:
    conditions = _conditions(facts, rules)
    bounds = {bound for condition in conditions for bound in condition.bounds}
    wanted = {answer for condition in conditions for answer in condition.answers}
    answers: dict[str, tuple[Fact, ...]] = {}
    for name, fact in authored.items():
        if facts.kinds[name] == "presence":
            answers[name] = (Fact(name, Truth.TRUE), Fact(name, Truth.FALSE))
        elif facts.kinds[name] == "number":
            answers[name] = _numbers_around(name, fact, sorted(b for n, b in bounds if n == name))
        else:
            answers[name] = _choices_among(name, fact["answers"], sorted(a for n, a in wanted if n == name))
    return answers


def _numbers_around(name: str, fact: Mapping[str, Any], bounds: list[Decimal]) -> tuple[Fact, ...]:
    """One number below, at, between and above the bounds, of those a patient can have: no comparison needs more."""
    least, most = (Decimal(str(end)) for end in fact.get("plausible", ("-Infinity", "Infinity")))
    values = {between for low, high in pairwise(bounds) for between in (low, (low + high) / 2, high)}
    if bounds:
        values |= {max(least, bounds[0] - 1), bounds[0], bounds[-1], min(most, bounds[-1] + 1)}
    possible = sorted(value for value in values if least <= value <= most)
    return tuple(Fact(name, Truth.TRUE, Interval(value, value), str(fact.get("unit", ""))) for value in possible)


def _choices_among(name: str, answers: list[str], wanted: list[str]) -> tuple[Fact, ...]:
    """Each answer some condition asks for, and one that none asks for. Raises `ReleaseError` for one not offered."""
    if foreign := [answer for answer in wanted if answer not in answers]:
        raise ReleaseError(f"facts.{name}: conditions ask for {foreign}, but its answers are {answers}")
    others = [answer for answer in answers if answer not in wanted][:1]
    return tuple(Fact(name, Truth.TRUE, choices=(answer,)) for answer in (*wanted, *others))


def release_path(version: str, releases: Path = RELEASES) -> Path:
    return releases / f"{NAME}-{version}.json"


def load_release(version: str | None = None, releases: Path = RELEASES) -> Release:
    """Load a published release (the active one by default) and verify its digest against the index.

    Raises `ReleaseError` when it is missing, changed since publication, or does not hold together.
    """
    version = version or active_version(releases)
    return read_release(version, status_of(version, releases)["digest"], releases)


def read_release(version: str, expected: str, releases: Path = RELEASES) -> Release:
    """Load the file of a version, whose digest must be the expected one. Raises `ReleaseError` otherwise."""
    path = release_path(version, releases)
    try:
        published = path.read_bytes()
    except OSError as problem:
        raise ReleaseError(f"{path}: cannot be read; its digest must be {expected}") from problem
    digest = digest_of(published)
    if digest != expected:
        raise ReleaseError(
            f"{path}: its digest is {digest}, expected {expected}; "
            "a published release never changes: restore the file from version control"
        )
    return compile_release(json.loads(published, parse_float=Decimal), digest)


def digest_of(published: bytes) -> str:
    return "sha256:" + hashlib.sha256(published).hexdigest()
