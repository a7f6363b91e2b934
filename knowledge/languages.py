"""Checking that every language of a release says all that English says, each with the same places to fill."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from knowledge.release import Release

ENGLISH = "en"
_PLACES = re.compile(r"\{\w+\}")
Words = Mapping[str, Any]


def untranslated(release: Release) -> list[str]:
    """One sentence for each word a language lacks, has too many, or fills differently; none when all is well."""
    worded: Mapping[str, Words] = release.content["wording"]
    english = _texts(english_of(release.content))
    others = (language for language in worded if language != ENGLISH)
    return [f"wording.{one}.{fault}" for one in others for fault in _faults(english, _texts(worded[one]))]


def english_of(content: Mapping[str, Any]) -> Words:
    """All that a further language must word: what stands in `wording/en`, reasons, and what leading sources say."""
    offers = [offer for one in content["recommendations"].values() for offer in (one, *one.get("by_rule", {}).values())]
    leading = {offer["evidence"] for offer in offers if "evidence" in offer}
    says = {name: content["evidence"][name]["says"] for name in sorted(leading)}
    return {**content["wording"][ENGLISH], "reasons": content["reasons"], "evidence": says}


def _faults(english: Mapping[str, str], other: Mapping[str, str]) -> Iterator[str]:
    yield from (f"{path}: is missing; English says {english[path]!r}" for path in english if path not in other)
    yield from (f"{path}: English has no such words" for path in other if path not in english)
    for path in english.keys() & other.keys():
        wanted, found = (sorted(set(_PLACES.findall(text))) for text in (english[path], other[path]))
        if wanted != found:
            yield f"{path}: must hold {wanted}, holds {found}"


def _texts(words: Words) -> dict[str, str]:
    """Every text by its dotted path. Sentences of a list count as one: a language may cut them otherwise."""
    found: dict[str, str] = {}
    for name, value in words.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{path}": text for path, text in _texts(value).items()}
        else:
            found[name] = value if isinstance(value, str) else " ".join(value)
    return found
