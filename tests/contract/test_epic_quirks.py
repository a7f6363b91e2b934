"""What Epic does otherwise than the standard, one test a quirk, through HTTP (`reference/ehr-integration.md`, 1.2)."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import calls
from tests.calls import OURS, sample, service_of, without_identity
from tests.conftest import AppMaker
from tests.tokens import calling, entry, production, token

VIEW = service_of("patient-view")
NOTHING_FOUND = ("4101", "59022")  # codes of Epic's OperationOutcome for a search without result
OIDS = {
    "http://snomed.info/sct": "urn:oid:2.16.840.1.113883.6.96",
    "http://hl7.org/fhir/sid/icd-10-cm": "urn:oid:2.16.840.1.113883.6.90",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "urn:oid:2.16.840.1.113883.6.88",
}


def asked(http: FlaskClient, request: Any) -> Any:
    answer = http.post(VIEW, json=request)
    assert answer.status_code == 200
    return answer.json


def test_it_never_asks_for_discovery(make_app: AppMaker, tmp_path: Path) -> None:
    http = production(make_app, tmp_path, entry(), discovery="clients")
    assert calling(http, token()).json["cards"]
    assert http.get("/cds-services").status_code == 401


def replaced(value: Any, by: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: by.get(one, one) if key == "system" else replaced(one, by) for key, one in value.items()}
    return [replaced(member, by) for member in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", ["plantar-heel-pain", "achilles-rupture", "calcaneal-stress-fracture"])
def test_it_names_code_systems_by_their_oid(http: FlaskClient, name: str) -> None:
    by_url = sample(name)
    by_oid = replaced(by_url, OIDS)
    assert by_oid != by_url
    assert without_identity(asked(http, by_oid)) == without_identity(asked(http, by_url))


def nothing(code: str) -> dict[str, Any]:
    """A search without result as Epic sends it."""
    outcome = {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "warning",
                "code": "processing",
                "details": {"coding": [{"system": "urn:oid:1.2.840.114350.1.13.0.1.7.2.657369", "code": code}]},
            }
        ],
    }
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": 0,
        "entry": [{"resource": outcome, "search": {"mode": "outcome"}}],
    }


@pytest.mark.parametrize("code", NOTHING_FOUND)
def test_a_search_without_result_is_an_outcome_and_means_none(http: FlaskClient, code: str) -> None:
    request = sample()
    empty = [key for key, value in request["prefetch"].items() if isinstance(value, dict) and not value.get("entry")]
    keys = [key for key in empty if key != "patient"]
    assert keys
    plain, epic = copy.deepcopy(request), copy.deepcopy(request)
    plain["prefetch"] |= dict.fromkeys(keys, calls.bundle())
    epic["prefetch"] |= dict.fromkeys(keys, nothing(code))
    assert without_identity(asked(http, epic)) == without_identity(asked(http, plain))


def test_it_takes_one_action_a_suggestion_and_any_of_them(http: FlaskClient) -> None:
    cards = [card for name in ("plantar-heel-pain", "achilles-rupture") for card in asked(http, sample(name))["cards"]]
    assert any(card.get("suggestions") for card in cards)
    for card in cards:
        if "suggestions" in card:
            assert card["selectionBehavior"] == "any"
            assert [len(one["actions"]) for one in card["suggestions"]] == [1] * len(card["suggestions"])


def test_it_keeps_an_override_by_the_topic_which_is_letters_and_digits_and_no_version(http: FlaskClient) -> None:
    for name in ("plantar-heel-pain", "achilles-rupture", "calcaneal-stress-fracture"):
        for card in asked(http, sample(name))["cards"]:
            assert re.fullmatch("[A-Za-z]{1,100}", card["source"]["topic"]["code"])
            assert card["overrideReasons"]


def test_it_reports_the_reason_of_an_override_by_a_name_of_its_own(http: FlaskClient) -> None:
    [card] = asked(http, sample())["cards"]
    reason = {"code": card["overrideReasons"][0]["code"], "system": card["overrideReasons"][0]["system"]}
    report = {
        "card": card["uuid"],
        "outcome": "overridden",
        "outcomeTimestamp": "2026-11-25T10:00:00Z",
        "overrideReasons": {"reason": reason},
    }
    told = http.post(f"{VIEW}/feedback", json={"feedback": [report]}).json
    assert (told["stored"], told["unknownCards"]) == (1, 0)


def test_it_ignores_the_details_of_an_order_so_the_words_of_the_action_say_all(http: FlaskClient) -> None:
    for name in ("plantar-heel-pain", "achilles-rupture", "calcaneal-stress-fracture"):
        for card in asked(http, sample(name))["cards"]:
            for action in (action for one in card.get("suggestions", ()) for action in one["actions"]):
                # Not the name of an order alone, as on the button, but what for or how soon.
                assert len(action["description"].split()) >= 5
                assert re.search(r"\b(?:for|of|where|if|to|with|in|until|from)\b", action["description"])


def test_it_strips_the_data_off_a_call_to_an_address_that_is_not_the_registered_one(http: FlaskClient) -> None:
    request = {name: member for name, member in sample().items() if name not in ("prefetch", "fhirServer")}
    answer = http.post(VIEW, json=request)
    assert answer.status_code == 412
    assert "Epic strips the data off a call" in answer.json["issue"][0]["diagnostics"]


def test_without_any_data_it_still_is_no_failure(http: FlaskClient) -> None:
    answer = http.post(VIEW, json=sample() | {"prefetch": {"patient": calls.patient()}, "extension": {OURS: {}}})
    assert answer.status_code in (200, 412)
