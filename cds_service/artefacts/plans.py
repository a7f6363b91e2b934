"""The recommendations as PlanDefinitions: one for each topic, with its rules as actions, and one for each service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cards.text import capital
from cards.wording import Wording
from cds_service.artefacts.citations import citations, strength
from cds_service.artefacts.cql import LIBRARY, speaks
from cds_service.artefacts.publication import Publication, Resource, headed, pinned
from cds_service.services import SERVICES, Service
from knowledge.rules import Rule

_TYPES = "http://terminology.hl7.org/CodeSystem/plan-definition-type"
_PRIORITIES: Mapping[str, str] = {"critical": "stat", "warning": "urgent", "info": "routine"}


def plan_definitions(publication: Publication) -> list[Resource]:
    """The topics, in the order of their names, then the services that any rule answers."""
    rules: dict[str, list[Rule]] = {}
    for rule in publication.release.rules:
        rules.setdefault(rule.topic, []).append(rule)
    wording = Wording(publication.release, publication.release.content["language"])
    topics = [_topic(topic, rules[topic], wording, publication) for topic in sorted(rules)]
    return [*topics, *_services(publication)]


def _topic(topic: str, rules: list[Rule], wording: Wording, publication: Publication) -> Resource:
    content = publication.release.content
    headline = capital(wording.topic(topic)["headline"])
    told = " ".join(content["rules"][rule.name]["statement"] for rule in rules)
    return {
        **headed("PlanDefinition", topic, headline, told, publication),
        "type": _type("eca-rule"),
        "purpose": content["scope"],
        "usage": f"Not for: {' '.join(content['not_for'])}",
        "relatedArtifact": citations(_evidence(rules, publication), publication),
        "library": [pinned("Library", LIBRARY, publication)],
        "action": [
            {
                "title": headline,
                "groupingBehavior": "logical-group",
                "selectionBehavior": "at-most-one",
                "action": [_rule(rule, publication) for rule in rules],
            }
        ],
    }


def _evidence(rules: Iterable[Rule], publication: Publication) -> list[str]:
    """What leads the recommendation, then what its rules rest on."""
    release = publication.release
    leading = [release.offer(rule.name)["evidence"] for rule in rules]
    return [*leading, *(name for rule in rules for name in release.content["rules"][rule.name]["evidence"])]


def _rule(rule: Rule, publication: Publication) -> Resource:
    authored = publication.release.content["rules"][rule.name]
    offered = publication.release.offer(rule.name)["actions"]
    return {
        "id": rule.name,
        "extension": [strength(authored["strength"], publication)],
        "title": rule.name,
        "description": authored["statement"],
        "priority": _PRIORITIES[rule.indicator],
        "documentation": citations(authored["evidence"], publication),
        "trigger": [_called(hook) for hook in sorted(rule.hooks)],
        "condition": [
            {"kind": "applicability", "expression": {"language": "text/cql", "expression": speaks(rule.name)}}
        ],
        **({"selectionBehavior": "any", "action": _offered(offered, publication)} if offered else {}),
    }


def _offered(actions: Iterable[str], publication: Publication) -> list[Resource]:
    wording = Wording(publication.release, publication.release.content["language"])
    return [
        {"title": wording.action(name)["label"], "definitionCanonical": pinned("ActivityDefinition", name, publication)}
        for name in actions
    ]


def _services(publication: Publication) -> list[Resource]:
    """What each CDS Hooks service may say: the topics of its hook, the most important first."""
    found = []
    for service in SERVICES:
        topics = dict.fromkeys(rule.topic for rule in publication.release.rules if service.hook in rule.hooks)
        if topics:
            found.append(_service(service, topics, publication))
    return found


def _service(service: Service, topics: Iterable[str], publication: Publication) -> Resource:
    wording = Wording(publication.release, publication.release.content["language"])
    read = dict.fromkeys(template.partition("?")[0].partition("/")[0] for template in service.prefetch.values())
    return {
        **headed("PlanDefinition", service.id, service.title, service.description, publication),
        "type": _type("workflow-definition"),
        "usage": service.usage,
        "action": [
            {
                "trigger": [_called(service.hook)],
                "input": [{"type": kind} for kind in read],
                "selectionBehavior": "any",
                "action": [
                    {
                        "title": capital(wording.topic(topic)["headline"]),
                        "definitionCanonical": pinned("PlanDefinition", topic, publication),
                    }
                    for topic in topics
                ],
            }
        ],
    }


def _type(code: str) -> Resource:
    return {"coding": [{"system": _TYPES, "code": code}]}


def _called(hook: str) -> Resource:
    return {"type": "named-event", "name": hook}
