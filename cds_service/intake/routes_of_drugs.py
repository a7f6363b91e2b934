"""By which route a drug reaches the patient: from the dosage, else the form, else the product's name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cds_service.intake.elements import recurring

UNKNOWN = "unknown"
# In this order: an "otic solution" is for the ear whatever else is said of it, and a gel may be an oral one last.
_WORDS: dict[str, str] = {
    "ear": r"otic|auricular|ears?|ear drops?|aural",
    "eye": r"ophthalmic|ocular|eyes?|eye drops?|conjunctival|intravitreal",
    "nasal": r"nasal|intranasal|nostrils?|nose",
    "inhaled": r"inhal\w*|respiratory|nebuli[sz]\w*|metered dose|dry powder",
    "injection": r"inject\w*|intra-?(?:articular|muscular|venous|lesional|dermal|bursal|thecal)|subcutaneous|"
    r"peritendinous|perineural|epidural|infusion|im|iv|sc|syringe|vial",
    "topical": r"topical\w*|cutaneous|transdermal|skin|gels?|emulgel|creams?|ointments?|patch|patches|lotions?|"
    r"spray|plasters?",
    "rectal": r"rectal|suppositor\w+|enema",
    "vaginal": r"vaginal|pessar\w+",
    "oral": r"oral\w*|by mouth|po|swallow\w*|tablets?|tabs?|capsules?|caps?|caplets?|syrup|chewable|film-coated",
}
_PATTERNS = tuple((route, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)) for route, words in _WORDS.items())
_CODES: dict[tuple[str, str], str] = {("snomed", "26643006"): "oral"}


def route_of(*wordings: Iterable[str]) -> str:
    """The route named by the first of the groups of wording that names one; "unknown" if none does."""
    for wording in wordings:
        if (found := _named(" ".join(wording))) is not None:
            return found
    return UNKNOWN


def coded_route(system: str, code: str) -> str:
    """Words for a route sent as a bare code."""
    return _CODES.get((system, code), "")


@recurring
def _named(wording: str) -> str | None:
    return next((route for route, pattern in _PATTERNS if pattern.search(wording)), None) if wording else None
