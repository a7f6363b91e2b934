"""G-15: missing, stale and contradictory inputs are named on the cards they affect, with what they could change."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cards.detail import MOST_WORDS
from cds_service.evaluate_file import evaluate_file
from cds_service.settings import Settings
from cds_service.wire import schema
from knowledge.release import load_release
from tests.calls import OURS
from tests.replaying import request_of

RELEASE = load_release()
RESPONSE = Draft202012Validator(schema("response"))
AT = datetime(2026, 11, 25, 10, tzinfo=UTC)
PATIENTS = ("rupture", "stress-fracture", "plantar-eight-weeks", "achilles-midportion", "squeeze-test-missing")
LONG_AGO = "2021-03-04T10:00:00Z"


def answer(request: dict[str, Any], **settings: str) -> dict[str, Any]:
    environment = {f"HEEL_CDS_{name.upper()}": value for name, value in settings.items()}
    content = json.dumps(request).encode()
    [evaluation] = evaluate_file(content, Settings.from_env(environment), RELEASE, None, AT)
    RESPONSE.validate(evaluation.response)
    return evaluation.response


def ours(told: dict[str, Any]) -> dict[str, Any]:
    extension: dict[str, Any] = told["extension"][OURS]
    return extension


def texts(told: dict[str, Any]) -> list[str]:
    """The cards as read, without what names the decision."""
    return [card["detail"].rpartition("\n\n")[0] for card in told["cards"]]


def findings(name: str) -> Iterator[tuple[int, str]]:
    """Where the findings of a patient stand among the observations, with their codes; runs are no findings."""
    for place, entry in enumerate(request_of(name)["prefetch"]["observations"].get("entry", [])):
        code = entry["resource"]["code"]["coding"][0]["code"]
        if code != "run-distance":
            yield place, code


INPUTS = [(name, place, code) for name in PATIENTS for place, code in findings(name)]


@pytest.mark.parametrize(("name", "place", "code"), INPUTS)
def test_a_missing_input_changes_text_and_json(name: str, place: int, code: str) -> None:
    whole, missing = request_of(name), request_of(name)
    del missing["prefetch"]["observations"]["entry"][place]
    before, after = answer(whole), answer(missing)
    assert texts(before) != texts(after)
    assert ours(before) != ours(after) or before["cards"] != after["cards"]


@pytest.mark.parametrize(("name", "place", "code"), INPUTS)
def test_an_input_past_its_limit_is_named_where_it_could_change_something(name: str, place: int, code: str) -> None:
    missing, old = request_of(name), request_of(name)
    del missing["prefetch"]["observations"]["entry"][place]
    old["prefetch"]["observations"]["entry"][place]["resource"]["effectiveDateTime"] = LONG_AGO
    without, told = answer(missing), answer(old)
    assert ours(told).get("recommendations") == ours(without).get("recommendations")  # it counts as unknown
    named = [one for one in ours(told).get("stale", []) if one["fact"] == code]
    matters = code in ours(without).get("unknown", [])
    assert bool(named) is matters
    if named and set(named[0]["changes"]) & set(ours(told)["recommendations"]):
        assert any("last recorded 4 Mar 2021" in text for text in texts(told))
    assert_short(told)


@pytest.mark.parametrize(("name", "place", "code"), INPUTS)
def test_an_input_recorded_both_ways_is_named_where_something_is_shown_because_of_it(
    name: str, place: int, code: str
) -> None:
    request = request_of(name)
    entries = request["prefetch"]["observations"]["entry"]
    twin = copy.deepcopy(entries[place]["resource"]) | {"id": "twin"}
    if "valueBoolean" in twin:
        twin["valueBoolean"] = not twin["valueBoolean"]
    elif "valueQuantity" in twin:
        twin["valueQuantity"]["value"] *= 3
    else:
        return  # of a choice several answers may hold at once
    told = answer(request)
    entries.append({"resource": twin})
    both = answer(request)
    cited = {fact["name"] for card in told["cards"] for fact in card["extension"][OURS].get("facts", [])}
    if code in cited:
        assert code in {one["fact"] for one in ours(both)["contradictory"]}
        assert any(", recorded differently (" in text for text in texts(both))
        assert texts(both) != texts(told)
    assert_short(both)


def assert_short(told: dict[str, Any]) -> None:
    assert all(len(text.split()) <= MOST_WORDS for text in texts(told))


def observation(identity: str, code: str, value: Any, when: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": {"reference": "Patient/none"},
        "effectiveDateTime": when,
        "valueQuantity": {"value": value, "unit": "mm[Hg]", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"},
        **more,
    }


def etoricoxib(*pressures: tuple[int, str]) -> dict[str, Any]:
    """An order for etoricoxib, and systolic pressures with their dates."""
    request = request_of("steroid-order")
    patient = request["prefetch"]["patient"]["id"]
    drug = {"system": "http://www.whocc.no/atc", "code": "M01AH05", "display": "etoricoxib"}
    order = {
        "resourceType": "MedicationRequest",
        "id": "etoricoxib",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": {"coding": [drug]},
        "subject": {"reference": f"Patient/{patient}"},
    }
    request["context"]["draftOrders"]["entry"] = [{"resource": order}]
    request["context"]["selections"] = ["MedicationRequest/etoricoxib"]
    request["prefetch"]["observations"] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [
            {"resource": observation(f"p{n}", "8480-6", value, when, subject={"reference": f"Patient/{patient}"})}
            for n, (value, when) in enumerate(pressures)
        ],
    }
    return request


def test_a_blood_pressure_of_last_year_is_named_beside_the_order_it_matters_to() -> None:
    told = answer(etoricoxib((170, "2025-03-04T10:00:00Z")))
    [stale] = ours(told)["stale"]
    assert stale["fact"] == "systolic-blood-pressure"
    now = answer(etoricoxib((170, "2026-11-24T10:00:00Z")))
    assert "stale" not in ours(now)
    assert set(stale["changes"]) <= set(ours(now)["recommendations"]) | set(ours(told).get("recommendations", []))


def test_two_pressures_of_one_day_that_disagree_are_named() -> None:
    told = answer(etoricoxib((170, "2026-11-24"), (120, "2026-11-24")))
    assert [one["fact"] for one in ours(told)["contradictory"]] == ["systolic-blood-pressure"]


def test_in_spanish_it_is_said_in_spanish() -> None:
    request = request_of("rupture")
    [place] = [place for place, code in findings("rupture") if code == "thompson-test"]
    request["prefetch"]["observations"]["entry"][place]["resource"]["effectiveDateTime"] = LONG_AGO
    told = answer(request, language="es")
    assert any("**Por comprobar**" in text and "último registro 4 mar 2021" in text for text in texts(told))


def test_nothing_is_said_where_nothing_is_doubtful() -> None:
    for name in PATIENTS:
        told = answer(request_of(name))
        assert not {"stale", "contradictory"} & ours(told).keys()
        assert not any("**Check**" in text for text in texts(told))
