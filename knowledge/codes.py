"""The codes of others that a release uses: where each was seen, what it is called, what it is used for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

OWN = frozenset({"heel-findings", "heel-pain-location", "heel-imaging-result", "heel-treatments", "heel-orders"})
# What an order calls a system -> what everything else of a release calls it.
SYSTEMS = {
    "http://snomed.info/sct": "snomed",
    "http://loinc.org": "loinc",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": "hcpcs",
}


@dataclass(frozen=True, slots=True)
class UsedCode:
    """One code; `whole` false: every code that begins so. `display` is empty where its owner keeps the names.

    `unconfirmed`: its name is still to be confirmed by somebody who looks it up.
    """

    system: str
    code: str
    whole: bool
    display: str
    source: str
    unconfirmed: bool
    used_by: tuple[str, ...]


def used_codes(content: Mapping[str, Any]) -> list[UsedCode]:
    """Every code of others, by system and code; a release from before the table has the sources of its concepts."""
    table = content.get("codes", {})
    places: dict[tuple[str, str, bool], dict[str, str]] = {}
    for system, code, whole, place, source in _uses(content):
        places.setdefault((system, code, whole), {})[place] = source
    return [_used(key, places[key], table.get(key[0], {}).get(key[1])) for key in sorted(places)]


def _used(key: tuple[str, str, bool], places: Mapping[str, str], entry: Mapping[str, Any] | None) -> UsedCode:
    said: Mapping[str, Any] = entry or {"source": "; ".join(sorted({source for source in places.values() if source}))}
    return UsedCode(
        *key, said.get("display", ""), said["source"], said.get("unconfirmed", False), tuple(sorted(places))
    )


def code_problems(content: Mapping[str, Any]) -> Iterator[str]:
    """Codes that the table lacks, and entries of it that nothing uses; none where a release has no table."""
    if "codes" not in content:
        return
    used = {(one.system, one.code): one.used_by for one in used_codes(content)}
    listed = {(system, code) for system, codes in content["codes"].items() for code in codes}
    for system, code in sorted(set(used) - listed):
        yield f"codes.{system}: {code!r} is missing, used by {', '.join(used[system, code])}"
    yield from (f"codes.{system}: {code!r} is used nowhere" for system, code in sorted(listed - set(used)))


def _uses(content: Mapping[str, Any]) -> Iterator[tuple[str, str, bool, str, str]]:
    """System, code, whether it is the whole code, where it is used, and the source named there."""
    for name, concept in content["concepts"].items():
        for system, code, whole in codes_of_concept(concept):
            if system not in OWN:
                yield system, code, whole, f"concepts.{name}", concept["source"]
    for name, fact in content["facts"].items():
        read = (fact.get("observations", {}), fact.get("creatinine", {}).get("observations", {}))
        observed = [(system, code) for group in read for system, codes in group.items() for code in codes]
        observed += [(fact["system"], code) for code in fact.get("answers", ())]
        for system, code in observed:
            if system not in OWN:
                yield system, code, True, f"facts.{name}", ""
    for name, action in content["actions"].items():
        for key in ("category", "code", "code_left", "code_right", "body_site"):
            if key in action:
                coding = action[key]
                yield SYSTEMS.get(coding["system"], coding["system"]), coding["code"], True, f"actions.{name}", ""


def codes_of_concept(concept: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """System, code, and whether it is the whole code or all that begin so; also those that count only at a site."""
    sited = concept.get("sited", {})
    plain = {system: codes for system, codes in sited.items() if system not in ("sites", "prefixes", "words")}
    groups = (
        (concept.get("codes", {}), True),
        (plain, True),
        (concept.get("prefixes", {}), False),
        (sited.get("prefixes", {}), False),
    )
    for group, whole in groups:
        yield from ((system, code, whole) for system, codes in group.items() for code in codes)
