"""Our own code systems (findings, sites, results, treatments, orders, topics) and the answers of the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cards.text import capital
from cards.wording import Wording
from cds_service.artefacts.publication import Publication, Resource, canonical, headed
from knowledge.codes import OWN

FINDINGS = "heel-findings"
ORDERS = "heel-orders"
TOPICS = "recommendation-topics"


def code_systems(publication: Publication) -> list[Resource]:
    """Every code system of ours, in the words of the release."""
    release = publication.release
    wording = Wording(release, release.content["language"])
    topics = {topic: capital(wording.topic(topic)["headline"]) for topic in release.content["recommendations"]}
    systems = {
        FINDINGS: ("Findings of heel pain", _findings(release.content)),
        **{name: (one["title"], one["codes"]) for name, one in vocabularies(release.content).items()},
        TOPICS: ("Topics of heel-pain recommendations", topics),
    }
    return [_code_system(name, title, codes, publication) for name, (title, codes) in systems.items()]


def _findings(content: Mapping[str, Any]) -> dict[str, str]:
    return {fact["finding"]: fact["title"] for fact in content["facts"].values() if "finding" in fact}


def _code_system(name: str, title: str, codes: Mapping[str, str], publication: Publication) -> Resource:
    used = f"{title}, as {publication.release.name} {publication.release.version} uses them."
    return {
        **headed("CodeSystem", name, title, used, publication),
        "caseSensitive": True,
        "content": "complete",
        "count": len(codes),
        "concept": [{"code": code, **({"display": name} if name else {})} for code, name in codes.items()],
    }


def vocabularies(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Title and codes of each code system of ours but the findings; from what is used where a release names none."""
    if "vocabularies" in content:
        named: Mapping[str, Any] = content["vocabularies"]
        return named
    used: dict[str, set[str]] = {}
    for system, code in _codes_used(content):
        used.setdefault(system, set()).add(code)
    return {
        system: {"title": system.replace("-", " ").capitalize(), "codes": dict.fromkeys(sorted(codes), "")}
        for system, codes in sorted(used.items())
    }


def _codes_used(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    groups = [concept.get("codes", {}) for concept in content["concepts"].values()]
    groups += [{fact["system"]: fact["answers"]} for fact in content["facts"].values() if "answers" in fact]
    groups += [{ORDERS: [one["local_code"]]} for one in content["actions"].values() if "local_code" in one]
    for group in groups:
        yield from ((system, code) for system, codes in group.items() if system in OWN - {FINDINGS} for code in codes)


def value_sets(publication: Publication) -> list[Resource]:
    """The answers to choose from, one value set for each code system a finding is answered in.

    Each holds its expansion, so that the form can be filled in without a terminology server.
    """
    content = publication.release.content
    named = vocabularies(content)
    asked = (fact for fact in content["facts"].values() if "finding" in fact and fact["kind"] == "choice")
    systems = dict.fromkeys(fact["system"] for fact in asked)
    return [_value_set(name, named[name], publication) for name in systems]


def _value_set(name: str, vocabulary: Mapping[str, Any], publication: Publication) -> Resource:
    title, system = vocabulary["title"], canonical("CodeSystem", name)
    contains = [
        {"system": system, "code": code, **({"display": display} if display else {})}
        for code, display in vocabulary["codes"].items()
    ]
    return {
        **headed("ValueSet", name, title, f"Answers of the intake form: {title}.", publication),
        "compose": {"include": [{"system": system}]},
        "expansion": {"timestamp": publication.date, "total": len(contains), "contains": contains},
    }
