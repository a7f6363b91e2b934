"""The checklist rows on prefetch, through the service as clients call it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import calls
from tests.conftest import AppMaker
from tests.fhir_of import serving_chart_of
from tests.stub_fhir import StubFhir

TOKENS = {"{{context.patientId}}"}  # the one that every hook has
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
PARAMETERS = {"patient", "_count", "_sort", "_include"}


@pytest.fixture(scope="module")
def templates(http: FlaskClient) -> dict[str, str]:
    found: dict[str, str] = http.get("/cds-services").json["services"][0]["prefetch"]
    return found


def test_keys_that_are_not_ours_are_passed_over(http: FlaskClient) -> None:
    """P-01"""
    assert calls.shown(http, calls.changed(coverage=None, junk="x", more=[1])) == calls.shown(http, calls.sample())


def test_each_template_is_a_read_or_a_search_of_the_widely_supported_sort(templates: dict[str, str]) -> None:
    """P-02, P-07"""
    assert templates
    for template in templates.values():
        path, _, query = template.partition("?")
        names = [part.partition("=")[0] for part in query.split("&") if part]
        assert re.fullmatch(r"[A-Z][A-Za-z]+(?:/\{\{context\.patientId\}\})?", path)
        assert set(names) <= PARAMETERS
        assert len(names) == len(set(names))


def test_each_template_is_understood_by_a_server(http: FlaskClient, templates: dict[str, str]) -> None:
    """P-02"""
    with serving_chart_of(calls.sample()) as (fhir, request):
        assert calls.post(http, request).status_code == 200
        asked = {asked.target for asked in fhir.asked}
    filled = {template.replace("{{context.patientId}}", calls.sample_patient()) for template in templates.values()}
    assert filled <= asked


def test_tokens_are_first_level_ids_of_the_context(templates: dict[str, str]) -> None:
    """P-03, P-04, P-05, P-06"""
    tokens = {token for template in templates.values() for token in re.findall(r"\{\{.*?\}\}", template)}
    assert tokens == TOKENS
    assert not re.search(r"[{}]", "".join(re.sub(r"\{\{.*?\}\}", "", template) for template in templates.values()))


def test_no_template_needs_another_or_a_newer_version_of_the_standard(templates: dict[str, str]) -> None:
    """P-08, P-09"""
    assert not any(re.search(r"today\(|ofType|resolve\(|%|\|", template) for template in templates.values())


def test_each_key_may_be_missing(http: FlaskClient, templates: dict[str, str]) -> None:
    """P-10"""
    statuses = {key: calls.post(http, calls.changed(**{key: ...})).status_code for key in templates}
    assert statuses == {key: 412 if key in ("patient", "conditions") else 200 for key in templates}


def test_null_and_an_empty_bundle_both_mean_none(http: FlaskClient, templates: dict[str, str]) -> None:
    """P-11"""
    for key in templates:
        if key != "patient":
            null, empty = (calls.shown(http, calls.changed(**{key: value})) for value in (None, calls.bundle()))
            assert null == empty, key


def test_none_is_not_asked_for_again(http: FlaskClient, fhir: StubFhir, templates: dict[str, str]) -> None:
    """P-11, P-16"""
    nothing = dict.fromkeys(templates) | {"patient": calls.patient()}
    assert calls.post(http, calls.request(prefetch=nothing) | fhir.call()).status_code == 200
    assert fhir.asked == []


def test_a_missing_key_is_not_read_as_none(http: FlaskClient) -> None:
    """P-12, F-10"""
    assert calls.post(http, calls.changed(conditions=...)).status_code == 412
    assert calls.post(http, calls.changed(conditions=None)).status_code == 200


@pytest.mark.parametrize("value", [OUTCOME, calls.bundle(OUTCOME), calls.bundle({"resourceType": "OperationOutcome"})])
def test_an_outcome_is_an_error_not_an_answer(http: FlaskClient, value: dict[str, Any]) -> None:
    """P-13"""
    for key in ("patient", "conditions"):
        answer = calls.post(http, calls.changed(**{key: value}))
        assert answer.status_code == 412
        assert "OperationOutcome" in answer.text


def test_an_outcome_leads_to_asking_the_server(http: FlaskClient) -> None:
    """P-13, P-16"""
    whole = calls.sample()
    with serving_chart_of(whole) as (fhir, request):
        request["prefetch"] = whole["prefetch"] | {"conditions": OUTCOME}
        assert calls.shown(http, request)["cards"]
        assert "Condition" in fhir.types_asked
        assert "Observation" not in fhir.types_asked


def test_pages_are_followed_with_the_token(http: FlaskClient) -> None:
    """P-14"""
    whole = calls.sample()
    with serving_chart_of(whole, per_page=1) as (_, request):
        assert calls.shown(http, request) == calls.shown(http, whole)


def test_pages_that_cannot_be_followed_are_told_of(http: FlaskClient) -> None:
    """P-14"""
    request = calls.sample()
    request["prefetch"]["observations"]["link"] = [{"relation": "next", "url": "https://ehr.example.org/next"}]
    told = [card["detail"] for card in calls.shown(http, request)["cards"]]
    assert told != [card["detail"] for card in calls.shown(http, calls.sample())["cards"]]


@pytest.mark.parametrize("kind", ["searchset", "collection", "batch-response", None])
def test_bundles_may_lack_what_is_not_needed(http: FlaskClient, kind: str | None) -> None:
    """P-15"""
    request = calls.sample()
    for value in request["prefetch"].values():
        if value and value["resourceType"] == "Bundle":
            value.pop("total", None)
            value.pop("type", None)
            if kind:
                value["type"] = kind
            value["entry"] = [{"resource": entry["resource"]} for entry in value.get("entry", [])]
    assert calls.shown(http, request)["cards"] == calls.shown(http, calls.sample())["cards"]


def test_entries_included_beside_the_matches_change_nothing(http: FlaskClient) -> None:
    """P-15"""
    request = calls.sample()
    place = {"resource": {"resourceType": "Location", "id": "l"}, "search": {"mode": "include"}}
    request["prefetch"]["conditions"]["entry"].append(place)
    assert calls.shown(http, request)["cards"] == calls.shown(http, calls.sample())["cards"]


@pytest.mark.parametrize("key", ["conditions", "observations"])
def test_only_what_is_missing_is_asked_for(http: FlaskClient, key: str) -> None:
    """P-16"""
    whole = calls.sample()
    with serving_chart_of(whole) as (fhir, request):
        request["prefetch"] = {name: value for name, value in whole["prefetch"].items() if name != key}
        calls.post(http, request)
        sent = {"Patient" if name == "patient" else name for name in request["prefetch"]}
        assert "Patient" in sent
        assert "Patient" not in fhir.types_asked
        assert {"conditions": "Condition", "observations": "Observation"}[key] in fhir.types_asked


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_data_that_must_be_had_and_is_refused_gets_412(http: FlaskClient, fhir: StubFhir, status: int) -> None:
    """P-17, F-09"""
    fhir.says_otherwise(OUTCOME, status=status)
    answer = calls.post(http, calls.request(prefetch={}) | fhir.call())
    assert answer.status_code == 412
    assert f"status {status}" in answer.json["issue"][0]["diagnostics"]


def test_data_that_must_be_had_and_comes_too_late_gets_412(make_app: AppMaker, fhir: StubFhir) -> None:
    """P-17"""
    fhir.says_otherwise(hang=True)
    answer = calls.post(make_app(deadline="0.2").test_client(), calls.request(prefetch={}) | fhir.call())
    assert answer.status_code == 412
    assert "time ran out" in answer.json["issue"][0]["diagnostics"]


def test_data_that_must_be_had_without_any_access_gets_412(http: FlaskClient) -> None:
    """P-17"""
    answer = calls.post(http, {key: value for key, value in calls.request().items() if key != "prefetch"})
    assert answer.status_code == 412
    issue = answer.json["issue"][0]
    assert (issue["severity"], issue["code"]) == ("error", "required")
    assert "Condition?patient={{context.patientId}}" in issue["diagnostics"]


@pytest.mark.parametrize("name", ["plantar-heel-pain", "achilles-rupture", "calcaneal-stress-fracture"])
def test_prefetch_and_fhir_reads_give_the_same_cards(http: FlaskClient, name: str) -> None:
    """P-18"""
    whole = calls.sample(name)
    with serving_chart_of(whole) as (_, request):
        assert calls.shown(http, request)["cards"] == calls.shown(http, whole)["cards"] != []


def test_what_was_not_asked_for_has_no_effect_and_is_in_no_log(
    http: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """P-19"""
    caplog.set_level("DEBUG")
    extra = {"resourceType": "Coverage", "id": "canary-4711", "subscriberId": "canary-4711"}
    assert calls.shown(http, calls.changed(coverage=calls.bundle(extra))) == calls.shown(http, calls.sample())
    assert "canary-4711" not in "".join(str(vars(record)) for record in caplog.records)


@pytest.mark.parametrize("value", ["x", 7, True, [], {}, [None], {"resourceType": "Goal"}, {"resourceType": 1}])
def test_a_value_of_another_shape_is_not_an_answer(http: FlaskClient, templates: dict[str, str], value: Any) -> None:
    """P-20"""
    for key in templates:
        status = calls.post(http, calls.changed(**{key: value})).status_code
        assert status == (412 if key in ("patient", "conditions") else 200), key
