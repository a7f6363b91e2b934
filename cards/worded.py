"""Checking the words of a release: complete, short enough for a card, and plain text throughout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from cards.text import utf16_length
from cards.wording import PHRASES
from knowledge.release import Release

LONGEST_HEADLINE = 80
LONGEST_LABEL = 60
MOST_SENTENCES = 4
MONTHS = 12
NEEDS = MappingProxyType({"review_overdue": "about"})  # said only by a release that has this section
# Clients draw Markdown and HTML: words must not hold any, nor an address that would become a link.
_MARKUP = re.compile(r"[<>\[\]`*\\|~]|\b_|_\b|://|www\.|@|\n")
_BRACES = re.compile(r"\{\w+\}")


def wording_problems(release: Release) -> list[str]:
    """One sentence for each fault, over all languages."""
    content = release.content
    return [
        *(problem for language in content["wording"] for problem in _language(language, content)),
        *(f"{path}: {text!r} holds markup" for path, text in _evidence(content) if _MARKUP.search(text)),
    ]


def _evidence(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, evidence in content["evidence"].items():
        for key in ("label", "says"):
            yield f"evidence.{name}.{key}", evidence[key]


def _language(language: str, content: Mapping[str, Any]) -> Iterator[str]:
    words = content["wording"][language]
    rules = _topics(_ruled(words), "rules")
    checks = (
        _phrases(words["phrases"], content),
        _topics(words["topics"]),
        rules,
        _actions(words["actions"]),
        _facts(words, content),
    )
    for check in checks:
        yield from (f"wording.{language}.{problem}" for problem in check)
    for path, text in _texts(words, f"wording.{language}"):
        if _MARKUP.search(text):
            yield f"{path}: {text!r} holds markup, an address or a line break; write plain words"


def _phrases(phrases: Mapping[str, str], content: Mapping[str, Any]) -> Iterator[str]:
    for key, example in PHRASES.items():
        wanted = set(_BRACES.findall(example))
        if key not in phrases:
            if key in NEEDS and NEEDS[key] not in content:
                continue
            yield f"phrases.{key}: is missing; expected something like {example!r}"
        elif not wanted <= set(_BRACES.findall(phrases[key])):
            yield f"phrases.{key}: must hold {', '.join(sorted(wanted))}"
    if len(phrases.get("months", PHRASES["months"]).split()) != MONTHS:
        yield "phrases.months: expected the short names of twelve months"


def _ruled(words: Mapping[str, Any]) -> dict[str, Any]:
    """What rules say otherwise than their topics; the parts they leave are sound where the topics are."""
    return {name: {"headline": "", "do": [""], **said} for name, said in words.get("rules", {}).items()}


def _topics(topics: Mapping[str, Any], section: str = "topics") -> Iterator[str]:
    for topic, words in topics.items():
        if utf16_length(words["headline"]) > LONGEST_HEADLINE:
            yield f"{section}.{topic}.headline: longer than {LONGEST_HEADLINE} characters"
        if not 1 <= len(words["do"]) <= MOST_SENTENCES:
            yield f"{section}.{topic}.do: expected 1 to {MOST_SENTENCES} sentences"


def _actions(actions: Mapping[str, Any]) -> Iterator[str]:
    for name, words in actions.items():
        if utf16_length(words["label"]) > LONGEST_LABEL:
            yield f"actions.{name}.label: longer than {LONGEST_LABEL} characters"


def _facts(words: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[str]:
    for name, phrases in words["facts"].items():
        if name in content["facts"]:
            yield from (f"facts.{name}.{problem}" for problem in _fact(content["facts"][name], phrases))
        else:
            yield f"facts.{name}: there is no such fact"


def _fact(fact: Mapping[str, Any], phrases: Mapping[str, Any]) -> Iterator[str]:
    if fact.get("kind") == "number":
        yield from ["value: must hold {value}"] if "{value}" not in phrases.get("value", "") else []
    elif fact.get("kind") == "choice":
        worded = phrases.get("answers", {})
        yield from (f"answers.{code}: is missing" for code in fact["answers"] if code not in worded)
    else:
        yield from (f"{key}: is missing" for key in ("present", "absent") if key not in phrases)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
        return
    for name, member in value.items() if isinstance(value, Mapping) else enumerate(value):
        yield from _texts(member, f"{path}.{name}")
