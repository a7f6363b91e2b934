"""Calcaneal apophysitis (Sever) in a child who is well (R19)."""

from __future__ import annotations

import pytest

from tests.spec.release_5.clinic import ADULT, CHILD, visit

TOPIC = "severDisease"
SQUEEZE = {"pain-location": "posterior", "calcaneal-squeeze-test": True, "systemically-unwell": False}


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "problem-list-item-create"])
@pytest.mark.parametrize("sign", ["calcaneal-squeeze-test", "one-leg-heel-stand-pain"])
def test_a_well_child_with_a_painful_squeeze_or_heel_stand(hook: str, sign: str) -> None:
    findings = {"pain-location": "posterior", sign: True, "systemically-unwell": False}
    assert visit(hook, born=CHILD, findings=findings).about(TOPIC).indicator == "info"


@pytest.mark.parametrize(("born", "shown"), [("2018-11-26", False), ("2018-11-25", True), ("2010-11-26", True)])
def test_from_8_to_15_years(born: str, shown: bool) -> None:
    assert (TOPIC in visit(born=born, findings=SQUEEZE).advice) is shown


def test_from_16_years_a_painful_squeeze_is_a_suspected_stress_fracture() -> None:
    seen = visit(born="2010-11-25", findings=SQUEEZE)
    assert TOPIC not in seen.advice
    assert "calcanealStressFracture" in seen.advice


def test_no_age_no_sever() -> None:
    assert TOPIC not in visit(born=None, findings=SQUEEZE).advice


def test_a_child_of_whom_nobody_wrote_that_it_is_well_is_not_called_harmless() -> None:
    findings = {name: value for name, value in SQUEEZE.items() if name != "systemically-unwell"}
    seen = visit(born=CHILD, findings=findings)
    assert TOPIC not in seen.advice
    assert "systemically-unwell" in seen.asked


def test_a_normal_temperature_counts_as_well() -> None:
    findings = {name: value for name, value in SQUEEZE.items() if name != "systemically-unwell"}
    normal = [{"system": "loinc", "code": "8310-5", "value": 37.9, "unit": "Cel"}]
    assert TOPIC in visit(born=CHILD, findings=findings, observations=normal).advice


@pytest.mark.parametrize("place", ["plantar-medial", "achilles-midportion"])
def test_the_pain_must_be_at_the_back_of_the_heel(place: str) -> None:
    assert TOPIC not in visit(born=CHILD, findings={**SQUEEZE, "pain-location": place}).advice


def test_sever_on_record_in_a_well_child_is_enough() -> None:
    findings = {"systemically-unwell": False}
    assert TOPIC in visit(born=CHILD, conditions=["calcaneal-apophysitis"], findings=findings).advice
    assert TOPIC in visit(born=CHILD, conditions=["juvenile-tarsal-osteochondrosis"], findings=findings).advice


def test_the_unspecific_code_says_nothing_in_an_adult() -> None:
    assert not visit(born=ADULT, conditions=["juvenile-tarsal-osteochondrosis"]).advice


def test_no_advice_for_adults_stands_beside_it() -> None:
    seen = visit(born=CHILD, findings={**SQUEEZE, "runs-regularly": True, "pain-severity": 6, "barefoot-pain": True})
    assert seen.advice == {TOPIC}
