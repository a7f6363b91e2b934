"""G-22: a version says how far advice changed; G-24: the impact of a release is recomputed and compared exactly."""

from __future__ import annotations

import json

import pytest

from cds_service.cli import main
from knowledge.compare import BUMPS, bump_between, flips_in_cases
from knowledge.index import versions
from knowledge.release import load_release


@pytest.mark.parametrize(("old", "new"), list(zip(versions()[:-1], versions()[1:], strict=True)))
def test_each_release_was_raised_as_far_as_it_changed_advice(old: str, new: str) -> None:
    found = [flip.bump for _, flips in flips_in_cases(load_release(old), load_release(new)) for flip in flips]
    needed = max(found, key=BUMPS.index)
    assert BUMPS.index(bump_between(old, new)) >= BUMPS.index(needed)


def test_the_impact_report_is_the_same_each_time_and_names_the_cases(capsys: pytest.CaptureFixture[str]) -> None:
    reports = []
    for _ in range(2):
        assert main(["knowledge", "impact", "2.0.0", "3.0.0", "--json"]) == 0
        reports.append(json.loads(capsys.readouterr().out))
    assert reports[0] == reports[1]
    [etoricoxib] = [one for one in reports[0]["cells"] if one["rule"] == "nsaid-etoricoxib-pressure"]
    assert etoricoxib["kind"] == "more-urgent"
    assert any(
        place["place"].startswith("case etoricoxib with a pressure of 150/85 today and 148/88 last week")
        for place in reports[0]["places"]
    )
