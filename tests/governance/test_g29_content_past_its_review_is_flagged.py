"""G-29: past its review date content is flagged on the card and in status; past its end it stops, and says so.

The instant of evaluation decides, never the clock of the machine.
"""

from __future__ import annotations

import copy
import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc8785
import yaml
from jsonschema import Draft202012Validator

import cds_service.published
from cards.audience import Audience
from cds_service.cli import main
from cds_service.errors import RequestError
from cds_service.wire import schema
from knowledge.authored import DRAFTS
from knowledge.index import NAME
from knowledge.publish import publish
from knowledge.release import Release, compile_release, digest_of
from tests.calls import OURS, post
from tests.cases_as_calls import answered
from tests.conftest import AppMaker
from tests.releases.drafted import drafts
from tests.replaying import request_of

DAY = date(2027, 11, 25)
EVE = datetime(2027, 11, 25, 23, 59, tzinfo=UTC)
MORROW = datetime(2027, 11, 26, tzinfo=UTC)


def release_with(evidence: dict[str, str] | None = None, **review: str) -> Release:
    """The drafts with this review clock; `evidence` are sources with an earlier one of their own."""
    content: dict[str, Any] = copy.deepcopy(drafts())
    content["about"]["review"] |= review
    for name, day in (evidence or {}).items():
        content["evidence"][name]["review_by"] = day
    return compile_release(content, digest_of(rfc8785.dumps(content)))


def details(release: Release, at: datetime, language: str = "en", name: str = "plantar-two-weeks") -> list[str]:
    answer = answered(request_of(name), at, release, Audience(language=language)).response
    assert answer["cards"]
    return [card["detail"] for card in answer["cards"]]


class TestOnTheCard:
    def test_on_the_last_day_nothing_is_said_and_on_the_next_every_card_says_it(self) -> None:
        release = release_with(by=DAY.isoformat())
        request = request_of("rupture")
        for at, flagged in ((EVE, False), (MORROW, True)):
            ours = answered(request, at, release).response["extension"][OURS]["knowledge"]
            assert ours.get("reviewOverdueSince") == (DAY.isoformat() if flagged else None)
        fresh = copy.deepcopy(request_of("plantar-two-weeks"))
        at = datetime(2026, 11, 25, 10, tzinfo=UTC)
        early = release_with(by="2026-11-24")
        for card in answered(fresh, at, early).response["cards"]:
            assert "looked at again by 2026-11-24" in card["detail"]

    def test_in_spanish_too(self) -> None:
        at = datetime(2026, 11, 25, 10, tzinfo=UTC)
        assert all("debían revisarse" in text for text in details(release_with(by="2026-11-24"), at, "es"))

    def test_a_source_may_be_due_before_the_release(self) -> None:
        at = datetime(2026, 11, 25, 10, tzinfo=UTC)
        release = release_with({"achilles-rupture-examination": "2026-10-01"})
        assert all("looked at again by 2026-10-01" in text for text in details(release, at, name="rupture"))
        assert not any("looked at again" in text for text in details(release, at))

    def test_the_answer_still_fits_its_schema(self) -> None:
        at = datetime(2026, 11, 25, 10, tzinfo=UTC)
        answer = answered(request_of("rupture"), at, release_with(by="2026-11-24")).response
        Draft202012Validator(schema("response")).validate(answer)


class TestItsEnd:
    def test_after_the_last_day_nobody_is_answered(self) -> None:
        release = release_with(effective_until=DAY.isoformat())
        assert answered(request_of("rupture"), EVE, release).response
        with pytest.raises(RequestError, match=r"was valid until 2027-11-25, so it answers nobody any more") as refused:
            answered(request_of("rupture"), MORROW, release)
        assert refused.value.status == 503

    def test_the_service_refuses_in_plain_words_and_is_not_ready(
        self, make_app: AppMaker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
        ended = release_with(effective_until=yesterday)
        monkeypatch.setattr(cds_service.published, "load_approved", lambda *_: ended)
        http = make_app().test_client()
        answer = post(http, request_of("rupture"))
        assert answer.status_code == 503
        assert answer.json["resourceType"] == "OperationOutcome"
        assert f"was valid until {yesterday}" in answer.json["issue"][0]["details"]["text"]
        ready = http.get("/readyz")
        assert ready.status_code == 503
        assert "the release is past its end; install or name a newer one" in ready.json["wrong"]
        assert ready.json["knowledge"]["effectiveUntil"] == yesterday


class TestInStatus:
    def test_readiness_tells_the_days(self, make_app: AppMaker, monkeypatch: pytest.MonkeyPatch) -> None:
        yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
        for by, overdue in (("2999-01-01", None), (yesterday, yesterday)):
            release = release_with(by=by)
            monkeypatch.setattr(cds_service.published, "load_approved", lambda *_, release=release: release)
            ready = make_app().test_client().get("/readyz")
            told = ready.json["knowledge"]
            assert (told["reviewBy"], told.get("reviewOverdueSince")) == (by, overdue)

    def test_the_list_of_releases_tells_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder, releases = tmp_path / "drafts", tmp_path / "releases"
        shutil.copytree(DRAFTS / NAME, folder)
        about = folder / "about.yaml"
        authored = yaml.safe_load(about.read_text("utf-8"))
        authored["review"]["by"] = DAY.isoformat()
        about.write_text(yaml.safe_dump(authored), "utf-8")
        publish(folder, releases, at=datetime(2026, 11, 25, tzinfo=UTC))
        monkeypatch.setenv("HEEL_CDS_RELEASES", str(releases))
        said = {}
        for at in (EVE, MORROW):
            assert main(["knowledge", "list", "--at", at.isoformat()]) == 0
            said[at] = capsys.readouterr().out
        assert "overdue" not in said[EVE]
        assert said[MORROW].rstrip().endswith("review overdue since 2027-11-25")
        assert main(["knowledge", "list", "--json", "--at", MORROW.isoformat()]) == 0
        [listed] = json.loads(capsys.readouterr().out)
        assert (listed["reviewBy"], listed["reviewOverdueSince"]) == ("2027-11-25", "2027-11-25")
        (releases / f"{NAME}-{listed['version']}.json").write_text("{}")
        assert main(["knowledge", "list", "--json"]) == 0
        assert "reviewBy" not in capsys.readouterr().out
