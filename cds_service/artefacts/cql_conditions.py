"""An authored condition as an expression of the Clinical Quality Language.

Both are three-valued after Kleene: what is *unknown* here is `null` there, so `and`, `or` and `not` carry over.
Every fact is a definition of its own name: a presence is a Boolean, a number a tuple of bounds, a choice the
list of its answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

Facts = Mapping[str, Mapping[str, Any]]
_COMPARISONS = {"min": "AtOrAbove", "above": "Above", "max": "AtOrBelow", "below": "Below"}
_NO_SIDES = "List<String>{}"


def quoted(name: str) -> str:
    """A CQL identifier."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def text(words: str) -> str:
    """A CQL string."""
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'"


def listed(words: Iterable[str]) -> str:
    return "{ " + ", ".join(text(word) for word in words) + " }"


class ConditionWriter:
    """Writes the conditions of one release; `facts` are its authored facts."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._operators: Mapping[str, Callable[[Any], str]] = {
            "all": lambda members: self._joined("and", members),
            "any": lambda members: self._joined("or", members),
            "none": lambda members: f"not {self._joined('or', members)}",
            "not": lambda member: f"not ({self.write(member)})",
            "recorded": lambda member: f"(({self.write(member)}) is true)",
            "at_least": self._at_least,
            "number": _number,
            "choice": lambda one: f'"AnyOf"({quoted(one["fact"])}, {listed(one["any_of"])})',
            "unknown": self._unknown,
        }

    def write(self, condition: Any) -> str:
        """The condition as CQL of type Boolean."""
        if isinstance(condition, str):
            return quoted(condition)
        operator, operand = _parts(condition)
        return self._operators[operator](operand)

    def _joined(self, word: str, members: list[Any]) -> str:
        return "(" + f" {word} ".join(self.write(member) for member in members) + ")"

    def _at_least(self, operand: Mapping[str, Any]) -> str:
        signs = (
            f"Tuple {{ truth: {self.write(member)}, sides: {self.sides(member, True)} }}" for member in operand["of"]
        )
        return f'"AtLeast"({operand["n"]}, {{ {", ".join(signs)} }})'

    def _unknown(self, name: str) -> str:
        absent = {"presence": "({} is null)", "number": '(not "IsKnown"({}))', "choice": "(not exists {})"}
        return absent[self._facts[name]["kind"]].format(quoted(name))

    def sides(self, condition: Any, truth: bool) -> str:
        """The sides named by what makes the condition `truth`, as a list of strings; empty where nothing does."""
        if isinstance(condition, str):
            return self._sides_of(condition, truth)
        operator, operand = _parts(condition)
        if operator in ("number", "choice"):
            return self._sides_of(operand["fact"], truth)
        if operator == "unknown":
            return self._sides_of(operand, truth)
        return self._carried(_members(operator, operand), truth != (operator in ("none", "not")))

    def _carried(self, members: Iterable[Any], truth: bool) -> str:
        """Only members with the truth of the whole can carry it."""
        said = str(truth).lower()
        carried = (
            f"if ({self.write(member)}) is {said} then {self.sides(member, truth)} else {_NO_SIDES}"
            for member in members
        )
        return "flatten { " + ", ".join(carried) + " }"

    def _sides_of(self, name: str, truth: bool) -> str:
        fact = self._facts[name]
        if "when" in fact:
            return self.sides(fact["when"], truth)
        if "increase" in fact:
            ends = (fact["increase"]["to"], fact["increase"]["from"])
            return "flatten { " + ", ".join(f'"Sides"({text(end)})' for end in ends) + " }"
        return f'"Sides"({text(name)})'


def _parts(condition: Mapping[str, Any]) -> tuple[str, Any]:
    ((operator, operand),) = condition.items()
    return operator, operand


def _members(operator: str, operand: Any) -> list[Any]:
    if operator in ("not", "recorded"):
        return [operand]
    return list(operand["of"] if operator == "at_least" else operand)


def _number(operand: Mapping[str, Any]) -> str:
    name = quoted(operand["fact"])
    tests = (
        f'"{_COMPARISONS[key]}"({name}, {Decimal(str(bound)):f})' for key, bound in operand.items() if key != "fact"
    )
    return "(" + " and ".join(tests) + ")"


def facts_told_apart_by_side(facts: Facts, conditions: Iterable[Any]) -> set[str]:
    """The facts whose side matters: all that some `at_least` rests on, through derived facts too."""
    found: set[str] = set()
    for condition in conditions:
        for operand in _operands_of("at_least", condition):
            found |= _beneath(operand["of"], facts)
    return found


def _operands_of(operator: str, node: Any) -> Iterable[Any]:
    if isinstance(node, Mapping):
        for key, member in node.items():
            if key == operator:
                yield member
            yield from _operands_of(operator, member)
    elif isinstance(node, list):
        for member in node:
            yield from _operands_of(operator, member)


def _beneath(node: Any, facts: Facts) -> set[str]:
    if isinstance(node, str):
        return {node} | (_beneath(facts[node]["when"], facts) if "when" in facts.get(node, {}) else set())
    if isinstance(node, Mapping):
        return set().union(*(_beneath(member, facts) for member in node.values()))
    return set().union(*(_beneath(member, facts) for member in node)) if isinstance(node, list) else set()
