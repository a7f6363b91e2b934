"""G-26: a release evaluated beside the one in force changes no byte of an answer, and its differences are counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cds_service import decide
from cds_service.errors import ConfigurationError
from tests.auditing import audit
from tests.conftest import AppMaker
from tests.replaying import call, record_file, replay, request_of


def test_the_answer_is_that_of_the_release_in_force_to_the_byte(make_app: AppMaker, tmp_path: Path) -> None:
    home = tmp_path / "service"
    service = make_app(home=str(home), shadow="1.0.0").test_client()
    for name in ("rupture", "plantar-eight-weeks", "no-heel-pain"):
        answered = call(service, request_of(name))
        assert b"shadow" not in answered.answer
        assert replay(record_file(home, answered, tmp_path), answered.request).out == answered.answer


def test_what_it_would_have_said_otherwise_is_on_record_and_counted(make_app: AppMaker, tmp_path: Path) -> None:
    home = tmp_path / "service"
    service = make_app(home=str(home), shadow="1.0.0").test_client()
    for name in ("squeeze-test-missing", "squeeze-test-missing", "no-heel-pain"):
        answered = call(service, request_of(name))
    beside = json.loads(record_file(home, answered, tmp_path).read_text("utf-8"))["record"]["shadow"]
    assert (beside["version"], beside["flips"]) == ("1.0.0", [])
    counted = {(one["kind"], one["rule"]): one["decisions"] for one in audit(home, "shadow", "--json").json}
    assert counted[("evaluated", "")] == 3
    assert counted[("failed", "")] == 0
    assert 2 in {count for (kind, _), count in counted.items() if kind in ("appeared", "disappeared")}
    assert "1.0.0\t3\tevaluated" in audit(home, "shadow").out


def test_one_that_fails_costs_nobody_an_answer(
    make_app: AppMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "service"
    service = make_app(home=str(home), shadow="1.0.0").test_client()

    def broken(*_: object) -> None:
        raise ArithmeticError

    monkeypatch.setattr(decide, "flips", broken)
    call(service, request_of("rupture"))
    assert {(one["kind"], one["decisions"]) for one in audit(home, "shadow", "--json").json} >= {("failed", 1)}


def test_one_that_does_not_exist_is_told_at_start(make_app: AppMaker) -> None:
    with pytest.raises(ConfigurationError, match=r"HEEL_CDS_SHADOW: release .9\.9\.9. is not published"):
        make_app(shadow="9.9.9")
