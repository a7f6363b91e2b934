"""A condition as a tree in plain words, with the truth of each part of it for one patient.

Derived facts are opened up, so that the leaves are what a chart tells. The tree also knows what the answers
that are still open could make of it: that is how far `missing` goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.conditions import Condition, compile_condition
from knowledge.decision import Facts
from knowledge.explain import state
from knowledge.release import Release
from knowledge.truth import Truth, all_, any_, at_least, not_
from knowledge.worlds import is_known

Range = tuple[Truth, Truth]  # the least and the most true that further answers could make it
_ORDER = (Truth.FALSE, Truth.UNKNOWN, Truth.TRUE)
_GROUPS = {"all": "all of these", "any": "any of these", "none": "none of these", "not": "not this"}
_COMPARED = {"min": "at least", "above": "over", "max": "at most", "below": "under"}
_COUNTED = re.compile(r"\s*\{[A-Za-z][^}]*\}")  # in a UCUM unit: says what is counted, and is no unit
_MOST_NAMED = 4  # answers to a choice that are named one by one


@dataclass(frozen=True, slots=True)
class Node:
    """One part of a condition. `fact` names the fact a leaf looks at, or the derived fact that is opened up."""

    operator: str  # of knowledge.conditions; "fact" for a presence, "derived" for one that follows from others
    says: str
    condition: Condition
    fact: str = ""
    compared: Mapping[str, Any] | None = None  # of a number or a choice: as authored
    needed: int = 0  # of `at_least`
    members: tuple[Node, ...] = ()


def tree_of(release: Release, source: Any) -> Node:
    """The tree of an authored condition."""
    condition = compile_condition(source, "why", release.facts.kinds)
    if isinstance(source, str):
        return _of_fact(release, source, condition)
    operator, operand = next(iter(source.items()))
    if operator in ("number", "choice", "unknown"):
        compared = None if operator == "unknown" else operand
        return Node(operator, _leaf_words(release, operator, operand), condition, condition.reads[0], compared)
    if operator == "at_least":
        members, says = operand["of"], f"at least {operand['n']} of these"
    else:
        members = operand if isinstance(operand, list) else [operand]
        says = _GROUPS.get(operator, "on record")
    number = operand["n"] if operator == "at_least" else 0
    return Node(operator, says, condition, needed=number, members=tuple(tree_of(release, member) for member in members))


def _of_fact(release: Release, name: str, condition: Condition) -> Node:
    authored = release.content["facts"][name]
    if "when" not in authored:
        return Node("fact", authored["title"], condition, name)
    return Node("derived", authored["title"], condition, name, members=(tree_of(release, authored["when"]),))


def _leaf_words(release: Release, operator: str, operand: Any) -> str:
    fact = operand if operator == "unknown" else operand["fact"]
    authored = release.content["facts"][fact]
    if operator == "unknown":
        return f"nothing recorded of: {authored['title']}"
    if operator == "choice":
        wanted = operand["any_of"]
        return f"{authored['title']}: {' or '.join(wanted) if len(wanted) <= _MOST_NAMED else f'any of {len(wanted)}'}"
    unit = in_words(str(authored.get("unit", "")))
    limits = (f"{words} {operand[key]}" for key, words in _COMPARED.items() if key in operand)
    return f"{authored['title']}: {', '.join(limits)} {unit}".rstrip()


def in_words(unit: str) -> str:
    """A UCUM unit, or a number with one, without what it merely counts."""
    return _COUNTED.sub("", unit).replace("{", "").replace("}", "").replace("_", " ")


def told(node: Node, release: Release, facts: Facts) -> dict[str, Any]:
    """The tree as plain data: `says`, `truth`, of facts `fact` and its `state`, of comparisons what is `compared`.

    All but the leaves have an `operator`, and `of` with their members.
    """
    said: dict[str, Any] = {"says": node.says, "truth": node.condition.truth(facts).value}
    if node.fact:
        said |= {"fact": node.fact, "state": state(facts[node.fact])}
    if node.compared is not None:
        compared = {key: bound for key, bound in node.compared.items() if key != "fact"}
        said["compared"] = {key: bound if key == "any_of" else str(bound) for key, bound in compared.items()}
    if node.members:
        said |= {"operator": node.operator, "of": [told(member, release, facts) for member in node.members]}
    return said


def could_be(node: Node, facts: Facts) -> Range:
    """How far answers to what is unknown could still move the truth of a node."""
    now = node.condition.truth(facts)
    match node.operator:
        case "fact" | "number" | "choice":
            return (Truth.FALSE, Truth.TRUE) if is_known(facts[node.fact]) is Truth.UNKNOWN else (now, now)
        case "unknown":
            return (Truth.FALSE, Truth.TRUE) if now is Truth.TRUE else (now, now)
    ranges = [could_be(member, facts) for member in node.members]
    low, high = (_joined(node, ends) for ends in zip(*ranges, strict=True))
    if node.operator in ("none", "not"):
        low, high = high, low
    # Two signs of which each is on another side do not count together: then it is less true than its members say.
    return min(low, now, key=_ORDER.index), max(high, now, key=_ORDER.index)


def _joined(node: Node, truths: tuple[Truth, ...]) -> Truth:
    match node.operator:
        case "all":
            return all_(truths)
        case "at_least":
            return at_least(node.needed, truths)
        case "recorded":
            return Truth.of(truths[0] is Truth.TRUE)
        case "none" | "not":
            return not_(any_(truths))
    return any_(truths)  # any, and the one condition of a derived fact


def open_leaves(node: Node, facts: Facts) -> list[str]:
    """The unknown facts of which an answer could make a condition true that is not, or the other way round."""
    low, high = could_be(node, facts)
    if (low is Truth.TRUE) is (high is Truth.TRUE):
        return []
    return list(dict.fromkeys(_open(node, facts)))


def _open(node: Node, facts: Facts) -> Iterator[str]:
    low, high = could_be(node, facts)
    if low is high:
        return
    if not node.members:
        yield node.fact
    for member in node.members:
        yield from _open(member, facts)


def as_lines(tree: Mapping[str, Any]) -> Iterator[str]:
    """The parts of a tree that carry its truth, one a line, for people; what was told already is not told again."""
    yield from _lines(tree, 0, set())


def _lines(tree: Mapping[str, Any], depth: int, before: set[str]) -> Iterator[str]:
    says, inner = _one_line(tree)
    line = f"[{_MARKS[tree['truth']]}] {says}"
    known = line in before
    if "fact" in tree and "of" in inner:  # a group of no name of its own may be another one
        before.add(line)
    yield f"{'  ' * depth}{line}{', as above' if known else ''}"
    for member in () if known else inner.get("of", ()):
        if member["truth"] in _carrying(inner):
            yield from _lines(member, depth + 1, before)


def _one_line(tree: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """What one line says of a node, and the node whose members follow: a lone part is told with the whole."""
    members = tree.get("of", ())
    if not members:
        found = "" if tree["state"] in _PLAIN else f" ({in_words(tree['state'])})"
        return tree["says"] + found, tree
    if len(members) > 1:
        return tree["says"], tree
    says, inner = _one_line(members[0])
    match tree["operator"]:
        case "derived" if "fact" in members[0]:
            return f"{tree['says']}: {says}", inner
        case "derived":
            return f"{tree['says']}, {says}", inner
        case "none" | "not":
            return (f"not {says}" if members[0].get("operator") == "recorded" else f"not: {says}"), inner
        case "recorded":
            return f"on record: {says}", inner
    return says, inner


_MARKS = {"true": "yes", "false": "no", "unknown": "not known"}
_PLAIN = ("present", "absent", "unknown")
_NEGATED = {"true": "false", "false": "true", "unknown": "unknown"}


def _carrying(tree: Mapping[str, Any]) -> tuple[str, ...]:
    """The truths of the members that make a group what it is."""
    truth = tree["truth"]
    if tree["operator"] == "none":
        return (_NEGATED[truth],)
    return ("true", "unknown") if truth == "unknown" and tree["operator"] == "at_least" else (truth,)
