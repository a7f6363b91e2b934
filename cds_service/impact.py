"""Who would be advised differently by another release, on charts the hospital has, without leaving it.

Nothing of a patient is in a report: it counts, and says how many rather than who. Counts under `SMALLEST` are
not told unless somebody asks for the places in the files.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cds_service.decide import chart_of
from cds_service.errors import HeelCdsError
from cds_service.evaluate_file import calls_of
from cds_service.intake.call import Call
from cds_service.intake.concept_maps import CodeMaps
from cds_service.intake.gather import Gathered
from cds_service.settings import Settings
from knowledge.compare import ADVICE, Flip, flips, flips_in_cases
from knowledge.engine import evaluate
from knowledge.release import Release

SMALLEST = 11
_SUFFIXES = frozenset({".json", ".ndjson", ".jsonl"})


@dataclass
class Impact:
    """What two releases say differently: patients looked at, advised differently, and the cells by rule and kind.

    `places` names, for each difference, the file and the patient's place in it, or the worked case. `unread` are the
    files in which no patient could be read, `unread_parts` how many lines and entries of the others could not.
    """

    old: str
    new: str
    patients: int = 0
    differently: int = 0
    files: int = 0
    unread: list[str] = field(default_factory=list)
    unread_parts: int = 0
    cells: Counter[tuple[str, str]] = field(default_factory=Counter)
    places: list[tuple[str, Flip]] = field(default_factory=list)

    def add(self, place: str, found: list[Flip]) -> None:
        self.patients += 1
        self.differently += any(flip.kind in ADVICE for flip in found)
        for flip in found:
            self.cells[(flip.rule or "questions", flip.kind.value)] += 1
            self.places.append((place, flip))


def in_cases(old: Release, new: Release) -> Impact:
    """The impact on the worked cases of both releases and on charts near them."""
    impact = Impact(old.version, new.version)
    for case, found in flips_in_cases(old, new):
        impact.add(f"case {case}", found)
    return impact


def in_charts(old: Release, new: Release, path: Path, settings: Settings, at: datetime) -> Impact:
    """The impact on every patient of a file, or of a folder of files. Raises `HeelCdsError` where there is none."""
    impact = Impact(old.version, new.version)
    maps = CodeMaps.load(settings.code_maps)
    for file in _files(path):
        for number, (call, gathered) in enumerate(_calls_in(file, impact), 1):
            chart = chart_of(gathered, call, maps, at)
            said = [evaluate(release, chart, call.hook, at) for release in (old, new)]
            impact.add(f"{file.name}, patient {number}", flips(said[0], old, said[1], new))
    if not impact.patients:
        raise HeelCdsError(
            f"{path}: no patient could be read in {impact.files} files; expected Bundles (.json) or NDJSON (.ndjson) "
            "of FHIR R4 with resources that name their patient"
        )
    return impact


def _calls_in(file: Path, impact: Impact) -> list[tuple[Call, Gathered]]:
    """The patients of one file. One that cannot be read costs itself only, and is counted."""
    impact.files += 1
    try:
        found = list(calls_of(file.read_bytes(), None))
    except (HeelCdsError, OSError):
        found = []
    if not found:
        impact.unread.append(file.name)
    # What could not be read of a file may be any patient's, so each of them is told of all of it.
    impact.unread_parts += max((gathered.unread for _, gathered in found), default=0)
    return found


def _files(path: Path) -> Iterator[Path]:
    found = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.suffix in _SUFFIXES)
    if not found:
        raise HeelCdsError(f"{path}: expected a file or a folder with Bundles (.json) or NDJSON (.ndjson)")
    yield from found


def as_data(impact: Impact, *, drill_down: bool) -> dict[str, Any]:
    """The report as data; small counts are told as `<11` unless places are asked for.

    How many are advised differently is then not told either where a small count could be worked out of it.
    """
    hidden = not drill_down and any(0 < count < SMALLEST for count in impact.cells.values())
    guessable = hidden or (not drill_down and 0 < impact.patients - impact.differently < SMALLEST)

    def told(count: int) -> int | str:
        return count if drill_down or not 0 < count < SMALLEST else f"<{SMALLEST}"

    cells = [
        {"rule": rule, "kind": kind, "patients": told(count)} for (rule, kind), count in sorted(impact.cells.items())
    ]
    places = [{"place": place, **flip.told()} for place, flip in impact.places]
    return {
        "old": impact.old,
        "new": impact.new,
        "patients": told(impact.patients),
        "advisedDifferently": "not told" if guessable else told(impact.differently),
        "files": impact.files,
        "unreadFiles": len(impact.unread),
        "unreadParts": impact.unread_parts,
        "cells": cells,
        **({"places": places, "unread": impact.unread} if drill_down else {}),
    }


def as_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """The report for a terminal."""
    differently = f"{report['advisedDifferently']} of {report['patients']} advised differently"
    yield f"{report['old']} -> {report['new']}: {differently}"
    yield from _unread(report)
    for cell in report["cells"]:
        yield f"  {cell['patients']:>6}  {cell['kind']:<18} {cell['rule']}"
    for place in report.get("places", ()):
        yield f"  {place['place']}: {place['kind']} {place['topic']}".rstrip()


def _unread(report: Mapping[str, Any]) -> Iterator[str]:
    """What the report does not cover, in words."""
    if files := report["unreadFiles"]:
        named = f": {', '.join(report['unread'])}" if "unread" in report else "; --drill-down names them"
        yield f"not covered: {files} of {report['files']} files, in which no patient could be read{named}"
    if parts := report["unreadParts"]:
        yield f"not covered: {parts} lines or entries of the other files that could not be read"


def as_html(report: Mapping[str, Any]) -> str:
    """The report as a page of its own: a table and a bar for each cell, no script, nothing from elsewhere."""
    counts = [cell["patients"] if isinstance(cell["patients"], int) else 0 for cell in report["cells"]]
    most = max([*counts, 1])
    rows = "".join(_row(cell, count, most) for cell, count in zip(report["cells"], counts, strict=True))
    title = html.escape(f"Impact of {report['new']} in place of {report['old']}")
    small = "" if "places" in report else f"Counts under {SMALLEST} are not told."
    said = html.escape(f"{report['advisedDifferently']} of {report['patients']} patients would be advised differently.")
    unread = "".join(f"<p>{html.escape(line[0].upper() + line[1:])}.</p>" for line in _unread(report))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1><p>{said} {small}</p>{unread}"
        "<table><thead><tr><th>Rule<th>Difference<th>Patients<th>Plot</tr></thead>"
        f"<tbody>{rows}</tbody></table></body></html>\n"
    )


def _row(cell: Mapping[str, Any], count: int, most: int) -> str:
    rule, kind, told = (html.escape(str(cell[name])) for name in ("rule", "kind", "patients"))
    width = round(200 * count / most)
    bar = f'<svg width="200" height="12" role="img" aria-label="{told}"><rect width="{width}" height="12"/></svg>'
    return f"<tr><td>{rule}<td>{kind}<td>{told}<td>{bar}</tr>"


_STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;"
    "padding:0 1rem}table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid;padding:.3rem .6rem;"
    "text-align:left}rect{fill:currentColor}"
)
