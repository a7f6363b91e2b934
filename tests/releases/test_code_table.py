"""The table of codes in the release: whole, fresh, and each code well-formed and under its right name."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cds_service.intake.codes import has_check_digit
from knowledge.codes import SYSTEMS, code_problems
from tests.releases.code_table import NAMELESS, entry, in_tabular_list, tables
from tests.releases.drafted import drafts
from tests.releases.test_terminology import tabular_list

AGAIN = "run: python -m tests.releases.code_table"


def codes(system: str) -> dict[str, dict[str, Any]]:
    return dict(drafts()["codes"][system])


def test_every_code_used_is_in_the_table_and_nothing_else() -> None:
    assert list(code_problems(drafts())) == [], AGAIN


@pytest.mark.parametrize("system", ["snomed", "loinc", "icd-10-cm", "icd-10", "rxnorm", "atc", "hcpcs"])
def test_names_and_sources_are_those_of_the_terminology_note(system: str) -> None:
    wrong = {code: said for code, said in codes(system).items() if said != entry(system, code)}
    assert wrong == {}, AGAIN


def test_the_table_is_the_one_its_command_writes() -> None:
    assert drafts()["codes"] == tables(), AGAIN


def test_each_snomed_code_passes_its_check_digit() -> None:
    assert not has_check_digit("48511005")  # met in public code as a rupture of the Achilles tendon
    assert [code for code in codes("snomed") if not has_check_digit(code)] == []


def luhn(code: str) -> bool:
    """Whether a LOINC code ends in its mod-10 check digit."""
    number, _, check = code.partition("-")
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == (10 - int(check)) % 10


def test_each_loinc_code_passes_its_check_digit() -> None:
    assert luhn("72514-3")
    assert not luhn("72514-4")
    assert [code for code in codes("loinc") if not luhn(code)] == []


def test_each_icd_10_cm_code_is_in_the_tabular_list_under_its_title_or_begins_codes_that_are() -> None:
    for code, said in codes("icd-10-cm").items():
        named = in_tabular_list(code)
        assert said.get("display") == (named.display if named else None)
        assert named or any(listed.startswith(code) for listed in tabular_list()), code


@pytest.mark.parametrize(
    ("system", "shape"),
    [
        ("rxnorm", r"\d{1,7}"),
        ("atc", r"[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?"),
        ("hcpcs", r"[A-Z]\d{4}"),
        ("icd-10", r"[A-Z]\d\d(\.\d)?"),
    ],
)
def test_each_code_has_the_shape_of_its_system(system: str, shape: str) -> None:
    assert [code for code in codes(system) if not re.fullmatch(shape, code)] == []


def test_names_their_owners_keep_are_not_passed_on() -> None:
    assert [(system, code) for system in NAMELESS for code, said in codes(system).items() if "display" in said] == []


def test_a_code_in_a_suggested_order_bears_the_name_of_the_table() -> None:
    for name, action in drafts()["actions"].items():
        for key in ("category", "code", "code_left", "code_right", "body_site"):
            if key in action:
                coding = action[key]
                assert codes(SYSTEMS[coding["system"]])[coding["code"]]["display"] == coding["display"], name


def test_most_codes_have_a_name_that_was_seen() -> None:
    """Those without are promised by the contract, and a person must still confirm their names."""
    unnamed = [code for code, said in codes("loinc").items() if "display" not in said]
    assert len(unnamed) * 5 < len(codes("loinc"))
    assert [code for code, said in codes("snomed").items() if "display" not in said] == []
    assert [code for code, said in codes("rxnorm").items() if "display" not in said] == []
