"""Two causes that fit one patient: when they are left open, and by which finding they would be told apart.

In the small release pain under the heel is cared for, and a painful squeeze opens a fracture.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knowledge.chart import Chart, Coding, Entry
from knowledge.decision import Decision, Fact
from knowledge.engine import evaluate
from knowledge.errors import ReleaseError
from knowledge.explain import as_lines, explain
from knowledge.publish import build, check
from knowledge.release import Release
from knowledge.sightings import Sightings
from knowledge.telling_apart import open_differentials
from tests.unit.knowledge.charts import NOW, condition, finding
from tests.unit.knowledge.small_release import content, small_release, write_drafts

PAIR: dict[str, Any] = {
    "name": "fracture-or-care",
    "between": [["stressFracture"], ["coreCare", "needling"]],
    "finding": "squeeze",
    "evidence": ["nobody"],
}
WORDED = {"en": {**content()["wording"]["en"], "differentials": {"fracture-or-care": "squeeze: bone if painful"}}}
PLANTAR = finding("place", [Coding("heel-pain-location", "plantar-medial")])
HEEL_PAIN = condition("1", reference="Condition/pain")
HOP, BRUISE = finding("hop"), finding("bruise")


def with_pair(**changes: Any) -> Release:
    return small_release(differentials=[{**PAIR, **changes}], wording=WORDED)


def decide(release: Release, *entries: Entry) -> Decision:
    return evaluate(release, Chart(entries), "patient-view", NOW)


def left_open(*entries: Entry, **changes: Any) -> list[str]:
    release = with_pair(**changes)
    return [one.name for one in open_differentials(release, decide(release, *entries))]


def broken(_: Sightings) -> Fact:
    raise ArithmeticError


class TestWhatIsLeftOpen:
    def test_one_cause_shown_and_the_other_possible_by_one_answer(self) -> None:
        assert left_open(PLANTAR) == ["fracture-or-care"]

    def test_both_causes_due_although_the_finding_would_change_neither(self) -> None:
        assert left_open(PLANTAR, HOP, BRUISE) == ["fracture-or-care"]

    @pytest.mark.parametrize("answer", [True, False])
    def test_not_once_the_finding_is_known(self, answer: bool) -> None:
        assert left_open(PLANTAR, HOP, BRUISE, finding("squeeze", answer)) == []

    def test_not_where_neither_cause_is_shown(self) -> None:
        assert left_open(HEEL_PAIN) == []
        assert left_open() == []

    def test_not_where_no_answer_makes_the_other_cause_due(self) -> None:
        assert left_open(PLANTAR, finding="anticoagulated") == []

    def test_only_where_the_pair_says_that_the_data_fit_both(self) -> None:
        assert left_open(PLANTAR, when="hop") == []
        assert left_open(PLANTAR, HOP, when="hop") == ["fracture-or-care"]

    def test_none_in_a_release_without_the_section(self) -> None:
        release = small_release()
        assert open_differentials(release, decide(release, PLANTAR)) == ()

    def test_a_rule_that_cannot_be_evaluated_speaks_for_nothing(self) -> None:
        release = with_pair()
        readers = {**release.facts.readers, "squeeze": broken}
        release = replace(release, facts=replace(release.facts, readers=readers))
        assert open_differentials(release, decide(release, PLANTAR)) == ()


class TestExplaining:
    def test_the_explanation_says_how_well_the_finding_tells_them_apart(self) -> None:
        release = with_pair()
        explanation = explain(decide(release, PLANTAR), release)
        source = {"label": "Nobody", "url": "https://example.org/", "says": "Nothing."}
        assert explanation["differentials"] == [
            {"name": "fracture-or-care", "finding": "squeeze", "evidence": [source]}
        ]
        told = "Not told apart: fracture-or-care; squeeze would. Nothing. [Nobody]"
        assert told in list(as_lines(explanation))

    def test_nothing_is_added_where_nothing_is_open(self) -> None:
        release = with_pair()
        assert "differentials" not in explain(decide(release, HEEL_PAIN), release)


class TestAuthoring:
    def test_the_drafts_hold_them_most_important_first(self, tmp_path: Path) -> None:
        authored = content(differentials=[PAIR, {**PAIR, "name": "again"}], wording=WORDED)
        authored["wording"]["en"]["differentials"]["again"] = "squeeze: again"
        release, _ = build(write_drafts(tmp_path, authored))
        assert [one.name for one in release.differentials] == ["fracture-or-care", "again"]
        assert release.differentials[0].topics == {"stressFracture", "coreCare", "needling"}

    def test_a_topic_that_no_rule_has_is_refused(self) -> None:
        with pytest.raises(ReleaseError, match=r"differentials.fracture-or-care.between: no rule has .*'sorcery'"):
            with_pair(between=[["sorcery"], ["coreCare"]])

    def test_a_fact_that_nobody_can_find_is_refused(self) -> None:
        with pytest.raises(ReleaseError, match=r"differentials.fracture-or-care.finding: 'age' is not read"):
            with_pair(finding="age")

    def test_evidence_and_words_must_exist(self) -> None:
        release = small_release(differentials=[{**PAIR, "evidence": ["somebody"]}])
        assert check(release) == [
            "differentials.fracture-or-care.evidence: 'somebody' is not defined",
            "wording.en.differentials: 'fracture-or-care' is not defined",
        ]
