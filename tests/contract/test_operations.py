"""What an operator sees and sets: counters at /metrics, a limit of calls, ids of requests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient

from cds_service.trust.rates import Rates
from tests import calls
from tests.calls import sample, service_of
from tests.conftest import AppMaker
from tests.fhir_of import serving_chart_of
from tests.running import running

VIEW = service_of("patient-view")
STAGES = ("decode", "gather", "chart", "rules", "cards", "log")


def figures(text: str) -> dict[str, float]:
    """Each figure of a Prometheus page by its name with labels."""
    return {name: float(value) for name, value in re.findall(r"^([a-z_]+(?:\{[^}]*\})?) (\S+)$", text, re.MULTILINE)}


def test_answers_are_counted_by_topic_indicator_and_reason_and_timed_by_stage(make_app: AppMaker) -> None:
    http = make_app(deadline="30").test_client()
    for _ in range(2):
        answer = http.post(VIEW, json=sample())
    counted = figures(http.get("/metrics").text)
    [card] = answer.json["cards"]
    assert counted[f'heel_cds_cards_total{{indicator="{card["indicator"]}"}}'] == 2
    assert counted['heel_cds_recommendations_total{topic="plantarCoreCare"}'] == 2
    assert counted['heel_cds_withheld_total{reason="card-limit"}'] >= 2
    for stage in STAGES:
        assert counted[f'heel_cds_stage_seconds_count{{stage="{stage}"}}'] == 2
    assert counted['heel_cds_call_seconds_count{service="heel-pain-patient-view"}'] == 2


def test_silence_is_counted_too(make_app: AppMaker) -> None:
    http = make_app(deadline="30").test_client()
    assert http.post(VIEW, json=calls.request()).json["cards"] == []
    assert figures(http.get("/metrics").text)['heel_cds_silent_total{service="heel-pain-patient-view"}'] == 1


def test_refusals_are_counted_by_status_and_issue_type(make_app: AppMaker) -> None:
    http = make_app().test_client()
    http.post(VIEW, data="{", content_type="application/json")
    http.post("/cds-services/no-such", json={})
    http.get("/nowhere")
    counted = figures(http.get("/metrics").text)
    assert counted['heel_cds_refused_total{reason="structure",status="400"}'] == 1
    assert counted['heel_cds_refused_total{reason="not-found",status="404"}'] == 2


def test_queries_that_a_fhir_server_did_not_answer_are_counted_by_cause(make_app: AppMaker) -> None:
    http = make_app(deadline="30").test_client()
    with serving_chart_of(sample()) as (fhir, request):
        fhir.says("Procedure", {}, status=503)
        assert http.post(VIEW, json=request).status_code == 200
    counted = figures(http.get("/metrics").text)
    assert counted['heel_cds_upstream_faults_total{cause="status 5xx"}'] == 1


def test_each_process_of_a_service_tells_what_all_of_them_counted(tmp_path: Path) -> None:
    with running(tmp_path, "--workers", "2", settings={"TMPDIR": str(tmp_path)}) as service:
        for _ in range(6):
            assert service.post(VIEW, sample()).status_code == 200
        for _ in range(4):
            counted = figures(requests.get(f"{service.url}/metrics", timeout=30).text)
            assert counted['heel_cds_call_seconds_count{service="heel-pain-patient-view"}'] == 6
        assert list(tmp_path.glob("heel-cds-metrics-*"))
    assert not list(tmp_path.glob("heel-cds-metrics-*"))


def test_a_client_that_calls_too_often_is_told_when_it_may_again(make_app: AppMaker) -> None:
    http = make_app(deadline="30", calls_per_minute="1").test_client()
    answers = [http.post(VIEW, json=sample()) for _ in range(3)]
    assert answers[0].status_code == 200
    refused = answers[2]
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.json["issue"][0]["code"] == "throttled"
    assert http.get("/healthz").status_code == 200
    assert http.get("/cds-services").status_code == 200
    assert 'heel_cds_refused_total{reason="throttled",status="429"}' in http.get("/metrics").text


@pytest.mark.parametrize("limit", [1, 5])
def test_a_limit_holds_for_a_minute_and_for_one_client(limit: int) -> None:
    clock = [600.0]
    rates = Rates([("a", limit), ("b", 1), ("free", 0)], lambda: clock[0])
    assert [rates.wait("a") for _ in range(limit + 1)] == [0] * limit + [60]
    assert rates.wait("b") == 0
    clock[0] = 659.5
    assert rates.wait("a") == 1
    clock[0] = 660.0
    assert rates.wait("a") == 0
    assert [rates.wait("free") for _ in range(9)] == [0] * 9


def test_processes_forked_from_one_share_the_limit(tmp_path: Path) -> None:
    with running(tmp_path, "--workers", "2", settings={"HEEL_CDS_CALLS_PER_MINUTE": "3"}) as service:
        statuses = [service.post(VIEW, sample()).status_code for _ in range(8)]
    assert statuses.count(200) <= 6  # 3, or twice that across the edge of a minute
    assert 429 in statuses


@pytest.mark.parametrize("given", ["0f8fad5b-d9cd-469f-a165-70867728950e", "0F8FAD5BD9CD469FA16570867728950E"])
def test_the_id_a_caller_gives_its_request_is_kept(http: FlaskClient, given: str) -> None:
    assert http.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "Jane Doe", "MRN-12345", "0f8fad5b", "x" * 4000])
def test_one_that_could_hold_more_than_an_id_is_not(http: FlaskClient, given: str) -> None:
    made = http.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert made != given
    assert re.fullmatch("[0-9a-f]{32}", made)
