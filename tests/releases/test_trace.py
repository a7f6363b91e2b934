"""Every numbered statement of the source article has a place in the release, or a reason why it has none."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from knowledge.publish import STATEMENTS, check
from knowledge.release import compile_release
from tests.releases.drafted import drafts
from tests.shared_material import shared

_ARTICLE_TOPICS = {
    "homeCare",
    "footwearAdvice",
    "preventionAdvice",
    "seekCare",
    "analgesiaOptions",
    "plantarCoreCare",
    "plantarPhysiotherapy",
    "plantarAdjuncts",
    "achillesMidportionCare",
    "achillesInsertionalCare",
    "achillesAdjuncts",
    "heelSpurIncidental",
    "physiotherapyTargets",
    "sessionSpike",
    "painModelStepDown",
    "plantarSteroidCaution",
    "calcanealStressFracture",
    "calcanealSqueezeNeeded",
    "achillesRupture",
    "achillesRuptureTestsNeeded",
}
_STATEMENT = re.compile(r"^- (S\d+)\. ", re.MULTILINE)


def test_the_statements_we_trace_are_those_of_the_article() -> None:
    article = shared("reference/seed-article.md").read_text("utf-8")
    assert sorted(_STATEMENT.findall(article)) == sorted(STATEMENTS)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_each_statement_has_a_place_or_a_reason(statement: str) -> None:
    places = drafts()["trace"][statement]
    assert set(places) <= {"rule", "wording", "evidence", "background"}
    assert all(places.values())


def without_cases() -> dict[str, Any]:
    """The drafts, to be changed; their cases say nothing of the trace."""
    return {**copy.deepcopy(drafts()), "cases": []}


def test_a_statement_without_a_place_stops_publication() -> None:
    content = without_cases()
    del content["trace"]["S70"]
    assert "trace: 'S70' is not defined" in check(compile_release(content, "sha256:changed"))


def test_a_trace_that_leads_nowhere_stops_publication() -> None:
    content = without_cases()
    content["trace"]["S70"] = {"rule": "no-such-rule"}
    assert any("no-such-rule" in problem for problem in check(compile_release(content, "sha256:changed")))


def test_what_the_article_speaks_of_can_be_traced_to_it() -> None:
    """The care advice taken from the article, and what stands in place of its weekly rule."""
    content = drafts()
    traced: set[str] = set()
    for places in content["trace"].values():
        traced |= {content["rules"][name]["topic"] for name in _names(places.get("rule", []))}
        traced |= set(_names(places.get("wording", [])))
    assert traced <= set(content["recommendations"])
    assert traced >= _ARTICLE_TOPICS


def test_the_weekly_rule_is_traced_to_the_single_run_with_its_correction() -> None:
    places = drafts()["trace"]["S70"]
    assert {drafts()["rules"][name]["topic"] for name in _names(places["rule"])} == {"sessionSpike"}
    assert "corrected-weekly-rule" in _names(places["evidence"])


def test_where_the_article_is_not_followed_the_reason_is_said() -> None:
    """Inflammation, early custom orthoses, weekly ten percent, supplements, a cure in a week."""
    trace = drafts()["trace"]
    for statement in ("S4", "S12", "S15", "S44", "S48", "S49", "S50", "S51", "S57", "S66", "S71", "S91", "S99"):
        assert trace[statement]["background"], statement


def _names(named: str | list[str]) -> list[str]:
    return [named] if isinstance(named, str) else named
