"""Not sent, nothing found, failed and found: four states that are never mixed up."""

from __future__ import annotations

from typing import Any

import pytest

from cds_service.intake.prefetch import Answer, State, answer_of, queries_of, read_prefetch
from cds_service.services import SERVICES
from tests import calls
from tests.unit.intake_calls.requests import resource
from tests.unit.intake_calls.test_bundles import outcome

QUERIES = queries_of(SERVICES[0].prefetch)
SEARCHES = [key for key, query in QUERIES.items() if query.search]
CONDITION = resource("Condition")


def conditions(value: Any) -> Answer:
    return answer_of(value, QUERIES["conditions"])


def test_each_key_asks_for_the_type_its_template_names() -> None:
    asked = {key: query.resource_type for key, query in QUERIES.items()}
    assert asked["patient"] == "Patient"
    assert asked["allergies"] == "AllergyIntolerance"
    assert not QUERIES["patient"].search


@pytest.mark.parametrize("key", SEARCHES)
@pytest.mark.parametrize(
    "value", [None, calls.bundle(), {"resourceType": "Bundle", "total": 0}, {"response": {"status": "200"}}]
)
def test_null_and_an_empty_bundle_both_mean_asked_and_none(key: str, value: Any) -> None:
    answer = answer_of(value, QUERIES[key])
    assert answer.state in (State.NULL, State.EMPTY)
    assert answer.settled


def test_a_key_that_was_not_sent_is_not_known_to_be_empty() -> None:
    assert "conditions" not in read_prefetch({}, QUERIES).answers
    assert not Answer().settled


@pytest.mark.parametrize(
    "value", [outcome("error"), calls.bundle(outcome("error")), calls.bundle(outcome("fatal"), CONDITION)]
)
def test_an_outcome_means_that_not_all_was_had(value: dict[str, Any]) -> None:
    assert not conditions(value).settled


@pytest.mark.parametrize("value", [outcome("warning", "59022"), calls.bundle(outcome("warning", "4101"))])
def test_an_outcome_that_says_nothing_was_found_means_none(value: dict[str, Any]) -> None:
    assert conditions(value).state is State.EMPTY


def test_a_remark_beside_the_resources_takes_nothing_from_them() -> None:
    assert conditions(calls.bundle(CONDITION, outcome("warning"))).settled


@pytest.mark.parametrize("key", QUERIES)
@pytest.mark.parametrize("value", ["x", 7, True, [], [CONDITION], {}, {"resourceType": None}, {"resourceType": []}])
def test_a_value_of_another_shape_is_not_an_answer(key: str, value: Any) -> None:
    answer = answer_of(value, QUERIES[key])
    assert (answer.state, answer.unread) == (State.ERROR, 1)


@pytest.mark.parametrize("key", QUERIES)
def test_resources_of_another_type_are_kept_but_are_not_the_answer(key: str) -> None:
    other = resource("Goal")
    for value in (other, calls.bundle(other)):
        answer = answer_of(value, QUERIES[key])
        assert (answer.state, answer.resources) == (State.ERROR, (other,))


def test_one_resource_where_a_list_was_asked_for_is_not_taken_for_the_list() -> None:
    answer = conditions(CONDITION)
    assert (answer.state, answer.settled) == (State.DATA, False)


@pytest.mark.parametrize("cut", [{"total": 2}, {"link": [{"relation": "next", "url": "n"}]}])
def test_a_list_that_goes_on_is_not_whole(cut: dict[str, Any]) -> None:
    assert conditions(calls.bundle(CONDITION)).settled
    assert not conditions(calls.bundle(CONDITION) | cut).settled


@pytest.mark.parametrize("status", ["403 Forbidden", 500, "", None])
def test_an_entry_of_a_batch_response_tells_whether_it_failed(status: Any) -> None:
    assert conditions({"response": {"status": status}, "resource": None}).state is State.ERROR
    assert conditions({"response": {"status": "200 OK"}, "resource": calls.bundle(CONDITION)}).settled


@pytest.mark.parametrize(
    "name", ["Condition", "condition", "CONDITIONS", "conditionBundle", "Conditions", "condition_s"]
)
def test_a_key_spelt_otherwise_is_understood(name: str) -> None:
    assert read_prefetch({name: calls.bundle(CONDITION)}, QUERIES).answers["conditions"].settled


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("AllergyIntolerance", "allergies"),
        ("allergy", "allergies"),
        ("DiagnosticReport", "reports"),
        ("medicationrequest", "medicationRequests"),
        ("Patient", "patient"),
        ("serviceRequestBundle", "serviceRequests"),
    ],
)
def test_a_key_named_by_the_type_is_understood(name: str, key: str) -> None:
    assert set(read_prefetch({name: None}, QUERIES).answers) == {key}


def test_the_exact_key_goes_before_one_that_is_alike() -> None:
    found = read_prefetch({"Condition": None, "conditions": calls.bundle(CONDITION)}, QUERIES)
    assert found.answers["conditions"].state is State.DATA


def test_what_comes_under_a_key_of_no_meaning_is_kept_but_answers_nothing() -> None:
    found = read_prefetch({"item1": calls.bundle(CONDITION), "item2": "x", "item3": None}, QUERIES)
    assert found.answers == {}
    assert [answer.resources for answer in found.others] == [(CONDITION,), (), ()]
    assert not any(answer.unread for answer in found.others)
