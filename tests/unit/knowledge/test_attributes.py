"""Which data about a patient a release uses follows from its rules, through all the facts beneath them."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.attributes import NOT_STATED, PARAGRAPH, intended_use, source_attributes
from tests.unit.knowledge.small_release import content, rule, small_release


def used(number: int, **changes: Any) -> list[tuple[str, list[str]]]:
    """The facts, each with the rules, in which a release uses the data of an attribute."""
    said = source_attributes(small_release(**changes))[f"{PARAGRAPH}({number})"]
    assert said["used"] is bool(said["where"])
    return [(one["fact"], one["rules"]) for one in said["where"]]


def reading(fact: dict[str, Any], **concept: Any) -> dict[str, Any]:
    """A release in which one rule is due on a fact of its own, which may read a concept of its own."""
    authored = {"title": "Told", "kind": "presence", **fact}
    words = {"told": {"present": "told", "absent": "not told", "ask": "told?"}}
    wording = {"en": {**content()["wording"]["en"], "facts": {**content()["wording"]["en"]["facts"], **words}}}
    concepts = {"concepts": {"theirs": {"title": "Theirs", "source": "test", **concept}}} if concept else {}
    return {"facts": {"told": authored}, "rules": {"teller": rule(when="told")}, "wording": wording, **concepts}


def test_a_fact_is_used_by_the_rules_that_need_it_also_to_hold_back() -> None:
    assert used(11) == [("age", ["care"])]
    assert used(10) == []


def test_a_fact_that_no_rule_needs_is_not_used() -> None:
    assert used(5, facts={"told": {"title": "Told", "kind": "presence", "observations": {"loinc": ["32624-9"]}}}) == []


@pytest.mark.parametrize(
    ("number", "fact", "concept"),
    [
        (5, {"observations": {"loinc": ["32624-9"]}}, {}),
        (8, {"observations": {"snomed": ["1"]}, "also": {"observations": {"loinc": ["76690-7"]}}}, {}),
        (12, {"condition": "theirs"}, {"codes": {"icd-10-cm": ["Z59.00"]}}),
        (12, {"condition": "theirs"}, {"prefixes": {"icd-10-cm": ["Z5"]}}),
        (12, {"condition": "theirs"}, {"sited": {"sites": "heel-site", "icd-10-cm": ["Z60.2"]}}),
        (12, {"condition": "theirs"}, {"sited": {"sites": "heel-site", "prefixes": {"icd-10-cm": ["Z60"]}}}),
        (12, {"finding": "told", "also": {"conditions": "theirs"}}, {"prefixes": {"icd-10-cm": ["Z65"]}}),
        (13, {"finding": "activities-limited"}, {}),
    ],
)
def test_what_a_fact_reads_decides(number: int, fact: dict[str, Any], concept: dict[str, Any]) -> None:
    assert used(number, **reading(fact, **concept)) == [("told", ["teller"])]


def test_a_code_that_merely_resembles_one_is_another() -> None:
    assert used(12, **reading({"condition": "theirs"}, codes={"icd-10-cm": ["Z5"]})) == []
    assert used(12, **reading({"condition": "theirs"}, prefixes={"snomed": ["Z59"]})) == []


def test_time_since_onset_reads_the_codes_of_what_began() -> None:
    weeks = {"title": "Told", "kind": "number", "unit": "wk"}
    for onset in ("theirs", ["heel-pain", "theirs"]):
        changes = reading({}, codes={"icd-10-cm": ["Z56.0"]})
        changes |= {"facts": {"told": {**weeks, "since_onset_of": onset}}}
        changes["rules"] = {"teller": rule(when={"number": {"fact": "told", "min": 6}})}
        assert used(12, **changes) == [("told", ["teller"])]


def test_an_estimated_filtration_rate_needs_age_and_sex() -> None:
    molar = {"factor": "88.4", "amount": "umol/L", "mass": "mg/dL"}
    creatinine = {"observations": {"loinc": ["2160-0"]}, "unit": "mg/dL", "molar": molar, "plausible": [0.1, 30]}
    rate = {"title": "Rate", "kind": "number", "unit": "mL/min", "finding": "rate", "creatinine": creatinine}
    changes = {"facts": {"told": rate}, "rules": {"teller": rule(when={"number": {"fact": "told", "below": 30}})}}
    assert used(10, **changes) == [("told", ["teller"])]
    assert used(11, **changes) == [("age", ["care"]), ("told", ["teller"])]


def test_what_only_opens_a_question_or_skips_an_order_is_used_too() -> None:
    told = {"title": "Told", "kind": "presence", "observations": {"loinc": ["76691-5"]}}
    assert used(9, facts={"told": told}, rules={"teller": rule(asked_with="told")}) == [("told", ["teller"])]
    skipped = {"refer": {"resource": "ServiceRequest", "already": "told"}}
    assert used(9, facts={"told": told}, actions=skipped) == [("told", ["care"])]


def test_of_one_hook_only_its_rules_count() -> None:
    assert source_attributes(small_release(), hook="order-sign")[f"{PARAGRAPH}(11)"]["used"] is False
    [cited] = source_attributes(small_release(), hook="order-sign")[f"{PARAGRAPH}(1)"]["citations"]
    assert (cited["name"], cited["rules"]) == ("nobody", ["injection"])


def test_the_index_tells_when_it_was_published() -> None:
    events = [
        {"version": "0.0.9", "status": "active", "at": "2026-01-01T00:00:00Z"},
        {"version": "0.1.0", "status": "active", "at": "2026-02-01T00:00:00Z"},
        {"version": "0.1.0", "status": "retired", "at": "2026-03-01T00:00:00Z"},
    ]
    dates = source_attributes(small_release(), events)[f"{PARAGRAPH}(4)"]
    assert (dates["published"], dates["status"]) == ("2026-02-01T00:00:00Z", "retired")
    assert "published" not in source_attributes(small_release())[f"{PARAGRAPH}(4)"]


def test_the_sources_tell_their_dates_or_that_they_have_none() -> None:
    assert source_attributes(small_release())[f"{PARAGRAPH}(4)"]["sources_without_a_date"] == ["nobody"]
    dated = {"nobody": {**content()["evidence"]["nobody"], "dated": "1998"}}
    assert source_attributes(small_release(evidence=dated))[f"{PARAGRAPH}(4)"]["sources"] == {"nobody": "1998"}


def test_a_release_that_does_not_state_an_attribute_says_so() -> None:
    told = source_attributes(small_release())
    assert told[f"{PARAGRAPH}(2)"] == {"name": "Developer", "says": NOT_STATED}
    assert intended_use(small_release()) == {"scope": "Tests of the engine.", "not_for": ["Patients."]}
