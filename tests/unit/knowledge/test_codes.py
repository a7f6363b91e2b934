"""The table of codes of a release: what is used, where, and what the table lacks."""

from __future__ import annotations

from typing import Any

from knowledge.codes import UsedCode, code_problems, used_codes

CONTENT: dict[str, Any] = {
    "concepts": {
        "heel-pain": {
            "codes": {"snomed": ["2733002"], "heel-findings": ["heel-pain"]},
            "prefixes": {"icd-10-cm": ["M77.3"]},
            "sited": {"sites": "heel", "icd-10": ["M79.6"], "prefixes": {"icd-10-cm": ["M79.67"]}},
            "source": "terminology 1",
        },
        "heel": {"words": ["heel"], "source": "words"},
    },
    "facts": {
        "pain": {"kind": "number", "observations": {"loinc": ["72514-3"]}},
        "site": {"kind": "choice", "system": "heel-pain-location", "answers": ["calf"]},
        "pregnant": {"kind": "choice", "system": "snomed", "answers": ["77386006"]},
    },
    "actions": {
        "scan": {"code": {"system": "http://loinc.org", "code": "30681-1", "display": "MR Foot"}},
        "tell": {"code": {"system": "http://example.org/own", "code": "tell", "display": "Tell"}},
    },
}
TABLE = {
    "snomed": {
        "2733002": {"display": "Heel pain (finding)", "source": "GPS"},
        "77386006": {"display": "Pregnant (finding)", "source": "GPS"},
    },
    "icd-10-cm": {"M77.3": {"source": "tabular list"}, "M79.67": {"source": "tabular list"}},
    "icd-10": {"M79.6": {"source": "WHO", "unconfirmed": True}},
    "loinc": {"72514-3": {"source": "VSAC"}, "30681-1": {"source": "VSAC"}},
    "http://example.org/own": {"tell": {"source": "ours"}},
}


def test_every_code_of_others_is_listed_with_what_uses_it() -> None:
    found = {(one.system, one.code, one.whole): one.used_by for one in used_codes(CONTENT)}
    assert found == {
        ("snomed", "2733002", True): ("concepts.heel-pain",),
        ("snomed", "77386006", True): ("facts.pregnant",),
        ("icd-10", "M79.6", True): ("concepts.heel-pain",),
        ("icd-10-cm", "M77.3", False): ("concepts.heel-pain",),
        ("icd-10-cm", "M79.67", False): ("concepts.heel-pain",),
        ("loinc", "72514-3", True): ("facts.pain",),
        ("loinc", "30681-1", True): ("actions.scan",),
        ("http://example.org/own", "tell", True): ("actions.tell",),
    }


def test_the_table_gives_name_and_source() -> None:
    found = {one.code: one for one in used_codes({**CONTENT, "codes": TABLE})}
    uses = ("concepts.heel-pain",)
    assert found["2733002"] == UsedCode("snomed", "2733002", True, "Heel pain (finding)", "GPS", False, uses)
    assert found["M79.6"] == UsedCode("icd-10", "M79.6", True, "", "WHO", True, uses)


def test_without_a_table_the_source_is_that_of_the_concept() -> None:
    found = {one.code: one.source for one in used_codes(CONTENT)}
    assert (found["2733002"], found["72514-3"]) == ("terminology 1", "")


def test_a_code_missing_from_the_table_and_one_used_nowhere_are_told() -> None:
    assert list(code_problems(CONTENT)) == []
    assert list(code_problems({**CONTENT, "codes": TABLE})) == []
    wrong = {**TABLE, "icd-10": {"M77.3": {"source": "WHO"}}}
    assert list(code_problems({**CONTENT, "codes": wrong})) == [
        "codes.icd-10: 'M79.6' is missing, used by concepts.heel-pain",
        "codes.icd-10: 'M77.3' is used nowhere",
    ]
