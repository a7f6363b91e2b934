"""Checking, before a release leaves the build, that each order it can suggest is sound FHIR R4 and its words safe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fhir.resources.R4B import get_fhir_model_class

from cards.audience import INTENTS, Audience
from cards.brief import Brief
from cards.context import CallContext, DataQuality
from cards.suggestions import drafted, may_be_recommended
from cards.worded import wording_problems
from knowledge.chart import Side
from knowledge.decision import Decision, Recommended
from knowledge.release import Release

SIDES = (Side.LEFT, Side.RIGHT, Side.UNKNOWN)
_CODE = re.compile(r"[A-Za-z0-9]{1,100}")
_CALL = CallContext(UUID(int=0), "example", "example")
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Template:
    """One order as it would be sent: of which action, by which rule, for which side, intent and language."""

    action: str
    rule: str
    side: Side
    intent: str
    language: str
    resource: dict[str, Any]

    def __str__(self) -> str:
        told = f"side {self.side.value}, intent {self.intent}, language {self.language}"
        return f"actions.{self.action} (by {self.rule}, {told})"


def templates(release: Release) -> Iterator[Template]:
    """Every order the release can suggest, for each side, intent and language."""
    for rule in release.rules:
        member = Recommended(rule.topic, rule.name, rule.indicator, (), ())
        for name in release.offer(rule.name).get("actions", ()):
            for language in release.content["wording"]:
                yield from _templates(name, member, release, language)


def _templates(name: str, member: Recommended, release: Release, language: str) -> Iterator[Template]:
    for intent in INTENTS:
        audience = Audience(language=language, order_intent=intent)
        brief = Brief(Decision(_NEVER, "", {}, {}, (), (), (), ()), release, audience, _CALL, DataQuality())
        for side in SIDES:
            yield Template(name, member.rule, side, intent, language, drafted(name, member, side, brief))


def validate_templates(release: Release) -> list[str]:
    """One sentence for each fault of the release's orders, topics, evidence and words; none when all is well."""
    return [
        *(problem for template in templates(release) for problem in _faults(template)),
        *_preferences(release.content),
        *_addresses(release.content),
        *wording_problems(release),
    ]


def _faults(template: Template) -> Iterator[str]:
    kind = template.resource["resourceType"]
    try:
        get_fhir_model_class(kind).model_validate(template.resource)
    except ValueError as problem:
        yield f"{template}: {' '.join(str(problem).split())}"
    yield from (f"{template}: {path} is empty" for path in empties(template.resource, kind))


def empties(value: Any, path: str) -> Iterator[str]:
    """Where in a JSON value something is null or empty."""
    if value in (None, "", [], {}):
        yield path
    members = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield from empties(member, f"{path}.{name}")


def _preferences(content: Mapping[str, Any]) -> Iterator[str]:
    for name, action in content["actions"].items():
        if action.get("recommended") and not may_be_recommended(action):
            yield f"actions.{name}.recommended: a drug or an invasive treatment is never ticked beforehand"


def _addresses(content: Mapping[str, Any]) -> Iterator[str]:
    """Codes that clients remember, and addresses that clinicians follow."""
    for topic in content["recommendations"]:
        if not _CODE.fullmatch(topic):
            yield f"recommendations.{topic}: a topic is of letters and digits only, at most 100"
    for name, evidence in {**content["evidence"], "source": content["source"]}.items():
        if not re.fullmatch(r"https://[^\s()<>]+", evidence["url"]):
            yield f"evidence.{name}.url: expected an https address without spaces, brackets or parentheses"
