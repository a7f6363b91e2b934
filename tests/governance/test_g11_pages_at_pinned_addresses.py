"""G-11: the attributes and each rule have a page and JSON at an address with the release in it; cards lead there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

import cds_service.published
from cds_service.errors import RequestError
from cds_service.routes import knowledge as pages
from knowledge.index import NAME, read_index, versions
from knowledge.release import RELEASES, Release, compile_release
from tests.calls import OURS, post
from tests.conftest import AppMaker
from tests.releases.drafted import drafts
from tests.releases.drafted import release as drafted
from tests.replaying import call, record_file, replay, request_of

KEYS = [f"(b)(11)(iv)(A)({number})" for number in range(1, 14)]
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PUBLIC = "https://cds.example.org/heel"
EMPTY = {"meta", "br", "link", "hr", "img", "input"}


class Page(HTMLParser):
    """A page as a strict reader sees it: every element closed in turn, its links and its elements kept."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def links(self) -> Iterator[str]:
        return (str(one["href"]) for one in self.named("a"))


def page(http: FlaskClient, path: str) -> Page:
    answer = http.get(path, headers=BROWSER)
    assert answer.status_code == 200, path
    assert answer.content_type == "text/html; charset=utf-8"
    assert "script" not in answer.headers["Content-Security-Policy"]
    return Page(answer.text)


