"""G-36: prefetch is minimal: each prefetched element is read by some active rule.

Each element is taken away from the worked cases of the release in force, told as the calls a client would make; in
some case the advice, or what is asked for, must be another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from cds_service.evaluate_file import Evaluation
from cds_service.services import PREFETCH, REQUIRED, SERVICES
from knowledge.cases import chart_of, instant_of
from knowledge.decision import Decision
from knowledge.engine import evaluate
from knowledge.release import load_release
from tests.calls import OURS, bundle
from tests.cases_as_calls import Ways, call_of, evaluated

Json = dict[str, Any]
ACTIVE = load_release()
PLAIN = Ways()
# What has several forms in FHIR is sent in the one that the key is there for.
WAYS: Mapping[str, Ways] = {
    "questionnaireResponses": Ways(findings="questionnaireResponses"),
    "reports": Ways(findings="reports"),
    "medicationStatements": Ways(medicines="medicationStatements"),
    "deviceRequests": Ways(orders="deviceRequests"),
}


@cache
def calls(ways: Ways) -> tuple[tuple[Json, Json], ...]:
    """Every worked case of the release in force with its call."""
    return tuple((case, call_of(case, ACTIVE, ways)) for case in ACTIVE.content["cases"])


def holding(key: str) -> Iterator[tuple[Json, Json]]:
    """The cases whose call has anything under the key."""
    for case, call in calls(WAYS.get(key, PLAIN)):
        if key == "patient" or call["prefetch"][key]["entry"]:
            yield case, call


def without(key: str, call: Json) -> Json:
    """The call without the element; of one that must be had, nothing is left in it."""
    kept = {name: value for name, value in call["prefetch"].items() if name != key}
    if key == "patient":
        kept[key] = {"resourceType": "Patient", "id": call["prefetch"][key]["id"]}
    elif key in REQUIRED:
        kept[key] = bundle()
    return {**call, "prefetch": kept}


def advised(evaluation: Evaluation) -> tuple[object, ...]:
    told = evaluation.response["extension"][OURS]
    return tuple(repr(told.get(name)) for name in ("recommendations", "withheld", "unknown"))


@pytest.mark.parametrize("ways", [PLAIN, *WAYS.values()])
def test_the_worked_cases_are_advised_as_calls_as_they_are_as_charts(ways: Ways) -> None:
    for case, call in calls(ways):
        as_chart = evaluate(ACTIVE, chart_of(case, ACTIVE), case["hook"], instant_of(case["at"]))
        as_call = evaluated(call, case, ACTIVE).decision
        assert topics(as_call) == topics(as_chart), case["name"]


def topics(decision: Decision) -> list[str]:
    return [one.topic for one in decision.recommended]


@pytest.mark.parametrize("key", PREFETCH)
def test_taking_an_element_away_changes_what_some_case_is_told(key: str) -> None:
    changed = (
        case["name"]
        for case, call in holding(key)
        if advised(evaluated(call, case, ACTIVE)) != advised(evaluated(without(key, call), case, ACTIVE))
    )
    assert next(changed, None) is not None, f"no rule reads {key!r}: do not ask for it"


def test_every_service_asks_for_no_more_than_these() -> None:
    for service in SERVICES:
        assert service.prefetch.keys() <= PREFETCH.keys()


def test_an_element_that_no_rule_reads_would_be_found_out() -> None:
    vaccine = {"resourceType": "Immunization", "id": "vaccine-1", "status": "completed"}
    for case, call in calls(PLAIN)[:40]:
        more = {**call, "prefetch": {**call["prefetch"], "immunizations": bundle(vaccine)}}
        assert advised(evaluated(more, case, ACTIVE)) == advised(evaluated(call, case, ACTIVE))
