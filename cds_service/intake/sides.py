"""Left, right, both or not told: from body sites, from codes that hold a side, from words.

Not told is never *both*. Where the body site and the code name different sides, the side is not known.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cds_service.intake.codes import NOTHING, Concept
from cds_service.intake.elements import recurring
from knowledge.chart import Coding, Side

_L, _R, _B = Side.LEFT, Side.RIGHT, Side.BOTH
_SIDED: dict[tuple[str, str], Side] = {
    ("snomed", "7771000"): _L,
    ("snomed", "24028007"): _R,
    ("snomed", "51440002"): _B,
    ("snomed", "303131000119109"): _L,
    ("snomed", "303141000119100"): _R,
    ("snomed", "15640081000119104"): _B,
    ("snomed", "11873911000119108"): _B,
    **dict.fromkeys(
        [("loinc", code) for code in ("26101-6", "36662-5", "36977-7", "26128-9", "26242-8", "36469-5", "36427-3")], _L
    ),
    **dict.fromkeys([("loinc", code) for code in ("26102-4", "26129-7", "26243-6", "36471-1", "36429-9")], _R),
    ("loinc", "26100-8"): _B,
}
# ICD-10-CM codes, without dots, whose last character here is the side: 1 right, 2 left, and 3 both where there is one.
_ICD_STEMS = (
    ["M214", "M543", "M670", "M766", "M767", "M773", "M775", "M926", "Q665", "Q667"]
    + ["M0237", "M1007", "M2457", "M2557", "M6256", "M6636", "M6637", "M6686", "M6687", "M7157", "M7682", "M7967"]
    + ["M8617", "M8667", "S8600", "S8601", "S8602", "S8609", "S9369", "S9681"]
    + [f"S920{part}" for part in range(7)]
)
_ICD_STEMS_WITH_BOTH = ["G575", "G576", "I7020", *(f"I824{part}" for part in range(5))]
SIDED_ICD_PREFIXES: dict[str, Side] = {
    **{stem + digit: side for stem in _ICD_STEMS for digit, side in (("1", _R), ("2", _L))},
    **{stem + digit: side for stem in _ICD_STEMS_WITH_BOTH for digit, side in (("1", _R), ("2", _L), ("3", _B))},
    **{"M84371": _R, "M84372": _L, "M84374": _R, "M84375": _L, "L03115": _R, "L03116": _L},
}
_LENGTHS = sorted({len(prefix) for prefix in SIDED_ICD_PREFIXES}, reverse=True)
_BOTH = re.compile(r"\b(?:bilateral|bilat|both|right and left|left and right|r\s?&\s?l|l\s?&\s?r)\b", re.IGNORECASE)
_LEFT = re.compile(r"\b(?:left|lt)\b|(?:^|[\s(])L(?=[\s).,:]|$)", re.IGNORECASE)
_RIGHT = re.compile(r"\b(?:right|rt)\b|(?:^|[\s(])R(?=[\s).,:]|$)", re.IGNORECASE)


def side_of(code: Concept, sites: Concept) -> Side:
    """The side of something, from where on the body it is and what it is."""
    placed, coded = _of_codings(sites.codings), _of_codings(code.codings)
    if placed is not Side.UNKNOWN and coded is not Side.UNKNOWN:
        return placed if placed is coded else Side.UNKNOWN
    found = placed if placed is not Side.UNKNOWN else coded
    if found is not Side.UNKNOWN:
        return found
    placed_in_words = _of_words(sites.wording) if sites is not NOTHING else None
    return placed_in_words or _of_words(code.wording) or Side.UNKNOWN


def _of_codings(codings: tuple[Coding, ...]) -> Side:
    if not codings:
        return Side.UNKNOWN
    named = {side for one in codings if (side := _coded(one.system, one.code)) is not None}
    if not named:
        return Side.UNKNOWN
    return named.pop() if len(named) == 1 else Side.BOTH


@lru_cache(maxsize=8192)
def _coded(system: str, code: str) -> Side | None:
    if system != "icd-10-cm":
        return _SIDED.get((system, code))
    plain = code.replace(".", "").upper()
    return next((SIDED_ICD_PREFIXES[plain[:n]] for n in _LENGTHS if plain[:n] in SIDED_ICD_PREFIXES), None)


@recurring
def _of_words(wording: str) -> Side | None:
    if not wording:
        return None
    left, right = _LEFT.search(wording), _RIGHT.search(wording)
    if _BOTH.search(wording) or (left and right):
        return Side.BOTH
    if left or right:
        return Side.LEFT if left else Side.RIGHT
    return None
