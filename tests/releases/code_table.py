"""The table of every code of others that the drafts use, with its name and where that was seen.

`python -m tests.releases.code_table` writes `codes/` of the drafts anew from the terminology note and the
tabular list of ICD-10-CM; `test_code_table.py` fails while it is stale. Names that their owners do not let
others pass on (ICD-10 of the WHO, ATC) are left out.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from knowledge.authored import DRAFTS, read_drafts
from knowledge.codes import used_codes
from knowledge.release import NAME
from tests.shared_material import shared

FOLDER = DRAFTS / NAME / "codes"
NAMELESS = {"icd-10": "ICD-10 WHO 2019", "atc": "ATC 2026-04-25"}
_TABULAR = "ICD-10-CM tabular list, April 2026"
_HCPCS = "CMS HCPCS 2019"
_CONTRACT = "wire contract"
_STATUS = re.compile(r"^(V|W): *")
_SUBSTANCE = re.compile(r"(\d{6,18}) ([A-Z][\w ,-]*?) \((GPS|DDD)\)")
_PRODUCT = re.compile(r"(?:GPS|e\.g\.) (\d{6,18}) (Product [\w ]+|[A-Z][\w ]+\(substance\))")


class Named(NamedTuple):
    """What a code is called and where that was seen."""

    display: str
    source: str
    unconfirmed: bool = False

    @property
    def entry(self) -> dict[str, Any]:
        """As the table holds it; what is not so is left out."""
        return {name: value for name, value in self._asdict().items() if value}


@cache
def noted() -> dict[tuple[str, str], Named]:
    """Every code that the terminology note names, with its first name there; a name seen weakly says so."""
    found: dict[tuple[str, str], Named] = {}
    for line in shared("reference/terminology.md").read_text("utf-8").splitlines():
        for system, code, named in (*_of_row(line), *_substances(line)):
            found.setdefault((system, code), named)
    return found


def _of_row(line: str) -> Iterator[tuple[str, str, Named]]:
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    if len(cells) >= 3 and re.fullmatch(r"[A-Z]\d{4}( / [A-Z]\d{4})?", cells[0]) and "UNVERIFIED" not in line:
        yield from (("hcpcs", code, Named(_plain(cells[1]), _HCPCS)) for code in cells[0].split(" / "))
    if len(cells) < 3 or not (status := _STATUS.match(cells[2])):
        return
    said = _plain(_STATUS.sub("", cells[2])), status[1] == "W"
    if re.fullmatch(r"\d{6,18}", cells[0]):
        yield "snomed", cells[0], Named(_plain(cells[1]), *said)
    elif re.fullmatch(r"\d{1,6}-\d", cells[0]):
        yield "loinc", cells[0], Named(_plain(cells[1]), *said)
    elif re.fullmatch(r"\d+", cells[1]):
        yield "rxnorm", cells[1], Named(_plain(cells[0]).split(" / ")[-1], *said)


def _substances(line: str) -> Iterator[tuple[str, str, Named]]:
    for code, display, source in _SUBSTANCE.findall(line):
        yield "snomed", code, Named(display, source)
    for code, display in _PRODUCT.findall(line):
        yield "snomed", code, Named(display, "GPS")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[*`|]", "", text).split())


def in_tabular_list(code: str) -> Named | None:
    """The title of an ICD-10-CM code or header; None for the beginning of codes that has no title itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the package reads its file in an old way
        import simple_icd_10_cm
    if not simple_icd_10_cm.is_valid_item(code):
        return None
    return Named(str(simple_icd_10_cm.get_description(code)), _TABULAR)


def entry(system: str, code: str) -> dict[str, Any]:
    """What the table says of one code."""
    if system in NAMELESS:
        return {"source": NAMELESS[system]}
    if system == "icd-10-cm":
        return (in_tabular_list(code) or Named("", _TABULAR)).entry
    return noted().get((system, code), Named("", _CONTRACT, True)).entry


def tables() -> dict[str, dict[str, dict[str, Any]]]:
    """The whole table, by system and code, of the codes that the drafts use."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for one in used_codes(read_drafts(DRAFTS / NAME)):
        found.setdefault(one.system, {})[one.code] = entry(one.system, one.code)
    return found


def write(folder: Path = FOLDER) -> None:
    folder.mkdir(exist_ok=True)
    for system, codes in tables().items():
        text = yaml.safe_dump({system: codes}, allow_unicode=True, sort_keys=True, width=1000)
        (folder / f"{system}.yaml").write_text(f"# Made by `python -m tests.releases.code_table`.\n{text}", "utf-8")


if __name__ == "__main__":
    write()
