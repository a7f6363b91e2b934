"""The checklist rows on discovery."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import calls
from tests.components import ROOT
from tests.conftest import AppMaker

HOOK_VERSIONS = dict.fromkeys(calls.HOOKS, "1.0") | {"problem-list-item-create": "0.1.0"}


@pytest.fixture
def services(http: FlaskClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.get("/cds-services").json["services"]
    return found


def test_discovery_answers_at_its_address(http: FlaskClient) -> None:
    """D-01"""
    assert http.get("/cds-services").status_code == 200
    assert http.get("/cds-services/").status_code == 200


def test_the_body_is_an_object_with_an_array_of_seven_services(http: FlaskClient) -> None:
    """D-02"""
    assert list(http.get("/cds-services").json) == ["services"]
    assert len(http.get("/cds-services").json["services"]) == 7


def test_with_no_service_offered_it_is_200_and_an_empty_array(make_app: AppMaker) -> None:
    """D-03"""
    answer = make_app(services="none").test_client().get("/cds-services")
    assert (answer.status_code, answer.json) == (200, {"services": []})


def test_only_the_services_offered_are_listed_and_answer(make_app: AppMaker) -> None:
    """D-03"""
    http = make_app(services="heel-pain-order-sign").test_client()
    assert [service["id"] for service in http.get("/cds-services").json["services"]] == ["heel-pain-order-sign"]
    assert calls.post(http, calls.request("order-sign")).status_code == 200
    assert calls.post(http, calls.request("patient-view")).status_code == 404


def test_each_service_names_the_hook_it_is_for(services: list[dict[str, Any]]) -> None:
    """D-04, V-06: only names of the published hook library"""
    assert [service["hook"] for service in services] == list(calls.HOOKS)


def test_each_service_has_a_description_that_reads_well_as_plain_text(services: list[dict[str, Any]]) -> None:
    """D-05"""
    for service in services:
        assert service["description"].endswith(".")
        assert not re.search(r"[*_`#<>\[\]]", service["description"])


def test_each_service_is_called_at_its_id(http: FlaskClient, services: list[dict[str, Any]]) -> None:
    """D-06"""
    for service in services:
        assert re.fullmatch(r"[A-Za-z0-9._~-]+", service["id"])
        answer = calls.post(http, calls.request(service["hook"]), f"/cds-services/{service['id']}")
        assert answer.status_code == 200


def test_each_service_has_a_title(services: list[dict[str, Any]]) -> None:
    """D-07"""
    assert len({service["title"] for service in services}) == len(services)
    assert all(service["title"].strip() for service in services)


def test_prefetch_is_an_object_of_templates(services: list[dict[str, Any]]) -> None:
    """D-08"""
    for service in services:
        assert {"patient", "conditions"} <= set(service["prefetch"])
        assert all(isinstance(template, str) and template for template in service["prefetch"].values())


def test_usage_requirements_say_what_the_service_cannot_do_without(services: list[dict[str, Any]]) -> None:
    """D-09"""
    for service in services:
        assert "patient" in service["usageRequirements"]
        assert "412" in service["usageRequirements"]


def test_each_service_states_the_version_of_cds_hooks(services: list[dict[str, Any]]) -> None:
    """D-10"""
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", service["version"]) for service in services)


def test_the_hook_version_is_the_one_in_the_published_definition(services: list[dict[str, Any]]) -> None:
    """D-11"""
    assert {service["hook"]: service["hookVersion"] for service in services} == HOOK_VERSIONS


def test_no_id_serves_two_hooks_since_some_clients_keep_only_the_last(services: list[dict[str, Any]]) -> None:
    """D-12, D-13, V-01"""
    assert len({service["id"] for service in services}) == len(services)


def test_other_methods_get_405_with_those_allowed(http: FlaskClient) -> None:
    """D-14"""
    answer = http.post("/cds-services", json={})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_it_needs_no_store_and_says_the_same_each_time(make_app: AppMaker, tmp_path: Path) -> None:
    """D-15"""
    http = make_app(home=str(tmp_path)).test_client()
    first = http.get("/cds-services")
    calls.break_store(tmp_path)
    again = http.get("/cds-services")
    assert http.get("/readyz").status_code == 503
    assert (again.status_code, again.data) == (200, first.data)
    assert "max-age" in first.headers["Cache-Control"]


def test_what_is_offered_is_written_down_for_people(services: list[dict[str, Any]]) -> None:
    """D-16, V-02: the README lists each service, hook and prefetch key, and what is lost without it"""
    readme = (ROOT / "README.md").read_text("utf-8")
    for service in services:
        assert service["id"] in readme
        assert service["hook"] in readme
        assert all(key in readme for key in service["prefetch"])
