"""The addresses of the code systems a release names by a short name, and what their owners ask to be said."""

from __future__ import annotations

from collections.abc import Iterable

from cards.naming import CANONICAL

SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
_ADDRESSES = {
    "atc": "http://www.whocc.no/atc",
    "hcpcs": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "icd-10": "http://hl7.org/fhir/sid/icd-10",
    "icd-10-cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "loinc": "http://loinc.org",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "snomed": SNOMED,
}
_NOTICES = {
    "snomed": "Uses SNOMED CT identifiers and terms of the Global Patient Set, by SNOMED International, "
    "under CC BY 4.0.",
    "loinc": "Contains content from LOINC (http://loinc.org), copyright Regenstrief Institute, Inc. and the LOINC "
    "Committee, available at no cost under the license at http://loinc.org/license.",
    "rxnorm": "Uses RxNorm, courtesy of the U.S. National Library of Medicine, which does not endorse this product.",
}


def address(system: str) -> str:
    """The canonical address of a code system; ours where it is none of the others."""
    return _ADDRESSES.get(system, f"{CANONICAL}/CodeSystem/{system}")


def notices(systems: Iterable[str]) -> str:
    """What must be said where codes of these systems (by their short names) stand; empty for most."""
    named = set(systems)
    return " ".join(notice for system, notice in _NOTICES.items() if system in named)
