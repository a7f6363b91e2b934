"""Code systems under one name, codes as they are, and nothing repaired inside."""

from __future__ import annotations

import pytest

from cds_service.intake.codes import concept, eleven_digits, has_check_digit, system_name
from tests.shared_material import shared

OURS = "https://w3id.org/heel-pain-cds/CodeSystem/"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("http://snomed.info/sct", "snomed"),
        ("http://snomed.info/sct/900000000000207008/version/20260101", "snomed"),
        ("http://snomed.info/sct|http://snomed.info/sct/731000124108", "snomed"),
        ("https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "hcpcs"),
        ("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "hcpcs"),
        ("https://www.cms.gov/Medicare/Coding/MedHCPCSGenInfo", "hcpcs"),
        ("http://www.nlm.nih.gov/research/umls/hcpcs", "hcpcs"),
        ("urn:oid:2.16.840.1.113883.6.285", "hcpcs"),
        ("https://bluebutton.cms.gov/resources/codesystem/hcpcs", "hcpcs"),
        ("urn:oid:2.16.840.1.113883.6.69", "ndc"),
        (f"{OURS}heel-findings", "heel-findings"),
        (f"{OURS}heel-orders/", "heel-orders"),
        ("http://w3id.org/heel-pain-cds/CodeSystem/heel-treatments", "heel-treatments"),
        ("http://snomed.info/sctt", "http://snomed.info/sctt"),
        (
            "hhttps://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
            "hhttps://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        ),
        ("urn:oid:1.2.840.114350.1.13.246.3.7", "urn:oid:1.2.840.114350.1.13.246.3.7"),
        ("", ""),
    ],
)
def test_a_system_has_one_name_in_every_spelling_and_an_unknown_one_keeps_its_own(address: str, name: str) -> None:
    assert system_name(address) == name


def test_every_alias_of_the_terminology_note_is_known() -> None:
    section = shared("reference/terminology.md").read_text("utf-8").split("## 10.")[1].split("Typos occur")[0]
    aliases = [
        part for part in section.split("`")[1::2] if part.startswith(("http", "HTTP", "urn:oid:2.16.840.1.113883.6"))
    ]
    known = [alias for alias in aliases if "<" not in alias and not alias.endswith("://…")]
    assert len(known) > 15
    assert [alias for alias in known if system_name(alias) == alias] == []


def test_all_codings_of_a_concept_are_kept_with_their_wording() -> None:
    found = concept(
        {
            "coding": [{"system": "a", "code": "1"}, {"display": "left heel"}, {"system": "b", "code": " 2 "}],
            "text": "T",
        }
    )
    assert [(one.system, one.code) for one in found.codings] == [("a", "1"), ("b", "2")]
    assert found.text == "T; left heel"


@pytest.mark.parametrize(
    ("ndc", "digits"),
    [("0904-5809-60", "00904580960"), ("50580-449-10", "50580044910"), ("50580-4491-1", "50580449101"),
     ("50580044910", "50580044910"),
     ("5058-04", "5058-04")],
)  # fmt: skip
def test_a_package_code_has_eleven_digits_where_its_hyphens_tell_how(ndc: str, digits: str) -> None:
    assert eleven_digits(ndc) == digits


@pytest.mark.parametrize("code", ["202882003", "11873911000119108", "429513001", "7771000"])
def test_true_snomed_ids_pass_their_check(code: str) -> None:
    assert has_check_digit(code)


@pytest.mark.parametrize("code", ["16320551000119100", "48511005", "236088001", "202882003.0", "", "abc", "22253001"])
def test_rounded_mistyped_or_foreign_ids_fail_it(code: str) -> None:
    assert not has_check_digit(code)
