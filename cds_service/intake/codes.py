"""Codes under one name for each code system, whatever spelling of the system came in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from cds_service.intake.elements import Json, objects, text, trimmed
from knowledge.chart import Coding

OUR_BASE = "w3id.org/heel-pain-cds/"

# Without scheme, `urn:oid:`, trailing slash or version, in lower case. Spellings met in real content.
_SYSTEMS: dict[str, str] = {
    "snomed.info/sct": "snomed",
    "snomed.info": "snomed",
    "2.16.840.1.113883.6.96": "snomed",
    "loinc.org": "loinc",
    "2.16.840.1.113883.6.1": "loinc",
    "hl7.org/fhir/sid/icd-10-cm": "icd-10-cm",
    "2.16.840.1.113883.6.90": "icd-10-cm",
    "www.icd10data.com": "icd-10-cm",
    "www.cms.gov/medicare/coding-billing/icd-10-codes": "icd-10-cm",
    "hl7.org/fhir/sid/icd-10": "icd-10",
    "2.16.840.1.113883.6.3": "icd-10",
    "www.cms.gov/medicare/coding/icd10": "icd-10-pcs",
    "www.icd10data.com/icd10pcs": "icd-10-pcs",
    "hl7.org/fhir/sid/icd-9-cm": "icd-9-cm",
    "2.16.840.1.113883.6.103": "icd-9-cm",
    "www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "2.16.840.1.113883.6.88": "rxnorm",
    "hl7.org/fhir/sid/ndc": "ndc",
    "2.16.840.1.113883.6.69": "ndc",
    "www.whocc.no/atc": "atc",
    "2.16.840.1.113883.6.73": "atc",
    "www.cms.gov/medicare/coding/hcpcsreleasecodesets": "hcpcs",
    "www.cms.gov/medicare/coding/medhcpcsgeninfo": "hcpcs",
    "www.nlm.nih.gov/research/umls/hcpcs": "hcpcs",
    "bluebutton.cms.gov/resources/codesystem/hcpcs": "hcpcs",
    "2.16.840.1.113883.6.285": "hcpcs",
    "hl7.org/fhir/sid/cvx": "cvx",
    "2.16.840.1.113883.12.292": "cvx",
    "unitsofmeasure.org": "ucum",
    "2.16.840.1.113883.6.8": "ucum",
    "www.ama-assn.org/go/cpt": "cpt",
    "terminology.hl7.org/codesystem/v3-observationinterpretation": "v3-ObservationInterpretation",
    "hl7.org/fhir/v3/observationinterpretation": "v3-ObservationInterpretation",
    "terminology.hl7.org/codesystem/v2-0078": "v3-ObservationInterpretation",
    "hl7.org/fhir/v2/0078": "v3-ObservationInterpretation",
    "2.16.840.1.113883.5.83": "v3-ObservationInterpretation",
    "terminology.hl7.org/codesystem/v2-0136": "v2-0136",
    "hl7.org/fhir/v2/0136": "v2-0136",
    "developer.apple.com/documentation/healthkit": "healthkit",
}
KNOWN_SYSTEMS = frozenset(_SYSTEMS.values())
_SCHEME = re.compile(r"^(?:https?://|urn:oid:)")
_EDITION = re.compile(r"^snomed\.info/sct/\d+(?:/version/\d+)?$", re.ASCII)
_NDC = re.compile(
    r"^(?:(\d{4})-(\d{4})-(\d{2})|(\d{5})-(\d{3})-(\d{2})|(\d{5})-(\d{4})-(\d{1})|(\d{5})-(\d{4})-(\d{2}))$", re.ASCII
)


class Concept(NamedTuple):
    """A CodeableConcept, or what stands for one. `mapped` are the codings a site's ConceptMap added."""

    codings: tuple[Coding, ...] = ()
    text: str = ""
    mapped: frozenset[Coding] = frozenset()

    @property
    def wording(self) -> str:
        """Its text and what its codings are called."""
        return "; ".join(filter(None, (self.text, *(coding.display for coding in self.codings))))


