"""G-39: the worked cases, at least one for and one against each rule, run at activation and at each start.

A release by which one of them no longer holds is not activated, and where it is active all the same it does not answer.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from cds_service.cli import main
from knowledge.cases import chart_of, instant_of
from knowledge.engine import evaluate
from knowledge.index import NAME, RELEASES, event_of, record, versions
from knowledge.release import digest_of, load_release
from knowledge.truth import Truth
from tests.approving import approvals, drafted, put_in_force
from tests.calls import OURS, sample, service_of
from tests.conftest import AppMaker
from tests.unit.knowledge.charts import NOW

BROKEN = "77.0.0"


def without_a_rule(content: Any) -> None:
    content["rules"]["achilles-rupture"]["when"] = {"all": ["achilles-rupture-suspected", "under-16"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The releases, and a draft of the newest in which one rule was switched off by its condition."""
    releases = tmp_path / "releases"
    shutil.copytree(RELEASES, releases)
    (releases / "approvals.json").unlink()
    drafted(BROKEN, releases, without_a_rule)
    approvals(releases / "approvals.json")
    return releases


def test_it_is_not_activated_and_verify_names_the_cases(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Exception, match="cases"):
        put_in_force(BROKEN, folder)
    assert main(["knowledge", "verify", "--releases", str(folder)]) == 1
    assert "case 'pop behind the heel and a positive calf squeeze'" in capsys.readouterr().out


def test_though_active_it_does_not_answer_and_shows(make_app: AppMaker, folder: Path) -> None:
    digest = digest_of((folder / f"{NAME}-{BROKEN}.json").read_bytes())
    record(event_of(BROKEN, "active", digest, NOW), folder)
    http = make_app(releases=str(folder), deadline="30").test_client()
    answer = http.post(service_of("patient-view"), json=sample())
    assert answer.json["extension"][OURS]["knowledge"]["version"] == versions()[-1]
    assert http.get("/readyz").status_code == 503


def test_each_rule_has_a_case_in_which_it_speaks_and_one_in_which_it_does_not() -> None:
    release = load_release()
    outcomes: dict[str, set[Truth]] = {rule.name: set() for rule in release.rules}
    for case in release.content["cases"]:
        decision = evaluate(release, chart_of(case, release), case["hook"], instant_of(case["at"]))
        for rule, truth in decision.outcomes.items():
            outcomes[rule].add(truth)
    assert [rule for rule, found in outcomes.items() if Truth.TRUE not in found or len(found) == 1] == []
