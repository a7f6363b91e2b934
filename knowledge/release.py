"""A release: one immutable published file of knowledge, compiled and ready to be evaluated.

The file is canonical JSON (RFC 8785), so its sha256 is the digest of the knowledge. Which releases
exist, and their status, stands in `releases/index.json`, to which lines are only ever added.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from knowledge.concepts import Concepts
from knowledge.decision import Fact, Interval
from knowledge.errors import ReleaseError
from knowledge.facts import FactBook, compile_facts
from knowledge.rules import Closure, Rule, compile_closures, compile_rules
from knowledge.truth import Truth

NAME = "heel-pain-runner"
RELEASES = Path(__file__).parent / "releases"


@dataclass(frozen=True)
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
    context_fact: str
    rules_reading: Mapping[str, frozenset[str]]
    _by_name: Mapping[str, Rule]
    _answers: Mapping[str, tuple[Fact, ...]]

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
        context_fact=context,
        rules_reading=_rules_reading(facts, rules),
        _by_name={rule.name: rule for rule in rules},
        _answers=_answers(content["facts"], facts, rules),
    )


def _rules_reading(facts: FactBook, rules: tuple[Rule, ...]) -> dict[str, frozenset[str]]:
    """For each fact read from a chart, the rules whose outcome it can touch, through derived facts too."""
    reading: dict[str, set[str]] = {}
    for rule in rules:
        for name in _sources(facts, rule.reads()):
            reading.setdefault(name, set()).add(rule.name)
    return {name: frozenset(names) for name, names in reading.items()}


def _sources(facts: FactBook, names: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    for name in names:
        derived = facts.derived.get(name)
        found |= {name} if derived is None else {name} | _sources(facts, derived.reads)
    return found


def _answers(authored: Mapping[str, Any], facts: FactBook, rules: tuple[Rule, ...]) -> dict[str, tuple[Fact, ...]]:
    conditions = [*(rule.when for rule in rules), *(h.condition for rule in rules for h in rule.holds)]
    conditions += facts.derived.values()
    bounds = {bound for condition in conditions for bound in condition.bounds}
    choices = {answer for condition in conditions for answer in condition.answers}
    answers: dict[str, tuple[Fact, ...]] = {}
    for name, fact in authored.items():
        if facts.kinds[name] == "presence":
            answers[name] = (Fact(name, Truth.TRUE), Fact(name, Truth.FALSE))
        elif facts.kinds[name] == "number":
            answers[name] = _numbers_around(name, str(fact.get("unit", "")), sorted(b for n, b in bounds if n == name))
        else:
            answers[name] = tuple(Fact(name, Truth.TRUE, choices=(a,)) for n, a in sorted(choices) if n == name)
    return answers


def _numbers_around(name: str, unit: str, bounds: list[Decimal]) -> tuple[Fact, ...]:
    """One number below, at and above each bound: all that comparisons can tell apart."""
    values = {value for bound in bounds for value in (bound - 1, bound, bound + 1)}
    return tuple(Fact(name, Truth.TRUE, Interval(value, value), unit) for value in sorted(values))


def read_index(releases: Path = RELEASES) -> list[dict[str, Any]]:
    """The events of all releases, oldest first: `version`, `status`, `digest`, `at`."""
    try:
        return list(json.loads((releases / "index.json").read_text("utf-8"))[NAME])
    except FileNotFoundError:
        return []
    except (ValueError, KeyError) as problem:
        raise ReleaseError(
            f"{releases / 'index.json'}: not a release index; restore it from version control"
        ) from problem


def status_of(version: str, releases: Path = RELEASES) -> dict[str, Any]:
    """The latest event of a version. Raises `ReleaseError` naming the versions there are."""
    events = read_index(releases)
    for event in reversed(events):
        if event["version"] == version:
            return event
    known = sorted({event["version"] for event in events}) or "none"
    raise ReleaseError(f"release {version!r} is not in {releases / 'index.json'}; known: {known}")


def active_version(releases: Path = RELEASES) -> str:
    """The newest version whose status is active."""
    latest = {event["version"]: event["status"] for event in read_index(releases)}
    active = [version for version, status in latest.items() if status == "active"]
    if not active:
        raise ReleaseError(f"{releases / 'index.json'}: no release is active; publish one")
    return max(active, key=lambda version: tuple(int(part) for part in version.split(".")))


def release_path(version: str, releases: Path = RELEASES) -> Path:
    return releases / f"{NAME}-{version}.json"


def load_release(version: str | None = None, releases: Path = RELEASES) -> Release:
    """Load a published release (the active one by default) and verify its digest against the index.

    Raises `ReleaseError` when it is missing, changed since publication, or does not hold together.
    """
    version = version or active_version(releases)
    expected = status_of(version, releases)["digest"]
    path = release_path(version, releases)
    try:
        published = path.read_bytes()
    except OSError as problem:
        raise ReleaseError(f"{path}: cannot be read; the index names it with digest {expected}") from problem
    digest = digest_of(published)
    if digest != expected:
        raise ReleaseError(
            f"{path}: its digest is {digest}, the index says {expected}; a published release never changes: restore the file"
        )
    return compile_release(json.loads(published, parse_float=Decimal), digest)


def digest_of(published: bytes) -> str:
    return "sha256:" + hashlib.sha256(published).hexdigest()
