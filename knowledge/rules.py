"""A rule: when it holds, a recommendation is due. Compiled from `rules/` of the drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.conditions import Condition, compile_condition
from knowledge.errors import ReleaseError

# The order of cards: a danger comes before everything, a mere prompt after all else.
CLASSES = ("danger", "investigate", "order", "question", "care", "load", "prompt")
INDICATORS = ("critical", "warning", "info")


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a recommendation that is due is held back.

    With `on_unknown` it is held back also while the condition is unknown: a caution that guards a
    drug or a device.
    """

    condition: Condition
    on_unknown: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a release; `rank` orders recommendations of the same class, lower first.

    What would make it true is asked for on the cards of other matters only where `asked_with` holds.
    """

    name: str
    topic: str
    hooks: frozenset[str]
    indicator: str
    kind: str  # one of CLASSES
    red_flag: bool
    rank: int
    when: Condition
    holds: tuple[Hold, ...]
    asked_with: Condition | None = None

    @property
    def order(self) -> tuple[int, int, int, str]:
        return (INDICATORS.index(self.indicator), CLASSES.index(self.kind), self.rank, self.name)

    def reads(self) -> tuple[str, ...]:
        names = [*self.when.reads, *(name for hold in self.holds for name in hold.condition.reads)]
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Closure:
    """While any of `open_topics` is due, shown here or not, everything of class `closes` is held back."""

    open_topics: frozenset[str]
    closes: frozenset[str]
    reason: str


def compile_rules(authored: Mapping[str, Mapping[str, Any]], kinds: Mapping[str, str]) -> tuple[Rule, ...]:
    """Compile the authored rules, most important first. Raises `ReleaseError`."""
    rules = (_rule(name, rule, kinds) for name, rule in authored.items())
    return tuple(sorted(rules, key=lambda rule: rule.order))


def _rule(name: str, rule: Mapping[str, Any], kinds: Mapping[str, str]) -> Rule:
    where = f"rules.{name}"
    if rule["class"] not in CLASSES or rule["indicator"] not in INDICATORS:
        found = f"class {rule['class']!r}, indicator {rule['indicator']!r}"
        raise ReleaseError(f"{where}: class is one of {CLASSES}, indicator one of {INDICATORS}; found {found}")
    holds = tuple(
        Hold(
            compile_condition(hold["when"], f"{where}.withhold[{place}].when", kinds),
            _on_unknown(hold["on"], f"{where}.withhold[{place}].on"),
            hold["reason"],
        )
        for place, hold in enumerate(rule.get("withhold", []))
    )
    return Rule(
        name,
        rule["topic"],
        frozenset(rule["hooks"]),
        rule["indicator"],
        rule["class"],
        bool(rule.get("red_flag", False)),
        int(rule["rank"]),
        compile_condition(rule["when"], f"{where}.when", kinds),
        holds,
        compile_condition(rule["asked_with"], f"{where}.asked_with", kinds) if "asked_with" in rule else None,
    )


def _on_unknown(on: Any, where: str) -> bool:
    if on not in ("true", "unknown", True):
        raise ReleaseError(f"{where}: expected true (hold back when true) or unknown (also when unknown), found {on!r}")
    return bool(on == "unknown")


def compile_closures(authored: list[Mapping[str, Any]]) -> tuple[Closure, ...]:
    """Compile what an open topic closes. Raises `ReleaseError` for a class that does not exist."""
    for closure in authored:
        if unheard := set(closure["closes_class"]) - set(CLASSES):
            raise ReleaseError(f"precedence.closes_class: expected some of {CLASSES}, found {sorted(unheard)}")
    return tuple(
        Closure(frozenset(closure["open"]), frozenset(closure["closes_class"]), closure["reason"])
        for closure in authored
    )
