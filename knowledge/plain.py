"""A rule in plain words, for people and for whoever imports it: its condition as an outline, and all it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from knowledge.release import Release
from knowledge.review import rests_on
from knowledge.safety_case import hazards_of

Outline = dict[str, Any]
_JOINED = {"all": "All of these", "any": "Any of these", "none": "None of these"}
_ENDS = {"min": "at least", "above": "more than", "max": "at most", "below": "less than"}
_OF_RULE = ("topic", "statement", "indicator", "class", "strength", "hooks")


def in_words(condition: Any, release: Release) -> Outline:
    """A condition as an outline: `says`, and under `of` what it is made of; a fact that follows from others too."""
    if isinstance(condition, str):
        return _fact(condition, release)
    [(operator, operand)] = condition.items()
    if operator in _JOINED:
        return {"says": _JOINED[operator], "of": [in_words(one, release) for one in operand]}
    if operator == "at_least":
        return {"says": f"At least {operand['n']} of these", "of": [in_words(one, release) for one in operand["of"]]}
    if operator in ("not", "recorded"):
        return {"says": "Not" if operator == "not" else "It is on record that", "of": [in_words(operand, release)]}
    if operator == "number":
        return _number(operand, release)
    if operator == "choice":
        return _choice(operand, release)
    return {"says": f"Nothing is known of: {_title(operand, release)}", "fact": operand}


def rule_told(name: str, release: Release) -> dict[str, Any]:
    """One rule whole, in plain data: condition, what holds it back, advice, citations, hazards, cases of its topic."""
    content, rule = release.content, release.content["rules"][name]
    hazards = {hazard: content["hazards"][hazard] for hazard in hazards_of(name, content)}
    number = rule.get("source_rule")
    asks = content.get("requirements", {}).get(number)
    return {
        "rule": name,
        **{member: rule[member] for member in _OF_RULE},
        "red_flag": rule.get("red_flag", False),
        **({"requirement": {"number": number, **({"asks": asks} if asks else {})}} if number else {}),
        "when": in_words(rule["when"], release),
        "withheld": [_held(hold, release) for hold in rule.get("withhold", ())],
        "advice": _advice(name, release),
        "citations": [{"name": one, **content["evidence"][one]} for one in rests_on(name, release)],
        "hazards": [
            {"id": one, "title": hazard["title"], "severity": hazard["severity"]} for one, hazard in hazards.items()
        ],
        "cases": list(_cases(rule["topic"], content)),
    }


def _title(fact: str, release: Release) -> str:
    return str(release.content["facts"][fact]["title"])


def _fact(name: str, release: Release) -> Outline:
    fact = release.content["facts"][name]
    made_of = [in_words(fact["when"], release)] if "when" in fact else []
    return {"says": fact["title"], "fact": name, **({"of": made_of} if made_of else {})}


def _number(bounds: Mapping[str, Any], release: Release) -> Outline:
    fact = bounds["fact"]
    unit = str(release.content["facts"][fact].get("unit", ""))
    said = " and ".join(f"{_ENDS[end]} {bounds[end]} {unit}".strip() for end in _ENDS if end in bounds)
    return {"says": f"{_title(fact, release)}: {said}", "fact": fact}


def _choice(choice: Mapping[str, Any], release: Release) -> Outline:
    worded = release.content["wording"]["en"]["facts"].get(choice["fact"], {}).get("answers", {})
    said = " or ".join(worded.get(answer, answer) for answer in choice["any_of"])
    return {"says": f"{_title(choice['fact'], release)}: {said}", "fact": choice["fact"]}


def _held(hold: Mapping[str, Any], release: Release) -> dict[str, Any]:
    reason = hold["reason"]
    also = hold["on"] == "unknown"
    return {
        "reason": reason,
        "says": release.content["reasons"][reason],
        "also_while_unknown": also,
        "when": in_words(hold["when"], release),
    }


def _advice(name: str, release: Release) -> dict[str, Any]:
    words, offer = release.content["wording"]["en"], release.offer(name)
    said = {**words["topics"][release.rule(name).topic], **words.get("rules", {}).get(name, {})}
    orders = [words["actions"][action]["label"] for action in offer.get("actions", ())]
    return {**{part: said[part] for part in ("headline", "do", "caution") if part in said}, "orders": orders}


def _cases(topic: str, content: Mapping[str, Any]) -> Iterator[str]:
    for case in content["cases"]:
        if topic in case["expect"].get("shows", ()):
            yield case["name"]
