"""G-18: intended use, users, population, exclusions, limits and device status are machine readable for each release.

Who is out of scope gets no advice meant for others, and the answer says so with the code `out-of-scope`.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from cds_service.cli import main
from knowledge.cases import instant_of
from tests.calls import OURS
from tests.cases_as_calls import answered, call_of
from tests.releases.drafted import release as drafted

OF_ADULTS = {"care", "load", "prompt"}
OF_CHILDREN = {"severDisease", "seekCare"}  # a child's own disease, and that somebody should look


def told(born: str, case: dict[str, Any]) -> tuple[set[str], dict[str, str]]:
    """The topics of care shown to the patient of a case, born on another day, and what the code says of the others."""
    release = drafted()
    request = call_of(case, release)
    request["prefetch"]["patient"]["birthDate"] = born
    answer = answered(request, instant_of(case["at"]), release)
    shown = {one.topic for one in answer.decision.recommended if release.rule(one.rule).kind in OF_ADULTS}
    withheld = answer.response["extension"][OURS].get("withheld", [])
    return shown, {one["topic"]: one["reason"] for one in withheld if one.get("code") == "out-of-scope"}


def birthday(case: dict[str, Any], age: int) -> date:
    """The day of birth of somebody who turns that age on the day of the case."""
    day = instant_of(case["at"]).date()
    return day.replace(year=day.year - age)


def day_before(born: date) -> str:
    return date.fromordinal(born.toordinal() + 1).isoformat()


def test_the_day_of_the_sixteenth_birthday_is_the_boundary() -> None:
    cases = drafted().content["cases"]
    held: set[str] = set()
    for case in cases:
        birth = birthday(case, drafted().content["about"]["population"]["least_age"])
        child, withheld = told(day_before(birth), case)
        adult, none = told(birth.isoformat(), case)
        assert child <= OF_CHILDREN, case["name"]
        assert set(withheld.values()) <= {"under-16"}
        assert none == {}
        assert withheld.keys().isdisjoint(child)
        held |= withheld.keys() & adult
    assert {"plantarCoreCare", "homeCare", "analgesiaOptions", "achillesMidportionCare", "sessionSpike"} <= held


@pytest.mark.parametrize("age", [0, 8, 15])
def test_no_child_gets_care_meant_for_adults(age: int) -> None:
    for case in drafted().content["cases"]:
        assert told(birthday(case, age).isoformat(), case)[0] <= OF_CHILDREN, case["name"]


def test_the_scope_is_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "attributes", "drafts", "--json"]) == 0
    use = json.loads(capsys.readouterr().out)["intended_use"]
    assert use["population"]["least_age"] == 16
    assert use["out_of_scope"] == ["under-16"]
    assert all(use[member] for member in ("intended_use", "users", "exclusions", "limitations", "not_for"))
    assert {(one["jurisdiction"], one["status"]) for one in use["device_status"]} == {
        ("US", "not-assessed"),
        ("EU", "not-assessed"),
        ("GB", "not-assessed"),
    }