@pytest.fixture(scope="module")
def authored(make_app: AppMaker) -> FlaskClient:
    """A service whose release in force is the drafts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cds_service.published, "load_approved", lambda *_: drafted())
        return make_app(deadline="30").test_client()


class TestFromDiscovery:
    def test_every_service_of_every_release_has_all_thirteen(self, http: FlaskClient) -> None:
        services = [service["id"] for service in http.get("/cds-services").json["services"]]
        listed = http.get("/knowledge.json").json["releases"]
        assert [one["version"] for one in listed] == versions()[::-1]
        for one in listed:
            told = http.get(one["url"]).json
            assert set(told["services"]) == set(services)
            assert list(http.get(told["attributes"]).json["attributes"]) == KEYS
            for service, url in told["services"].items():
                of_service = http.get(url).json
                assert of_service["service"] == service
                assert list(of_service["attributes"]) == KEYS
                assert of_service["knowledge"]["version"] == one["version"]

    def test_a_reader_can_walk_to_every_rule_and_find_no_dead_end(self, authored: FlaskClient) -> None:
        seen, waiting = set(), ["/knowledge"]
        while waiting:
            path = waiting.pop()
            seen.add(path)
            waiting += {link for link in page(authored, path).links if link.startswith("/")} - seen - set(waiting)
        version = drafted().version
        assert {f"/knowledge/{NAME}/{version}/rules/{rule}" for rule in drafts()["rules"]} <= seen
        assert f"/knowledge/{NAME}/1.0.0/rules/achilles-rupture" in seen


class TestTheCard:
    def test_its_source_is_the_page_of_its_rule_in_the_release_that_spoke(self, make_app: AppMaker) -> None:
        http = make_app(public_url=f"{PUBLIC}/", deadline="30").test_client()
        for name in ("rupture", "plantar-two-weeks", "steroid-order"):
            answer = post(http, request_of(name)).json
            version = answer["extension"][OURS]["knowledge"]["version"]
            for card in answer["cards"]:
                url = card["source"]["url"]
                assert url.startswith(f"{PUBLIC}/knowledge/{NAME}/{version}/rules/")
                told = http.get(url.removeprefix(PUBLIC)).json
                assert told["topic"] == card["source"]["topic"]["code"]
                assert card["source"]["label"] in {citation["label"] for citation in told["citations"]}

    def test_without_the_setting_it_is_the_evidence_as_before(self, http: FlaskClient) -> None:
        [card, *_] = post(http, request_of("rupture")).json["cards"]
        assert urlsplit(card["source"]["url"]).hostname == "doi.org"

    def test_a_pinned_older_release_leads_to_its_own_page(self, make_app: AppMaker) -> None:
        http = make_app(public_url=PUBLIC, deadline="30").test_client()
        answered = call(http, request_of("rupture"), **{"Heel-CDS-Knowledge": f"{NAME}/2.0.0"})
        [card, *_] = json.loads(answered.answer)["cards"]
        assert card["source"]["url"].startswith(f"{PUBLIC}/knowledge/{NAME}/2.0.0/rules/")

    def test_the_answer_is_made_again_to_the_byte_where_the_setting_is_another(
        self, make_app: AppMaker, tmp_path: Path
    ) -> None:
        home = tmp_path / "service"
        for name, settings in (("with", {"public_url": PUBLIC}), ("without", {})):
            http = make_app(home=str(home / name), deadline="30", **settings).test_client()
            answered = call(http, request_of("rupture"))
            record = record_file(home / name, answered, tmp_path)
            again = replay(record, answered.request, public_url="https://elsewhere.example.org")
            assert (again.status, again.out) == (0, answered.answer)
            policy = json.loads(record.read_text("utf-8"))["record"]["policy"]
            assert policy.get("publicUrl") == settings.get("public_url")


class TestTheRule:
    def test_it_tells_condition_sources_advice_hazards_and_cases(self, authored: FlaskClient) -> None:
        told = authored.get(f"/knowledge/{NAME}/{drafted().version}/rules/nsaid-kidney-severe").json
        assert "Estimated glomerular filtration rate: less than 30 mL/min/{1.73_m2}" in json.dumps(told["when"])
        assert told["requirement"] == {"number": "R37", "asks": "Guard the kidneys against NSAIDs."}
        assert [hazard["id"] for hazard in told["hazards"]] == ["H20"]
        assert all(citation.keys() >= {"citation", "url", "grade"} for citation in told["citations"])
        assert told["advice"]["headline"]
        assert told["cases"]

    def test_the_page_says_the_same(self, authored: FlaskClient) -> None:
        text = authored.get(f"/knowledge/{NAME}/{drafted().version}/rules/nsaid-kidney-severe", headers=BROWSER).text
        for words in ("less than 30", "R37", "H20", "What nobody recorded counts as unknown"):
            assert words in text


class TestThePages:
    def test_json_by_accept_or_by_suffix_and_a_page_for_browsers(self, http: FlaskClient) -> None:
        path = f"/knowledge/{NAME}/3.0.0/attributes"
        by_suffix = http.get(f"{path}.json", headers=BROWSER)
        assert by_suffix.content_type == "application/json"
        assert http.get(path, headers={"Accept": "application/json"}).json == by_suffix.json == http.get(path).json
        assert http.get(path, headers=BROWSER).content_type == "text/html; charset=utf-8"
        assert "Accept" in http.get(path).headers["Vary"]
        service = f"{path}/heel-pain-patient-view"
        assert http.get(f"{service}.json", headers=BROWSER).json == http.get(service).json

    @pytest.mark.parametrize("part", ["", f"/{NAME}/VERSION", f"/{NAME}/VERSION/attributes",
                                      f"/{NAME}/VERSION/rules/achilles-rupture"])  # fmt: skip
    def test_each_can_be_read_by_anybody(self, authored: FlaskClient, part: str) -> None:
        found = page(authored, f"/knowledge{part}".replace("VERSION", drafted().version))
        assert found.named("html") == [{"lang": "en"}]
        assert len(found.named("h1")) == len(found.named("main")) == len(found.named("title")) == 1
        assert found.named("script") == []
        assert len(found.named("caption")) == len(found.named("table"))
        assert all(one.get("scope") for one in found.named("th"))
        assert not any(name.startswith("on") for _, attributes in found.elements for name in attributes)
        identities = [one["id"] for _, one in found.elements if "id" in one]
        assert len(identities) == len(set(identities))

    def test_words_of_a_release_are_never_taken_for_markup(
        self, make_app: AppMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        content: dict[str, Any] = json.loads(json.dumps(drafts()))
        content["rules"]["achilles-rupture"]["statement"] = "<script>alert(1)</script>"
        spoilt: Release = compile_release(content, "sha256:spoilt")
        monkeypatch.setattr(pages, "load_release", lambda *_: spoilt)
        http = make_app().test_client()
        for part in ("", "/rules/achilles-rupture"):
            text = http.get(f"/knowledge/{NAME}/{spoilt.version}{part}", headers=BROWSER).text
            assert "<script" not in text
            assert "&lt;script&gt;" in text

    @pytest.mark.parametrize(
        ("path", "what"),
        [
            ("/another/3.0.0", "release"),
            (f"/{NAME}/9.9.9", "release"),
            (f"/{NAME}/9.9.9/attributes", "release"),
            (f"/{NAME}/3.0.0/rules/no-such", "rule"),
            (f"/{NAME}/3.0.0/attributes/no-such", "service"),
        ],
    )
    def test_what_does_not_exist_is_said(self, http: FlaskClient, path: str, what: str) -> None:
        answer = http.get(f"/knowledge{path}", headers=BROWSER)
        assert answer.status_code == 404
        assert answer.json["issue"][0]["details"]["text"] == f"There is no such {what}."

    def test_a_damaged_release_is_not_shown(self, tmp_path: Path) -> None:
        releases = tmp_path / "releases"
        shutil.copytree(RELEASES, releases)
        file = releases / f"{NAME}-1.0.0.json"
        file.write_bytes(file.read_bytes().replace(b"plantar", b"plantaR", 1))
        with pytest.raises(RequestError, match="This release is damaged") as refused:
            pages.Shelf(lambda: read_index(releases), releases).release(NAME, "1.0.0")
        assert refused.value.status == 503
