"""G-17: no suggestion is applied by itself, "critical" is kept for listed red flags.

Patients and relatives get no card.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from flask.testing import FlaskClient

from knowledge.cases import instant_of
from knowledge.release import Release, load_release
from knowledge.safety_case import listed_as_critical
from tests.calls import OURS, post
from tests.cases_as_calls import answered, call_of
from tests.releases.drafted import release as drafted
from tests.replaying import request_of


@cache
def answers() -> tuple[dict[str, Any], ...]:
    release = drafted()
    return tuple(
        answered(call_of(case, release), instant_of(case["at"]), release).response for case in release.content["cases"]
    )


def cards() -> Iterator[dict[str, Any]]:
    return (card for answer in answers() for card in answer["cards"])


def test_nothing_is_done_without_a_clinician_who_chooses() -> None:
    assert any("suggestions" in card for card in cards())
    for answer in answers():
        assert "systemActions" not in answer
    for card in cards():
        assert ("suggestions" in card) == (card.get("selectionBehavior") == "any")
        assert all(len(suggestion["actions"]) == 1 for suggestion in card.get("suggestions", ()))


def test_critical_is_only_what_the_hazard_log_lists() -> None:
    release = drafted()
    listed = {release.rule(name).topic for name in listed_as_critical(release.content)}
    critical = [card for card in cards() if card["indicator"] == "critical"]
    assert critical
    assert {card["source"]["topic"]["code"] for card in critical} <= listed


@pytest.mark.parametrize("release", [load_release(), drafted()], ids=["in force", "drafts"])
def test_critical_is_a_red_flag_or_a_danger_of_the_very_order(release: Release) -> None:
    critical = [rule for rule in release.rules if rule.indicator == "critical"]
    assert [rule.name for rule in critical if not rule.red_flag and rule.kind != "order"] == []


READERS = ["Patient/runner", "RelatedPerson/mother", "https://ehr.example.org/fhir/Patient/runner"]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", ["rupture", "plantar-two-weeks", "steroid-order"])
def test_patients_and_relatives_get_no_card(http: FlaskClient, name: str, reader: str) -> None:
    request = request_of(name)
    due = post(http, request).json["extension"][OURS]["recommendations"]
    request["context"]["userId"] = reader
    answer = post(http, request).json
    assert answer["cards"] == []
    assert "recommendations" not in answer["extension"][OURS]
    held = {one["topic"] for one in answer["extension"][OURS]["withheld"] if one["reason"] == "reader-not-clinician"}
    assert set(due) <= held


@pytest.mark.parametrize("reader", ["Practitioner/1", "PractitionerRole/1"])
def test_clinicians_do(http: FlaskClient, reader: str) -> None:
    request = request_of("rupture")
    request["context"]["userId"] = reader
    assert post(http, request).json["cards"]
