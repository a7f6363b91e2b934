"""The checklist rows on JSON: every body, of every kind of answer, is proper; no body breaks the service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds_service.errors import ConfigurationError
from tests import calls
from tests.conftest import AppMaker

SAMPLES = ("plantar-heel-pain", "achilles-rupture", "calcaneal-stress-fracture")


def answers(http: FlaskClient) -> Iterator[TestResponse]:
    """Answers of every kind: with cards and without, refusals of every sort, and what is not a service call."""
    for name in SAMPLES:
        yield calls.post(http, calls.sample(name))
    yield calls.post(http, calls.ordering("order-sign", calls.injection()))
    for hook in calls.HOOKS:
        yield calls.post(http, calls.request(hook))
        yield calls.post(http, calls.request(hook, prefetch={}))
    yield calls.post_text(http, "{")
    yield calls.post(http, calls.request(), "/cds-services/none-of-ours")
    yield http.put(calls.service_of("patient-view"))
    yield http.post(calls.service_of("patient-view"), data="hello", content_type="text/plain")
    yield http.get("/cds-services")
    yield http.get("/healthz")


def members(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value inside a JSON value, with its path."""
    yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in inner:
        yield from members(member, f"{path}/{name}")


def test_production_does_not_start_without_callers_that_prove_who_they_are(make_app: AppMaker) -> None:
    """T-01: nor without the https address at which they call (test_jwt_rows.py)."""
    with pytest.raises(ConfigurationError, match="HEEL_CDS_CLIENTS: not set; the production profile"):
        make_app(profile="production")


def test_every_body_success_or_error_says_it_is_json(http: FlaskClient) -> None:
    """T-02"""
    for answer in answers(http):
        expected = "application/json" if answer.status_code == 200 else "application/fhir+json"
        assert answer.mimetype == expected, answer.request.path


def test_nothing_in_an_answer_is_null(http: FlaskClient) -> None:
    """T-03"""
    for answer in answers(http):
        assert [path for path, value in members(answer.json) if value is None] == []


def test_nothing_in_an_answer_is_empty_but_cards_and_services(http: FlaskClient, make_app: AppMaker) -> None:
    """T-04, T-05"""
    nothing_offered = make_app(services="none").test_client().get("/cds-services")
    for answer in [*answers(http), nothing_offered]:
        empty = {path for path, value in members(answer.json) if value in ("", [], {})}
        assert empty <= {"/cards", "/services"}


def test_an_answer_without_suggestions_links_or_system_actions_has_no_such_members(http: FlaskClient) -> None:
    """T-05, S-03"""
    silent = calls.post(http, calls.request())
    assert silent.json["cards"] == []
    assert set(silent.json) == {"cards", "extension"}


def test_orders_in_suggestions_are_fhir_r4b_resources_in_json(http: FlaskClient) -> None:
    """T-06"""
    orders = [
        action["resource"]
        for answer in answers(http)
        for card in answer.json.get("cards", [])
        for suggestion in card.get("suggestions", [])
        for action in suggestion["actions"]
        if action["type"] == "create"
    ]
    assert orders
    for order in orders:
        get_fhir_model_class(order["resourceType"]).model_validate(order)


def test_bodies_are_strict_json_without_comments_or_numbers_that_are_none(http: FlaskClient) -> None:
    """T-07"""

    def refuse(text: str) -> None:
        raise AssertionError(text)

    for answer in answers(http):
        json.loads(answer.text, parse_constant=refuse)


@pytest.mark.parametrize("body", ["{", "", "[]", '"x"', "12", "null", "{'hook': 1}", '{"hook": }', "\ufeff", "\x00"])
def test_a_body_that_is_no_json_object_gets_400(http: FlaskClient, body: str) -> None:
    """T-08"""
    answer = calls.post_text(http, body)
    assert answer.status_code == 400
    assert answer.json["resourceType"] == "OperationOutcome"


def test_a_body_that_is_not_declared_as_json_gets_415(http: FlaskClient) -> None:
    """T-08"""
    body = json.dumps(calls.request())
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        answer = http.post(calls.service_of("patient-view"), data=body, content_type=kind)
        assert answer.status_code == 415
        assert answer.json["issue"][0]["diagnostics"]


def test_a_body_over_the_limit_gets_413(http: FlaskClient) -> None:
    """T-08"""
    padding = "x" * (20 * 1024 * 1024)
    answer = calls.post(http, calls.request(extension={"padding": padding}))
    assert answer.status_code == 413
    assert answer.json["issue"][0]["code"] == "too-long"


def test_a_byte_order_mark_before_the_body_is_no_reason_to_refuse(http: FlaskClient) -> None:
    """T-08"""
    body = b"\xef\xbb\xbf" + json.dumps(calls.request()).encode()
    assert calls.post_text(http, body).status_code in (200, 400)


def test_text_that_is_not_utf_8_gets_400(http: FlaskClient) -> None:
    """T-08"""
    assert calls.post_text(http, b'{"hook": "\xff\xfe"}').status_code == 400


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", '"\\ud800"', "-0", "1" * 5000])
def test_odd_numbers_and_half_characters_do_not_break_the_service(http: FlaskClient, value: str) -> None:
    """T-09"""
    body = json.dumps(calls.request(extension="HERE")).replace('"HERE"', value)
    assert calls.post_text(http, body).status_code in (200, 400)


def test_odd_values_inside_a_resource_do_not_break_the_service(http: FlaskClient) -> None:
    """T-09"""
    for value in ("NaN", "1e999", '"\\ud800"', "1" * 400):
        request = calls.sample()
        observations = request["prefetch"]["observations"]["entry"]
        observations[0]["resource"]["valueQuantity"] = {"value": "HERE", "unit": "HERE"}
        body = json.dumps(request).replace('"HERE"', value)
        assert calls.post_text(http, body).status_code in (200, 400)


def test_a_member_that_comes_twice_does_not_break_the_service(http: FlaskClient) -> None:
    """T-09"""
    body = json.dumps(calls.request()).replace('{"hook":', '{"hook": "other-hook", "hook":', 1)
    assert calls.post_text(http, body).status_code in (200, 400)


@pytest.mark.parametrize("depth", [200, 2_000, 200_000])
def test_a_body_too_deep_to_read_gets_an_answer(http: FlaskClient, depth: int) -> None:
    """T-09"""
    nested = "[" * depth + "]" * depth
    body = json.dumps(calls.request(extension="HERE")).replace('"HERE"', nested)
    assert calls.post_text(http, body).status_code in (200, 400)


def test_members_nobody_has_defined_change_nothing(http: FlaskClient) -> None:
    """T-10, V-05, X-01"""
    plain, strange = calls.sample(), calls.sample()
    for level in (strange, strange["context"], strange["prefetch"], strange["prefetch"]["patient"]):
        level["foo"] = 1
        level["extension"] = {"org.example": {"bar": [None]}}
    expected = calls.without_identity(calls.post(http, plain).json)
    assert expected["cards"]
    assert calls.without_identity(calls.post(http, strange).json) == expected
