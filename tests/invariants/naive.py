"""A second evaluator, as simple as can be made, working straight on the content of a release.

It shares no code with the engine. Truths are numbers: 1 true, 0 false, a half unknown; so *all* is the least,
*any* the greatest, *not* what is left to one, and *at least n* the nth greatest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

HALF = 0.5
CLASSES = ["danger", "investigate", "order", "question", "care", "load", "prompt"]
INDICATORS = ["critical", "warning", "info"]


@dataclass(frozen=True)
class Told:
    """What is told of one fact: a truth, a number, or answers; and the sides its evidence names."""

    truth: float = HALF
    number: Decimal | None = None
    answers: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        return self.truth != HALF or self.number is not None or bool(self.answers)


@dataclass
class Verdict:
    outcomes: dict[str, float]
    shown: dict[str, str] = field(default_factory=dict)  # topic -> indicator
    withheld: set[tuple[str, str]] = field(default_factory=set)


class Naive:
    def __init__(self, content: dict[str, Any], told: dict[str, Told]) -> None:
        self.content, self.facts, self.told = content, content["facts"], dict(told)
        for name, fact in self.facts.items():
            if "increase" in fact:
                self.told[name] = Told(number=self._rise(fact["increase"]["from"], fact["increase"]["to"]))

    def _rise(self, before: str, after: str) -> Decimal | None:
        start, end = self.told[before].number, self.told[after].number
        return None if start is None or end is None or start <= 0 else (end - start) * 100 / start

    def value(self, condition: Any) -> float:
        if isinstance(condition, str):
            fact = self.facts[condition]
            return self.value(fact["when"]) if "when" in fact else self.told[condition].truth
        [(operator, operand)] = condition.items()
        return float(getattr(self, f"_{operator}")(operand))

    def _all(self, members: list[Any]) -> float:
        return min(self.value(member) for member in members)

    def _any(self, members: list[Any]) -> float:
        return max(self.value(member) for member in members)

    def _none(self, members: list[Any]) -> float:
        return 1 - self._any(members)

    def _not(self, member: Any) -> float:
        return 1 - self.value(member)

    def _at_least(self, operand: dict[str, Any]) -> float:
        number, members = operand["n"], operand["of"]
        plain = sorted((self.value(member) for member in members), reverse=True)[number - 1]
        true = [self.may_be_on(member) for member in members if self.value(member) == 1]
        on_one_side = max(sum(side in sides for sides in true) for side in ("left", "right")) >= number
        return HALF if plain == 1 and not on_one_side else plain

    def _number(self, operand: dict[str, Any]) -> float:
        number = self.told[operand["fact"]].number
        if number is None:
            return HALF
        return float(
            ("min" not in operand or number >= operand["min"])
            and ("above" not in operand or number > operand["above"])
            and ("max" not in operand or number <= operand["max"])
            and ("below" not in operand or number < operand["below"])
        )

    def _choice(self, operand: dict[str, Any]) -> float:
        answers = self.told[operand["fact"]].answers
        return HALF if not answers else float(bool(set(answers) & set(operand["any_of"])))

    def _unknown(self, name: str) -> float:
        return float(self.value(name) == HALF if "when" in self.facts[name] else not self.told[name].known)

    def _recorded(self, member: Any) -> float:
        return float(self.value(member) == 1)

    def may_be_on(self, condition: Any) -> set[str]:
        """The sides on which a true condition may hold, by the sides of the facts that carry it."""
        named = {side for name in self.carriers(condition) for side in self.told[name].sides}
        return named if named and named <= {"left", "right"} else {"left", "right"}

    def carriers(self, condition: Any) -> set[str]:
        """The recorded facts that make a condition true or false."""
        if isinstance(condition, str):
            return self.carriers(self.facts[condition]["when"]) if "when" in self.facts[condition] else {condition}
        [(operator, operand)] = condition.items()
        if operator in ("number", "choice"):
            return {operand["fact"]}
        if operator == "unknown":
            return self.carriers(operand)
        if operator == "recorded":
            return self.carriers(operand)
        members = operand["of"] if operator == "at_least" else [operand] if operator == "not" else operand
        value = self.value(condition)
        if value == HALF:
            return set()
        wanted = 1 - value if operator in ("none", "not") else value
        return {name for member in members if self.value(member) == wanted for name in self.carriers(member)}

    def verdict(self, hook: str) -> Verdict:
        rules = sorted(self.content["rules"].items(), key=importance)
        verdict = Verdict({name: self.value(rule["when"]) for name, rule in rules})
        due = [(name, rule) for name, rule in rules if verdict.outcomes[name] == 1]
        open_topics = {rule["topic"] for _, rule in due}
        for _, rule in due:
            if hook in rule["hooks"]:
                if reason := self.why_not(rule, open_topics):
                    verdict.withheld.add((rule["topic"], reason))
                elif rule["topic"] not in verdict.shown:
                    verdict.shown[rule["topic"]] = rule["indicator"]
        verdict.withheld = {(topic, reason) for topic, reason in verdict.withheld if topic not in verdict.shown}
        return verdict

    def why_not(self, rule: dict[str, Any], open_topics: set[str]) -> str:
        for hold in rule.get("withhold", []):
            if self.value(hold["when"]) >= (HALF if hold["on"] == "unknown" else 1):
                return str(hold["reason"])
        for closure in self.content["precedence"]:
            closes = rule["class"] in closure["closes_class"] and rule["topic"] not in closure["open"]
            if closes and open_topics & set(closure["open"]):
                return str(closure["reason"])
        return ""

    def unknown(self, hook: str) -> set[str]:
        """The findings one answer to which would change what is shown: every answer is tried."""
        if self.value(self.content["context_fact"]) != 1:
            return set()
        now = self.verdict(hook).shown
        return {
            fact["finding"]
            for name, fact in self.facts.items()
            if "finding" in fact and not self.told[name].known
            if any(
                Naive(self.content, {**self.told, name: answer}).verdict(hook).shown != now
                for answer in self.answers(name, fact)
            )
        }

    def answers(self, name: str, fact: dict[str, Any]) -> list[Told]:
        if fact["kind"] == "presence":
            return [Told(1.0), Told(0.0)]
        if fact["kind"] == "choice":
            return [Told(answers=(answer,)) for answer in fact["answers"]]
        least, most = fact.get("plausible", (-(10**9), 10**9))
        bounds = {Decimal(str(bound)) for bound in bounds_of(self.content, name)}
        near = {bound + step for bound in bounds for step in (Decimal("-0.01"), Decimal(0), Decimal("0.01"))}
        return [Told(number=number) for number in sorted(near) if least <= number <= most]


def importance(named_rule: tuple[str, dict[str, Any]]) -> tuple[int, int, int, str]:
    name, rule = named_rule
    return INDICATORS.index(rule["indicator"]), CLASSES.index(rule["class"]), rule["rank"], name


def bounds_of(source: Any, name: str) -> list[Any]:
    """Every number a fact is compared with, anywhere in the content."""
    if isinstance(source, list):
        return [bound for member in source for bound in bounds_of(member, name)]
    if not isinstance(source, dict):
        return []
    if "fact" in source and source["fact"] == name:
        return [source[key] for key in ("min", "above", "max", "below") if key in source]
    return [bound for member in source.values() for bound in bounds_of(member, name)]
