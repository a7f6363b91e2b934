"""The concepts of a release as value sets: the codes that count for each, without its words and body sites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cds_service.artefacts.publication import Publication, Resource, canonical, headed
from cds_service.artefacts.terminologies import address, notices

Concept = Mapping[str, Any]


def has_only_codes_without_site(concept: Concept) -> bool:
    """Whether a code alone can tell it: it has some, and none that counts at a body site only."""
    return bool(_groups(concept)) and "sited" not in concept


def concept_sets(publication: Publication) -> list[Resource]:
    """One value set for each concept that has a code of its own."""
    content = publication.release.content
    return [
        _concept_set(name, concept, publication) for name, concept in content["concepts"].items() if _groups(concept)
    ]


def _groups(concept: Concept) -> dict[str, tuple[list[str], list[str]]]:
    """The codes of each system, and the beginnings of codes."""
    codes, prefixes = concept.get("codes", {}), concept.get("prefixes", {})
    return {
        system: (list(codes.get(system, ())), list(prefixes.get(system, ()))) for system in sorted({*codes, *prefixes})
    }


def _concept_set(name: str, concept: Concept, publication: Publication) -> Resource:
    groups = _groups(concept)
    copyright_ = notices(groups)
    return {
        **headed("ValueSet", name, concept["title"], _description(concept), publication),
        **({"copyright": copyright_} if copyright_ else {}),
        "compose": {
            "include": [part for system, group in groups.items() for part in _includes(system, *group, publication)]
        },
    }


def _description(concept: Concept) -> str:
    said = [f"Codes that stand for: {concept['title']}."]
    if "words" in concept:
        said.append("The service also knows it by words, where a record has no code.")
    if "sited" in concept:
        said.append("Further codes count only at a body site and are not in this set.")
    return " ".join([*said, f"Source: {concept['source']}."])


def _includes(system: str, codes: list[str], prefixes: list[str], publication: Publication) -> Iterator[Resource]:
    of_system = {"system": address(system), **_own_version(system, publication)}
    if codes:
        yield {**of_system, "concept": [_member(system, code, publication) for code in codes]}
    for prefix in prefixes:
        yield {**of_system, "filter": [{"property": "code", "op": "regex", "value": beginning_with(system, prefix)}]}


def beginning_with(system: str, prefix: str) -> str:
    """A regular expression for every code that begins so; ICD codes are met with and without their dot."""
    pattern = re.escape(prefix).replace(r"\-", "-")
    if system.startswith("icd-10"):
        plain = prefix.replace(".", "")
        pattern = rf"{plain[:3]}\.?{plain[3:]}"
    return f"{pattern}.*"


def _own_version(system: str, publication: Publication) -> Resource:
    own = address(system) == canonical("CodeSystem", system)
    return {"version": publication.release.version} if own else {}


def _member(system: str, code: str, publication: Publication) -> Resource:
    """A code, with its name where the release has it from its owner."""
    named = publication.release.content.get("codes", {}).get(system, {}).get(code, {})
    return {"code": code, **({"display": named["display"]} if "display" in named else {})}
