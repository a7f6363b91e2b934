"""The facts of a release that can be handed to its CQL library as established findings."""

from __future__ import annotations

from cds_service.artefacts.cql import established_facts, facts_read_directly
from cds_service.artefacts.cql_functions import FACTS
from cds_service.artefacts.publication import Publication, Resource, canonical, headed, pinned

_DESCRIPTION = (
    "What a release establishes from a record before its rules look at it. One Observation tells one fact to the "
    "CQL library: a presence by valueBoolean, a number by valueQuantity (known within bounds: one Observation for "
    "each bound, with its comparator), a choice by valueCodeableConcept, the side by bodySite. A fact without a "
    "value, or without an Observation, is unknown."
)
_PROPERTIES = (
    ("kind", "code", "presence, number or choice"),
    ("unit", "string", "The UCUM unit of a number"),
    ("direct", "boolean", "Whether the library reads it from the record by itself where no finding is established"),
)


def fact_system(publication: Publication) -> Resource:
    """`CodeSystem/heel-facts`."""
    content = publication.release.content
    facts, direct = established_facts(content), facts_read_directly(content)
    title = "Facts of heel-pain recommendations"
    return {
        **headed("CodeSystem", FACTS, title, _DESCRIPTION, publication),
        "caseSensitive": True,
        "valueSet": pinned("ValueSet", FACTS, publication),
        "content": "complete",
        "count": len(facts),
        "property": [{"code": code, "description": told, "type": kind} for code, kind, told in _PROPERTIES],
        "concept": [
            {
                "code": name,
                "display": fact["title"],
                "property": [
                    {"code": "kind", "valueCode": fact["kind"]},
                    *([{"code": "unit", "valueString": fact["unit"]}] if fact.get("unit") else []),
                    {"code": "direct", "valueBoolean": name in direct},
                ],
            }
            for name, fact in facts.items()
        ],
    }


def fact_set(publication: Publication) -> Resource:
    """`ValueSet/heel-facts`: all of them, as the CQL library retrieves them."""
    version = publication.release.version
    return {
        **headed("ValueSet", FACTS, "Established findings", "Every code of the facts.", publication),
        "compose": {"include": [{"system": canonical("CodeSystem", FACTS), "version": version}]},
    }
