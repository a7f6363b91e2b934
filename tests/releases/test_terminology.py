"""The codes of the drafts: each was verified, each means one thing, and each finding of the contract is read."""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Iterator
from functools import cache

import pytest

from tests.releases.drafted import drafts
from tests.shared_material import shared

TITLE_CHECKED = "ICD-10-CM tabular list, title checked"
OWN = {"heel-findings", "heel-orders", "heel-imaging-result", "heel-treatments", "heel-pain-location"}
# What one code cannot say at once.
CONTRADICTIONS = [
    ("plantar-fasciitis", "plantar-fibromatosis"),
    ("achilles-rupture", "achilles-injury"),
    ("achilles-tendinopathy", "achilles-bursitis"),
    ("calcaneal-stress-fracture", "stress-fracture-follow-up"),
    ("calcaneal-stress-fracture", "stress-fracture-sequela"),
    ("stress-fracture-follow-up", "stress-fracture-sequela"),
    ("pregnancy", "not-pregnant"),
    ("active-cancer", "cancer-history"),
    ("deep-vein-thrombosis", "deep-vein-thrombosis-history"),
    ("custom-foot-orthosis", "heel-cup-or-lift"),
    ("heel-radiograph", "heel-mri"),
    ("calcaneal-fracture-on-imaging", "normal-imaging"),
    ("anticoagulant", "antiplatelet"),
    ("nsaid", "paracetamol"),
    ("plantar-injection", "achilles-region-injection"),
]


@cache
def terminology() -> str:
    return shared("reference/terminology.md").read_text("utf-8")


@cache
def contract() -> str:
    return shared("contract/wire.md").read_text("utf-8") + shared("contract/findings.csv").read_text("utf-8")


@cache
def usable() -> dict[str, frozenset[str]]:
    """The codes the terminology note marks as verified, by system."""
    found: dict[str, set[str]] = {"snomed": set(), "loinc": set(), "rxnorm": set(), "hcpcs": set()}
    for line in terminology().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) >= 3 and cells[2].startswith("V"):
            found["snomed"] |= set(re.findall(r"^\d{6,18}$", cells[0]))
            found["loinc"] |= set(re.findall(r"^\d{3,6}-\d$", cells[0]))
            found["rxnorm"] |= set(re.findall(r"^\d+$", cells[1]))
        if len(cells) == 3 and re.match(r"[A-Z]\d{4}\b", cells[0]) and "UNVERIFIED" not in line:
            found["hcpcs"] |= set(re.findall(r"[A-Z]\d{4}", cells[0]))
    found["snomed"] |= set(re.findall(r"(\d{6,18}) [A-Z][\w -]+ \(GPS\)", terminology()))
    found["snomed"] |= set(re.findall(r"GPS (?:holds? some products, e\.g\. )?(\d{6,18}) ", terminology()))
    found["snomed"] |= set(re.findall(r"products, e\.g\. (\d{6,18}) ", terminology()))
    found["icd-10-cm"] = _listed("- ICD-10-CM:")
    found["icd-10"] = _listed("- ICD-10 WHO:") | set(
        re.findall(r"WHO (?:uses|puts DVT in) \**([A-Z]\d\d[.\d]*)", terminology())
    )
    found["atc"] = set(re.findall(r"\b[A-Z]\d\d[A-Z]{0,2}\d{0,2}\b", terminology().split("## 5.")[1].split("## 6.")[0]))
    return {system: frozenset(codes) for system, codes in found.items()}


def _listed(start: str) -> set[str]:
    lines = (line for line in terminology().splitlines() if line.startswith(start))
    return {code for line in lines for code in re.findall(r"\b([A-Z]\d[\dA-Z](?:\.[\dA-Z]{1,4})?) [A-Z(]", line)}


