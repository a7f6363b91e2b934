"""The site pack says what the service really is: each figure is compared with where it comes from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cds_service.cli import main
from cds_service.services import SERVICES
from tests.calls import sample, service_of
from tests.conftest import AppMaker
from tests.tokens import BASE, ISSUER, clients_file, entry

BROWSER = {"Accept": "text/html"}


def test_the_prefetch_is_that_of_discovery_letter_by_letter(http: FlaskClient) -> None:
    pack = http.get("/site-pack").json
    offered = {
        (key, template)
        for one in http.get("/cds-services").json["services"]
        for key, template in one["prefetch"].items()
    }
    assert {(row["key"], row["template"]) for row in pack["prefetch"]} == offered
    assert {row["key"] for row in pack["prefetch"] if row["required"]} == {"patient", "conditions"}
    assert all(row["hooks"] == ["all"] for row in pack["prefetch"])
    assert "patient/Medication.rs" in pack["scopes"]
    assert len(pack["scopes"]) == 12


def test_each_address_is_answered(make_app: AppMaker) -> None:
    http = make_app(public_url="https://cds.example.org/heel").test_client()
    for row in http.get("/site-pack.json").json["addresses"]:
        path = row["address"].removeprefix("https://cds.example.org/heel")
        assert http.get(path).status_code in (200, 405), path
    assert "cds.example.org" in http.get("/site-pack.json").json["links"]


def test_topics_reasons_and_links_are_those_of_the_cards(http: FlaskClient) -> None:
    pack = http.get("/site-pack").json
    [card] = http.post(service_of("patient-view"), json=sample()).json["cards"]
    assert card["source"]["topic"]["code"] in {row["code"] for row in pack["topics"]}
    assert {(one["system"], one["code"]) for one in card["overrideReasons"]} <= {
        (row["system"], row["code"]) for row in pack["overrideReasons"]
    }
    hosts = {re.match("https://([^/]+)", link["url"])[1] for link in card["links"]}  # type: ignore[index]
    assert hosts <= set(pack["links"])


def test_the_page_needs_no_script_and_tells_the_same(http: FlaskClient) -> None:
    page = http.get("/site-pack", headers=BROWSER)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    for template in SERVICES[0].prefetch.values():
        assert template.replace("&", "&amp;") in page.text


@pytest.fixture
def clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = clients_file(
        tmp_path, entry(tenants=["north"], algorithms=["RS384"], link_hosts=["doi.org"], knowledge="4.0.0")
    )
    monkeypatch.setenv("HEEL_CDS_CLIENTS", str(path))
    return path


def test_that_of_a_client_has_its_address_issuer_algorithms_links_and_release(
    clients: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clients.exists()
    assert main(["site-pack", "--client", "example-hospital", "--json"]) == 0
    pack = json.loads(capsys.readouterr().out)
    assert pack["knowledge"]["version"] == "4.0.0"
    assert pack["addresses"][0]["address"] == f"{BASE}/cds-services"
    claims = {row["name"]: row["value"] for row in pack["claims"]}
    assert (claims["iss"], claims["alg (header)"]) == (ISSUER, "RS384")
    assert claims["tenant"] == "one of north"
    assert set(pack["links"]) <= {"doi.org"}
    file = tmp_path / "pack.md"
    assert main(["site-pack", "--client", "example-hospital", "--to", str(file)]) == 0
    assert file.read_text("utf-8").startswith("# Site pack of heel-pain-cds for example-hospital\n")
    assert ISSUER in file.read_text("utf-8")


def test_a_client_that_does_not_exist_is_told_with_those_that_do(
    clients: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clients.exists()
    assert main(["site-pack", "--client", "nobody"]) == 2
    assert "known: example-hospital" in capsys.readouterr().err


def test_without_a_client_nothing_of_any_client_is_told(clients: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert clients.exists()
    assert main(["site-pack"]) == 0
    told = capsys.readouterr().out
    assert ISSUER not in told
    assert BASE not in told
