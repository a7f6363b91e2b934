"""The intake form: every finding is asked for once, and only where an earlier answer makes it matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Gate = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One finding as the form asks for it; `gate` is `{any: [...]}`, `{all: [...]}`, or None: always asked."""

    finding: str
    text: str
    fact: Mapping[str, Any]
    gate: Gate | None
    repeats: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that stand together; `gate` as in `Question`, for all of them."""

    name: str
    title: str
    gate: Gate | None
    questions: tuple[Question, ...]


def groups(content: Mapping[str, Any]) -> tuple[Group, ...]:
    """The form of a release, in the order in which it is answered. Raises `KeyError` where it has none."""
    return tuple(
        Group(group["name"], group["title"], group.get("when"), tuple(_question(one, content) for one in group["ask"]))
        for group in content["form"]["groups"]
    )


def _question(authored: Any, content: Mapping[str, Any]) -> Question:
    asked: Mapping[str, Any] = {"finding": authored} if isinstance(authored, str) else authored
    name = asked["finding"]
    fact = content["facts"].get(name, {})
    repeats = name in content["form"].get("repeats", ())
    return Question(name, asked.get("text", fact.get("title", "")), fact, asked.get("when"), repeats)


def form_problems(content: Mapping[str, Any]) -> Iterator[str]:
    """One sentence for each fault of a release's form; none where it has no form."""
    if "form" not in content:
        return
    earlier: dict[str, Question] = {}
    for group in groups(content):
        yield from _gate(f"form.{group.name}", group.gate, earlier)
        for question in group.questions:
            yield from _asked(question, earlier)
            yield from _gate(f"form.{group.name}.{question.finding}", question.gate, earlier)
            earlier[question.finding] = question
    yield from _unnamed(content)
    findings = {name for name, fact in content["facts"].items() if "finding" in fact}
    yield from (f"form: the finding {name!r} is not asked for" for name in sorted(findings - set(earlier)))
    repeated = set(content["form"].get("repeats", ()))
    named = (group.name for group in groups(content) if group.name in findings)
    yield from (f"form: {name!r} names a group and a finding" for name in named)
    yield from (f"form.repeats: {name!r} is not asked for" for name in sorted(repeated - set(earlier)))


def _asked(question: Question, earlier: Mapping[str, Question]) -> Iterator[str]:
    if question.finding in earlier:
        yield f"form: {question.finding!r} is asked for twice"
    if "finding" not in question.fact:
        yield f"form: there is no finding {question.finding!r}"


def _gate(where: str, gate: Gate | None, earlier: Mapping[str, Question]) -> Iterator[str]:
    """What a gate looks at must have been asked before, and must be able to take the answer."""
    for answers in (gate or {}).values():
        for answer in answers:
            name = answer["finding"]
            if name not in earlier:
                yield f"{where}: looks at {name!r}, which is not asked before it"
            elif not _possible(answer, earlier[name].fact):
                yield f"{where}: {name!r} is never answered so"


def _possible(answer: Mapping[str, Any], fact: Mapping[str, Any]) -> bool:
    if "min" in answer:
        return fact.get("kind") == "number"
    if isinstance(answer["is"], bool):
        return fact.get("kind") == "presence"
    return answer["is"] in fact.get("answers", ())


def _unnamed(content: Mapping[str, Any]) -> Iterator[str]:
    """Codes of our own that are used and that no vocabulary names."""
    asked = (fact for fact in content["facts"].values() if "finding" in fact)
    used = [(fact["system"], code) for fact in asked for code in fact.get("answers", ())]
    used += [("heel-orders", action["local_code"]) for action in content["actions"].values() if "local_code" in action]
    for system, code in used:
        if code not in content.get("vocabularies", {}).get(system, {}).get("codes", {}):
            yield f"vocabularies.{system}: {code!r} has no name"