@cache
def tabular_list() -> frozenset[str]:
    """Every code of ICD-10-CM, headers too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the package reads its file in an old way
        import simple_icd_10_cm
    return frozenset(simple_icd_10_cm.get_all_codes(with_dots=True))


def authored_codes(key: str) -> Iterator[tuple[str, str, str]]:
    """Concept, system and code of everything that stands under `codes` or `prefixes`, sited ones too."""
    for name, concept in drafts()["concepts"].items():
        sited = concept.get("sited", {})
        plain = {system: codes for system, codes in sited.items() if system not in ("sites", "prefixes", "words")}
        groups = (concept.get(key, {}), plain if key == "codes" else sited.get("prefixes", {}))
        yield from ((name, system, code) for group in groups for system, codes in group.items() for code in codes)


def verified(system: str, code: str) -> bool:
    """Whether the note lists the code; of ICD-10-CM also a header, or another seventh character, of a listed one."""
    stem = re.sub(r"(?<=\.\d{3})[A-Z]$", "", code) if system == "icd-10-cm" else code
    begun = system == "icd-10-cm" and any(listed.startswith(stem) for listed in usable()[system])
    return code in usable()[system] or begun


def named_by_range(code: str) -> bool:
    """Cancer, which the note names by a range of headings and not code by code, and its history."""
    assert "prefix C00–C96 minus C44" in terminology()
    assert "Z85.- = history" in terminology()
    cancer = "C00" <= code <= "C96" and code != "C44"
    return (cancer or code == "Z85") and code in tabular_list()


def title_checked(name: str, system: str, code: str) -> bool:
    """Whether a concept relies on the tabular list alone, and the list has a title for the code as it stands."""
    relies = drafts()["concepts"][name]["source"] == TITLE_CHECKED
    return relies and system == "icd-10-cm" and code in tabular_list()


def test_each_code_of_a_concept_was_verified() -> None:
    coded = (item for item in authored_codes("codes") if item[1] not in OWN)
    assert [(name, system, code) for name, system, code in coded if not verified(system, code)] == []


def test_each_code_prefix_begins_a_verified_code() -> None:
    def begins(system: str, prefix: str) -> bool:
        listed = verified(system, prefix) or any(code.startswith(prefix) for code in usable()[system])
        return listed or (system == "icd-10-cm" and named_by_range(prefix))

    unknown = [item for item in authored_codes("prefixes") if not begins(item[1], item[2])]
    assert [item for item in unknown if not title_checked(*item)] == []


def test_concepts_that_rely_on_the_tabular_list_name_no_code_of_another_system() -> None:
    relying = {name for name, concept in drafts()["concepts"].items() if concept["source"] == TITLE_CHECKED}
    assert relying
    named = [item for key in ("codes", "prefixes") for item in authored_codes(key) if item[0] in relying]
    assert [item for item in named if not title_checked(*item)] == []


def test_each_code_of_our_own_stands_in_the_contract() -> None:
    own = {code for _, system, code in authored_codes("codes") if system in OWN}
    assert own
    assert [code for code in sorted(own) if not re.search(rf"(?<![\w-]){code}(?![\w-])", contract())] == []


def test_each_icd_10_cm_code_exists_in_the_tabular_list() -> None:
    codes = {code for _, system, code in authored_codes("codes") if system == "icd-10-cm"}
    assert codes - tabular_list() == set()


def test_each_icd_10_cm_prefix_begins_a_code_of_the_tabular_list() -> None:
    prefixes = {prefix for _, system, prefix in authored_codes("prefixes") if system == "icd-10-cm"}
    assert [prefix for prefix in sorted(prefixes) if not any(code.startswith(prefix) for code in tabular_list())] == []


def test_each_observation_code_was_verified_or_is_promised_by_the_contract() -> None:
    of_ours = {fact["finding"] for fact in drafts()["facts"].values() if "finding" in fact}
    read = [
        (name, code)
        for name, fact in drafts()["facts"].items()
        for system, codes in fact.get("observations", {}).items()
        for code in codes
        if code not in usable().get(system, ()) and code not in contract() and code not in of_ours
    ]
    assert read == []


def _verhoeff(number: str) -> bool:
    check = 0
    for place, digit in enumerate(reversed(number)):
        check = _times(check, _permuted(place, int(digit)))
    return check == 0


def _times(left: int, right: int) -> int:
    """The product in the dihedral group of ten elements."""
    turn = (left + right if left < 5 else left - right) % 5
    return turn + 5 * ((left < 5) != (right < 5))


def _permuted(place: int, digit: int) -> int:
    for _ in range(place % 8):
        digit = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit]
    return digit


def test_each_snomed_code_has_its_check_digit() -> None:
    codes = {code for _, system, code in authored_codes("codes") if system == "snomed"}
    assert _verhoeff("202882003")
    assert not _verhoeff("16320551000119100")  # rounded by a spreadsheet
    assert [code for code in sorted(codes) if not _verhoeff(code)] == []


def test_each_loinc_code_has_its_check_digit() -> None:
    codes = {code for _, system, code in authored_codes("codes") if system == "loinc"}
    codes |= {c for fact in drafts()["facts"].values() for c in fact.get("observations", {}).get("loinc", ())}
    assert [code for code in sorted(codes) if not _mod_10(code)] == []


def _mod_10(code: str) -> bool:
    digits, check = code.split("-")
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))]
    return (10 - sum(value // 10 + value % 10 for value in doubled)) % 10 == int(check)


@pytest.mark.parametrize(("one", "other"), CONTRADICTIONS)
def test_no_code_stands_in_two_concepts_that_contradict_each_other(one: str, other: str) -> None:
    def plainly(name: str) -> set[tuple[str, str]]:
        concept = drafts()["concepts"][name]
        groups = (concept.get("codes", {}), concept.get("prefixes", {}))
        return {(system, code) for group in groups for system, codes in group.items() for code in codes}

    assert plainly(one) & plainly(other) == set()


def test_no_code_stands_twice_in_a_concept() -> None:
    seen: set[tuple[str, str, str]] = set()
    twice = [item for item in authored_codes("codes") if item in seen or seen.add(item)]  # type: ignore[func-returns-value]
    assert twice == []


def findings() -> list[dict[str, str]]:
    with shared("contract/findings.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_finding_of_the_contract_is_a_fact_of_the_same_name_kind_and_unit() -> None:
    facts = drafts()["facts"]
    for row in findings():
        fact = facts[row["code"]]
        assert (fact["finding"], fact["kind"], fact.get("unit", "")) == (row["code"], row["value"], row["unit"])


def test_each_answer_of_a_choice_in_the_contract_can_be_given() -> None:
    for row in findings():
        if "answers:" in row["note"]:
            named = re.findall(r"[a-z][a-z-]+", row["note"].split("answers:")[1].split(";")[0])
            assert set(drafts()["facts"][row["code"]]["answers"]) == set(named)


def test_each_standard_code_of_a_finding_is_read_also_as_a_condition_where_it_is_one() -> None:
    concepts, facts = drafts()["concepts"], drafts()["facts"]
    for row in findings():
        fact = facts[row["code"]]
        loinc = re.findall(r"\d+-\d\b", row["standard_codes"])
        assert set(loinc) <= set(fact.get("observations", {}).get("loinc", ()))
        for code in re.findall(r"\b\d{6,}\b", row["standard_codes"]):
            concept = concepts[fact["also"]["conditions"]]
            assert code in fact["observations"]["snomed"]
            assert code in concept.get("codes", {}).get("snomed", ()) or code in concept["sited"]["snomed"]