NOTHING = Concept()


@lru_cache(maxsize=1024)
def system_name(address: str) -> str:
    """The short name of a code system by any known spelling of its address; an unknown address as it came."""
    address = trimmed(address)
    plain = _SCHEME.sub("", address.lower()).partition("|")[0].rstrip("/")
    if plain.startswith(OUR_BASE + "codesystem/"):
        return plain.rpartition("/")[2]
    if _EDITION.match(plain):
        return "snomed"
    return _SYSTEMS.get(plain, address)


@lru_cache(maxsize=16384)
def coding_of(system: str, code: str, display: str) -> Coding:
    name = system_name(system)
    code = trimmed(code)
    return Coding(name, eleven_digits(code) if name == "ndc" else code, text(display))


def eleven_digits(ndc: str) -> str:
    """A National Drug Code as 11 digits (5-4-2), where its hyphens tell how to pad it; else as it came."""
    found = _NDC.match(ndc)
    if not found:
        return ndc
    labeler, product, package = (part for part in found.groups() if part is not None)
    return f"{labeler:0>5}{product:0>4}{package:0>2}"


def coding(value: Json) -> Coding | None:
    """One Coding; None without a code. A code sent as a JSON number is none: its digits may have been rounded."""
    code = value.get("code")
    system, display = value.get("system"), value.get("display")
    if not isinstance(code, str) or not code:
        return None
    return coding_of(system if isinstance(system, str) else "", code, display if isinstance(display, str) else "")


def concept(value: Any) -> Concept:
    """A CodeableConcept, several, or R5's `{concept: ...}`: all codings, and all wording joined."""
    if value is None:
        return NOTHING
    found = objects(value)
    if len(found) == 1:
        return _concept(found[0])
    return joined([_concept(one) for one in found])


def _concept(value: Json) -> Concept:
    if "concept" in value:
        return concept(value["concept"])
    codings: list[Coding] = []
    wording = [text(value.get("text"))]
    for one in objects(value.get("coding")):
        if (known := coding(one)) is not None:
            codings.append(known)
        else:
            wording.append(text(one.get("display")))
    return Concept(tuple(codings), "; ".join(filter(None, wording)))


def joined(concepts: list[Concept]) -> Concept:
    """Several concepts as one that is all of them."""
    codings = tuple(dict.fromkeys(coding for one in concepts for coding in one.codings))
    wording = "; ".join(dict.fromkeys(one.text for one in concepts if one.text))
    return Concept(codings, wording, frozenset().union(*(one.mapped for one in concepts)))


def in_system(codings: tuple[Coding, ...], table: Mapping[tuple[str, str], Any]) -> list[Any]:
    """What a table keyed by (system, code) says of the codings."""
    return [table[key] for one in codings if (key := (one.system, one.code)) in table]


@lru_cache(maxsize=8192)
def has_check_digit(snomed: str) -> bool:
    """Whether a SNOMED CT identifier passes Verhoeff's check; a rounded or mistyped one does not."""
    if not (snomed.isascii() and snomed.isdigit() and 6 <= len(snomed) <= 18):
        return False
    check = 0
    for place, digit in enumerate(reversed(snomed)):
        check = _MULTIPLY[check][_permuted(place % 8, int(digit))]
    return check == 0


_MULTIPLY = tuple(
    tuple((a + b) % 5 if b < 5 else 5 + (a + b) % 5 for b in range(10))
    if a < 5
    else tuple(5 + (a - b) % 5 if b < 5 else (a - b) % 5 for b in range(10))
    for a in range(10)
)
_FIRST_PERMUTATION = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _permuted(times: int, digit: int) -> int:
    for _ in range(times):
        digit = _FIRST_PERMUTATION[digit]
    return digit
