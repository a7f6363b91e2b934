"""G-11: all 13 source attributes exist per service and release, as JSON keyed by paragraph number and for people."""

from __future__ import annotations

import json

import pytest

from cds_service.cli import main
from cds_service.services import SERVICES
from knowledge.index import versions

KEYS = [f"(b)(11)(iv)(A)({number})" for number in range(1, 14)]


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["knowledge", "attributes", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("version", [*versions(), "drafts"])
def test_each_release_and_each_service_has_all_thirteen(version: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(printed(capsys, version, "--json"))
    assert list(told["attributes"]) == KEYS
    assert set(told["services"]) == {service.id for service in SERVICES}
    for service in told["services"].values():
        assert list(service["attributes"]) == KEYS
        cited = {citation["name"] for citation in told["attributes"][KEYS[0]]["citations"]}
        assert set(service["attributes"][KEYS[0]]["citations"]) <= cited


def test_each_citation_has_its_place_and_grade(capsys: pytest.CaptureFixture[str]) -> None:
    service = "heel-pain-order-sign"
    told = json.loads(printed(capsys, "drafts", "--service", service, "--json"))
    assert (told["service"], told["hook"]) == (service, "order-sign")
    for citation in told["attributes"][KEYS[0]]["citations"]:
        assert citation.keys() >= {"citation", "url", "section", "grade", "says", "rules"}


def test_the_drafts_say_who_pays_who_answers_and_that_nobody_is_named_yet(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(printed(capsys, "drafts", "--json"))["attributes"]
    assert told[KEYS[1]]["developer"]["name"] == "The heel-pain-cds project"
    assert all("ot yet named" in role["held_by"] or "none" in role["held_by"] for role in told[KEYS[1]]["roles"])
    assert "No funding" in told[KEYS[2]]["funding"]
    assert told[KEYS[3]]["first_released"] == "2026-11-25"
    assert told[KEYS[3]]["sources"]["achilles-rupture-examination"] == "1998"


def test_people_read_yes_or_no_and_where(capsys: pytest.CaptureFixture[str]) -> None:
    told = printed(capsys, "drafts")
    assert f"{KEYS[4]} Use of race: no" in told
    assert f"{KEYS[9]} Use of sex: yes\n  Estimated glomerular filtration rate (sex): " in told
    assert "limitations: No card is no reassurance" in told
    assert f"{KEYS[1]} Developer\n  says: This release does not state it" in printed(capsys, "1.0.0")
    assert "Source attributes by 45 CFR 170.315(b)(11)(iv)(A), heel-pain-patient-view" in printed(
        capsys, "--service", "heel-pain-patient-view"
    )
