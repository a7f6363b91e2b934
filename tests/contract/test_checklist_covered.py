"""Every row of the CDS Hooks checklist is shown by a test that names it, or is set apart here with the reason."""

from __future__ import annotations

import re

from tests.components import ROOT
from tests.shared_material import shared

ROW = re.compile(r"\b[TDRPFKGALOXSCVHBJ]-\d\d\b")
NOT_YET: dict[str, str] = {}
SET_APART = {
    "R-12": "binds the client; nothing here waits for a call, there being no state between calls",
}


def rows() -> set[str]:
    """The ids in the first column of the checklist."""
    text = shared("reference/cds-hooks-checklist.md").read_text("utf-8")
    return {line.split("|")[1].strip() for line in text.splitlines() if re.match(r"\| [A-Z]-\d\d \|", line)}


def named() -> dict[str, set[str]]:
    """Row ids that the tests name, each with the files that do."""
    found: dict[str, set[str]] = {}
    for path in (path for path in (ROOT / "tests").rglob("test_*.py") if path.parent.name != "governance"):
        if path.name != "test_checklist_covered.py":
            for row in ROW.findall(path.read_text("utf-8")):
                found.setdefault(row, set()).add(path.name)
    return found


def test_the_checklist_is_read_whole() -> None:
    assert len(rows()) > 150
    assert {row[0] for row in rows()} == set("TDRPFKGALOXSCVHBJ")


def test_every_row_that_binds_a_service_now_is_named_by_a_test() -> None:
    due = {row for row in rows() if row[0] not in NOT_YET} - set(SET_APART)
    assert sorted(due - set(named())) == []


def test_no_test_names_a_row_that_does_not_exist() -> None:
    assert {row: files for row, files in named().items() if row not in rows()} == {}


def test_what_is_set_apart_is_in_the_checklist_and_shown_by_no_test() -> None:
    assert set(SET_APART) <= rows()
    assert sorted(set(SET_APART) & set(named())) == []
