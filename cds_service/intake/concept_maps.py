"""A site's FHIR ConceptMaps: its local codes, and the codes of ours they stand for.

Only maps to the same thing or to a wider one are used: what a local code means more narrowly is still that
thing. A map to something narrower, or merely related, would say more than was recorded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cds_service.errors import ConfigurationError
from cds_service.intake.codes import KNOWN_SYSTEMS, OUR_BASE, Concept, coding_of, system_name
from knowledge.chart import Coding

Key = tuple[str, str]
_USED = {  # R4 `equivalence` and R5 `relationship`
    "equivalent": True,
    "equal": True,
    "wider": True,
    "subsumes": True,
    "source-is-narrower-than-target": True,
    "narrower": False,
    "specializes": False,
    "inexact": False,
    "relatedto": False,
    "unmatched": False,
    "disjoint": False,
    "source-is-broader-than-target": False,
    "related-to": False,
    "not-related-to": False,
}


class CodeMaps:
    """Local codes to codes this service knows, each looked up once a coding."""

    def __init__(self, targets: Mapping[Key, tuple[Coding, ...]]) -> None:
        self._targets = dict(targets)

    @classmethod
    def none(cls) -> CodeMaps:
        return cls({})

    @classmethod
    def load(cls, folder: Path | None) -> CodeMaps:
        """Read every `*.json` ConceptMap (R4 or R5) of a folder. Raises `ConfigurationError`."""
        if folder is None:
            return cls.none()
        if not folder.is_dir():
            raise ConfigurationError(
                f"code maps: {folder} is not a folder; name one that holds FHIR ConceptMap files (*.json)"
            )
        targets: dict[Key, tuple[Coding, ...]] = {}
        for path in sorted(folder.glob("*.json")):
            for key, target in _pairs(path):
                targets[key] = tuple(dict.fromkeys((*targets.get(key, ()), target)))
        return cls(targets)

    @property
    def digest(self) -> str:
        """`sha256:` and hex over every map in use; `none` without any."""
        if not self._targets:
            return "none"
        lines = sorted(
            f"{system} {code} {target.system} {target.code} {target.display}"
            for (system, code), targets in self._targets.items()
            for target in targets
        )
        return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def __len__(self) -> int:
        return len(self._targets)

    def extend(self, concept: Concept) -> Concept:
        """The concept with the codings its own codes stand for added, and marked as added."""
        if not self._targets:
            return concept
        had = set(concept.codings)
        added = [
            target
            for coding in concept.codings
            for target in self._targets.get((coding.system, coding.code), ())
            if target not in had
        ]
        if not added:
            return concept
        return Concept(
            tuple(dict.fromkeys((*concept.codings, *added))), concept.text, concept.mapped | frozenset(added)
        )


def _pairs(path: Path) -> Iterator[tuple[Key, Coding]]:
    content = _content(path)
    if content.get("status") == "retired":
        return
    for place, group in enumerate(_listed(content, "group", path.name)):
        where = f"{path.name}: group[{place}]"
        source, target = (_system(group, end, where) for end in ("source", "target"))
        if target not in KNOWN_SYSTEMS and not _ours(group["target"]):
            raise ConfigurationError(
                f"{where}.target: {group['target']!r} is no code system this service reads; "
                f"map to SNOMED CT, LOINC, ICD-10-CM, ICD-10, RxNorm, ATC, HCPCS or https://{OUR_BASE}CodeSystem/..."
            )
        for number, element in enumerate(_listed(group, "element", where)):
            yield from _element(element, source, group["target"], f"{where}.element[{number}]")


def _element(element: Mapping[str, Any], source: str, target: str, where: str) -> Iterator[tuple[Key, Coding]]:
    code = _code(element, where)
    for number, answer in enumerate(_listed(element, "target", where)):
        place = f"{where}.target[{number}]"
        if _is_used(answer, place):
            display = answer.get("display")
            coding = coding_of(target, _code(answer, place), display if isinstance(display, str) else "")
            yield (source, code), coding


def _is_used(answer: Mapping[str, Any], where: str) -> bool:
    found = answer.get("relationship", answer.get("equivalence", "equivalent"))
    if found not in _USED:
        raise ConfigurationError(
            f"{where}: {found!r} is no equivalence (R4) or relationship (R5); one of {', '.join(_USED)}"
        )
    # A map that holds only under a further condition cannot be followed without it.
    return _USED[found] and not answer.get("dependsOn")


def _content(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        raise ConfigurationError(
            f"{path.name}: cannot be read as JSON ({type(problem).__name__}); mend or remove the file"
        ) from problem
    if not isinstance(content, dict) or content.get("resourceType") != "ConceptMap":
        raise ConfigurationError(
            f"{path.name}: expected a FHIR ConceptMap (resourceType ConceptMap); remove other files"
        )
    return content


def _listed(holder: Mapping[str, Any], name: str, where: str) -> list[Mapping[str, Any]]:
    found = holder.get(name, [])
    if not isinstance(found, list) or not all(isinstance(member, dict) for member in found):
        raise ConfigurationError(f"{where}.{name}: expected a list of objects")
    return found


def _system(group: Mapping[str, Any], end: str, where: str) -> str:
    address = group.get(end)
    if not isinstance(address, str) or not address:
        raise ConfigurationError(f"{where}.{end}: expected the address of a code system")
    return system_name(address)


def _ours(address: str) -> bool:
    return OUR_BASE.lower() + "codesystem/" in address.lower()


def _code(holder: Mapping[str, Any], where: str) -> str:
    code = holder.get("code")
    if not isinstance(code, str) or not code.strip():
        raise ConfigurationError(f"{where}.code: expected a code as text (numbers lose digits)")
    return code.strip()
