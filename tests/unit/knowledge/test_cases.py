"""Worked cases: charts in words, and what a release must say to them."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from knowledge.cases import chart_of, failures, verify_cases
from knowledge.chart import Entry, Kind, Side, Standing
from knowledge.errors import ReleaseError
from knowledge.release import Release, compile_release
from tests.unit.knowledge.charts import Truth, day
from tests.unit.knowledge.small_release import content, small_release

CASE: dict[str, Any] = {"name": "one", "hook": "patient-view", "at": "2026-11-22T10:00:00Z", "expect": {}}


def entries(release: Release | None = None, **case: Any) -> tuple[Entry, ...]:
    return chart_of({**CASE, **case}, release or small_release()).entries


def problems(expect: dict[str, Any], **case: Any) -> list[str]:
    return failures(small_release(), [{**CASE, **case, "expect": expect}])


def test_the_cases_of_the_small_release_hold() -> None:
    assert failures(small_release(), content()["cases"]) == []


def test_each_entry_is_numbered_so_that_evidence_can_name_it() -> None:
    references = [entry.reference for entry in entries(findings={"squeeze": True}, conditions=["heel-pain"])]
    assert references == ["Observation/case-1", "Condition/case-2"]


@pytest.mark.parametrize(
    ("value", "presence"), [(True, Truth.TRUE), (False, Truth.FALSE), ("equivocal", Truth.UNKNOWN)]
)
def test_a_finding_is_present_absent_or_equivocal(value: object, presence: Truth) -> None:
    [entry] = entries(findings={"squeeze": value})
    assert (entry.presence, entry.codings[0].code) == (presence, "squeeze")


def test_a_finding_may_be_a_number_or_one_or_several_answers() -> None:
    [severity] = entries(findings={"severity": 7})
    assert severity.quantity is not None
    assert (severity.quantity.low, severity.quantity.unit) == (7, "{score}")
    assert [e.choices[0].code for e in entries(findings={"place": "calf"})] == ["calf"]
    assert [e.choices[0].code for e in entries(findings={"place": ["calf", "posterior"]})] == ["calf", "posterior"]


def test_a_condition_is_named_by_its_concept_alone_or_in_detail() -> None:
    detailed = {"concept": "heel-pain", "standing": "past", "side": "left", "began": "2026-10-01", "date": "2026-11-01"}
    plain, told = entries(conditions=["heel-pain", detailed])
    assert (plain.standing, plain.side, plain.began) == (Standing.CURRENT, Side.UNKNOWN, None)
    assert (told.standing, told.side, told.began, told.noted) == (
        Standing.PAST,
        Side.LEFT,
        day("2026-10-01"),
        day("2026-11-01"),
    )


@pytest.mark.parametrize(
    ("section", "kind"),
    [("medications", Kind.MEDICATION), ("procedures", Kind.PROCEDURE), ("orders", Kind.ORDER)],
)
def test_medications_procedures_and_orders_are_named_by_their_concept(section: str, kind: Kind) -> None:
    [entry] = entries(**{section: ["nsaid"]})
    assert (entry.kind, entry.codings[0].code, entry.route) == (kind, "5640", "oral")


def test_a_draft_may_be_a_medication_and_may_name_its_site() -> None:
    service = {"concept": "injection", "site": "heel-site", "selected": False}
    medication = {"concept": "nsaid", "kind": "medication", "route": "oral"}
    first, second = entries(drafts=[service, medication])
    assert (first.kind, first.text, first.draft, first.selected) == (Kind.ORDER, "heel injection", True, False)
    assert (first.sites[0].code, first.site_text) == ("S9", "")
    assert (second.kind, second.route, second.selected) == (Kind.MEDICATION, "oral", True)
    [worded] = entries(drafts=[{"concept": "nsaid", "site": "injection"}])
    assert worded.site_text == "heel injection"


def test_runs_and_observations_are_measured() -> None:
    observation = {"system": "loinc", "code": "39156-5", "value": 22.5, "unit": "kg/m2", "date": "2026-11-20"}
    ran, measured = entries(runs=[{"date": "2026-11-20", "km": 10}], observations=[observation])
    assert ran.noted is not None
    assert ran.noted.earliest == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert measured.quantity is not None
    assert (measured.codings[0].code, str(measured.quantity.low)) == ("39156-5", "22.5")


def test_a_moment_without_a_zone_is_of_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        [entry] = entries(at="2026-11-22T10:00:00", findings={"squeeze": True})
    time.tzset()
    assert entry.noted is not None
    assert entry.noted.earliest == datetime(2026, 11, 22, 9, tzinfo=UTC)
    chart = chart_of({**CASE, "at": "2026-11-22T10:00:00", "born": "1980-05-01", "sex": "female"}, small_release())
    assert (chart.birth, chart.sex) == (day("1980-05-01"), "female")


@pytest.mark.parametrize(
    ("case", "taught"),
    [
        ({"findings": {"whim": True}}, "there is no finding 'whim'"),
        ({"findings": {"heel-pain-recorded": True}}, "there is no finding 'heel-pain-recorded'"),
        ({"conditions": ["whim"]}, "there is no concept 'whim'"),
        ({"conditions": ["redness"]}, "concept 'redness' has neither a code nor a word of its own"),
    ],
)
def test_a_case_that_names_what_does_not_exist_is_refused(case: dict[str, Any], taught: str) -> None:
    with pytest.raises(ReleaseError, match=taught):
        entries(**case)


PLANTAR = {"place": "plantar-medial"}


@pytest.mark.parametrize(
    ("expect", "problem"),
    [
        ({"shows": ["stressFracture"]}, "case 'one': does not show stressFracture; shown ['coreCare']"),
        ({"not": ["coreCare"]}, "case 'one': shows coreCare; shown ['coreCare']"),
        ({"silent": True}, "case 'one': is not silent but shows ['coreCare']; shown ['coreCare']"),
        (
            {"withholds": {"needling": "anticoagulated"}},
            "case 'one': does not withhold needling for anticoagulated (withheld: []); shown ['coreCare']",
        ),
        ({"asks": ["bruise"]}, "case 'one': does not ask for bruise; shown ['coreCare']"),
    ],
)
def test_what_a_release_does_not_do_is_told_in_one_sentence(expect: dict[str, Any], problem: str) -> None:
    assert problems(expect, findings=PLANTAR) == [problem]


def test_a_rule_that_fails_fails_the_case() -> None:
    release = small_release()

    def broken(_: object) -> Any:
        raise ArithmeticError

    release = replace(release, facts=replace(release.facts, readers={**release.facts.readers, "squeeze": broken}))
    [problem] = failures(release, [CASE])
    assert problem == "case 'one': rule fracture failed; shown []"


def with_case(shows: str, digest: str) -> Release:
    case = {**CASE, "findings": PLANTAR, "expect": {"shows": [shows]}}
    return compile_release(content(cases=[case]), digest)


def test_a_release_whose_cases_do_not_hold_on_this_engine_must_not_be_used() -> None:
    with pytest.raises(ReleaseError, match=r"1 of its worked cases do not hold(.|\n)*does not show stressFracture"):
        verify_cases(with_case("stressFracture", "sha256:wrong"))


def test_cases_are_run_once_a_process_for_each_digest() -> None:
    verify_cases(with_case("coreCare", "sha256:right"))
    verify_cases(with_case("stressFracture", "sha256:right"))
