"""Publishing: everything is checked, and what is published never changes."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import ReleaseError
from knowledge.index import head
from knowledge.publish import STATEMENTS, build, check, publish
from knowledge.release import NAME, load_release, read_index
from tests.approving import put_in_force
from tests.unit.knowledge.charts import NOW
from tests.unit.knowledge.small_release import content, rule, small_release, write_drafts


def problems(**changes: Any) -> list[str]:
    return check(small_release(**changes))


def without(section: str, name: str) -> dict[str, Any]:
    return {key: value for key, value in content()[section].items() if key != name}


class TestPublishing:
    def test_a_release_is_one_canonical_file_whose_sha256_is_its_digest(self, tmp_path: Path) -> None:
        digest = publish(write_drafts(tmp_path / "drafts", content()), tmp_path / "out", at=NOW)
        published = (tmp_path / "out" / "heel-pain-runner-0.1.0.json").read_bytes()
        assert digest == "sha256:" + hashlib.sha256(published).hexdigest()
        assert json.loads(published) == content()
        assert b"\n" not in published

    def test_the_index_tells_when_in_utc(self, tmp_path: Path) -> None:
        at = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=2)))
        digest = publish(write_drafts(tmp_path / "drafts", content()), tmp_path / "out", at=at)
        event = {"version": "0.1.0", "status": "draft", "digest": digest, "at": "2026-11-22T10:00:00Z"}
        assert read_index(tmp_path / "out") == [{**event, "previous": head([])}]

    def test_the_same_drafts_give_the_same_bytes_whatever_their_order(self, tmp_path: Path) -> None:
        turned = content()
        for section in ("concepts", "facts", "rules"):
            turned[section] = dict(reversed(turned[section].items()))
        one = build(write_drafts(tmp_path / "one", content()))[1]
        assert build(write_drafts(tmp_path / "two", turned))[1] == one

    def test_publishing_the_same_bytes_again_changes_nothing(self, tmp_path: Path) -> None:
        drafts, out = write_drafts(tmp_path / "drafts", content()), tmp_path / "out"
        digest = publish(drafts, out, at=NOW)
        before = {path.name: path.read_bytes() for path in out.iterdir()}
        assert publish(drafts, out, at=NOW + timedelta(days=1)) == digest
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before

    def test_a_published_version_never_changes(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        publish(write_drafts(tmp_path / "one", content()), out, at=NOW)
        changed = write_drafts(tmp_path / "two", content(title="Another title"))
        with pytest.raises(ReleaseError, match=r"version 0.1.0 is published and never changes; raise the version"):
            publish(changed, out, at=NOW)
        (out / "heel-pain-runner-0.1.0.json").unlink()
        with pytest.raises(ReleaseError, match=r"version 0.1.0 is published and never changes; raise the version"):
            publish(changed, out, at=NOW)

    def test_the_index_only_grows(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        publish(write_drafts(tmp_path / "one", content()), out, at=NOW)
        first = read_index(out)
        publish(write_drafts(tmp_path / "two", content(version="0.2.0")), out, at=NOW)
        assert read_index(out)[:1] == first
        assert [event["version"] for event in read_index(out)] == ["0.1.0", "0.2.0"]
        put_in_force("0.2.0", out)
        assert load_release(releases=out).version == "0.2.0"

    def test_what_was_lost_of_a_publication_is_made_good(self, tmp_path: Path) -> None:
        drafts, out = write_drafts(tmp_path / "drafts", content()), tmp_path / "out"
        digest = publish(drafts, out, at=NOW)
        (out / "index.json").unlink()
        assert publish(drafts, out, at=NOW) == digest
        (out / "heel-pain-runner-0.1.0.json").unlink()
        assert publish(drafts, out, at=NOW) == digest
        assert (len(read_index(out)), load_release("0.1.0", out).digest) == (1, digest)

    def test_drafts_with_faults_are_not_published(self, tmp_path: Path) -> None:
        drafts = write_drafts(tmp_path / "drafts", content(trace={"S1": {"rule": "whim"}}))
        with pytest.raises(ReleaseError, match=r"(?s)drafts: 1 problems:.*trace.S1.rule: 'whim' is not defined"):
            publish(drafts, tmp_path / "out", at=NOW)
        assert not (tmp_path / "out").exists()

    def test_what_whoever_uses_the_release_finds_wrong_with_it_stops_it_too(self, tmp_path: Path) -> None:
        drafts = write_drafts(tmp_path / "drafts", content())
        with pytest.raises(ReleaseError, match="no such form of order"):
            publish(
                drafts, tmp_path / "out", at=NOW, checks=[lambda release: [f"{release.name}: no such form of order"]]
            )
        assert not (tmp_path / "out").exists()

    def test_nothing_half_written_is_left_behind(self, tmp_path: Path) -> None:
        publish(write_drafts(tmp_path / "drafts", content()), tmp_path / "out", at=NOW)
        names = sorted(path.name for path in (tmp_path / "out").iterdir())
        assert names == [f"{NAME}-0.1.0.json", "index.json"]


class TestChecking:
    def test_the_small_release_has_no_faults(self) -> None:
        assert problems() == []

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"rules": {"x": rule(topic="whim")}}, "rules.x.topic: 'whim' is not defined"),
            ({"rules": {"x": rule(topic="coreCare", evidence=["whim"])}}, "rules.x.evidence: 'whim' is not defined"),
            (
                {"rules": {"x": rule(topic="coreCare", withhold=[{"when": "hop", "on": "true", "reason": "whim"}])}},
                "rules.x.withhold: 'whim' is not defined",
            ),
            (
                {"precedence": [{"open": ["whim"], "closes_class": ["load"], "reason": "under-16"}], "cases": []},
                "precedence.open: 'whim' is not defined",
            ),
            (
                {"precedence": [{"open": ["coreCare"], "closes_class": ["load"], "reason": "whim"}], "cases": []},
                "precedence.reason: 'whim' is not defined",
            ),
            (
                {"concepts": {"redness": {"sited": {"sites": "whim", "snomed": ["2"]}}}},
                "concepts.redness.sited.sites: 'whim' is not defined",
            ),
            (
                {"actions": {"refer": {"already": "whim"}}},
                "actions.refer.already: 'whim' is not a presence fact",
            ),
            (
                {"actions": {"refer": {"already": "age"}}},
                "actions.refer.already: 'age' is not a presence fact",
            ),
            (
                {"actions": {"more": {"resource": "ServiceRequest"}}},
                "wording.en.actions: 'more' is not defined",
            ),
            (
                {"override_reasons": {"more": {"system": "x", "code": "y"}}},
                "wording.en.override_reasons: 'more' is not defined",
            ),
            (
                {"facts": {"more": {"title": "More", "kind": "presence", "finding": "more"}}},
                "wording.en.facts: 'more' is not defined",
            ),
            (
                {
                    "facts": {
                        "place": {**content()["facts"]["place"], "answers": ["plantar-medial", "posterior", "toe"]}
                    }
                },
                "wording.en.facts.place.answers: 'toe' is not defined",
            ),
        ],
    )
    def test_a_name_that_nothing_defines_is_told(self, changes: dict[str, Any], problem: str) -> None:
        assert problem in problems(**changes)

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"actions": ["whim"]}, "recommendations.coreCare.actions: 'whim' is not defined"),
            ({"override_reasons": ["whim"]}, "recommendations.coreCare.override_reasons: 'whim' is not defined"),
            ({"evidence": "whim"}, "recommendations.coreCare.evidence: 'whim' is not defined"),
        ],
    )
    def test_a_recommendation_names_only_what_is_defined(self, change: dict[str, Any], problem: str) -> None:
        care = {**content()["recommendations"]["coreCare"], **change}
        assert problems(recommendations={"coreCare": care}) == [problem]

    def test_a_topic_that_no_rule_recommends_or_no_words_tell_is_told(self) -> None:
        more = content()["recommendations"]["coreCare"]
        assert problems(recommendations={"more": more}) == [
            "recommendations.more: no rule recommends it",
            "wording.en.topics: 'more' is not defined",
        ]

    @pytest.mark.parametrize(
        "fact",
        [
            {"kind": "presence", "condition": "whim"},
            {"kind": "presence", "allergy": "whim"},
            {"kind": "presence", "finding": "f", "also": {"conditions": "whim"}},
            {"kind": "number", "unit": "wk", "since_onset_of": "whim"},
            {"kind": "number", "unit": "wk", "since_onset_of": ["heel-pain", "whim"]},
            {
                "kind": "choice",
                "finding": "f",
                "system": "s",
                "answers": [],
                "reports": {"concept": "whim", "answers": {}},
            },
            {
                "kind": "choice",
                "finding": "f",
                "system": "s",
                "answers": ["a"],
                "reports": {"concept": "heel-pain", "answers": {"a": "whim"}},
            },
        ],
    )
    def test_a_fact_names_only_concepts_that_are_defined(self, fact: dict[str, Any]) -> None:
        assert "facts.more: 'whim' is not defined" in problems(facts={"more": {"title": "More", **fact}})

    @pytest.mark.parametrize("code", ["red-flag-rule-failed", "caution-failed"])
    def test_the_reasons_the_engine_gives_are_worded(self, code: str) -> None:
        release = small_release()
        del release.content["reasons"][code]
        assert check(release) == [f"reasons: '{code}' is not defined"]

    def test_every_statement_of_the_source_is_traced(self) -> None:
        release = small_release()
        del release.content["trace"]["S104"]
        assert check(release) == ["trace: 'S104' is not defined"]
        assert len(STATEMENTS) == 104

    @pytest.mark.parametrize(
        ("places", "problem"),
        [
            ({"rule": ["care", "whim"]}, "trace.S1.rule: 'whim' is not defined"),
            ({"wording": "whim"}, "trace.S1.wording: 'whim' is not defined"),
            ({"evidence": "whim"}, "trace.S1.evidence: 'whim' is not defined"),
            ({}, "trace.S1: expected rule, wording, evidence or background with its reason"),
            ({"background": ""}, "trace.S1: expected rule, wording, evidence or background with its reason"),
        ],
    )
    def test_a_trace_leads_somewhere(self, places: dict[str, Any], problem: str) -> None:
        assert problems(trace={"S1": places}) == [problem]

    def test_a_rule_that_fires_on_an_empty_chart_is_a_fault(self) -> None:
        found = problems(rules={"x": rule(topic="coreCare", when={"unknown": "hop"})}, cases=[])
        assert found == ["rules.x: fires on an empty chart at patient-view"]

    def test_a_rule_that_breaks_on_an_empty_chart_is_a_fault(self) -> None:
        release = small_release(cases=[])
        facts = release.facts

        def broken(_: object) -> Any:
            raise ArithmeticError

        object.__setattr__(
            release,
            "facts",
            type(facts)(
                facts.kinds,
                {**facts.readers, "squeeze": broken},
                facts.increases,
                facts.derived,
                facts.wanted,
                facts.findings,
                facts.following,
            ),
        )
        assert "rules.fracture: cannot be evaluated on an empty chart" in check(release)

    def test_a_case_that_does_not_hold_is_a_fault(self) -> None:
        [case, *_] = content()["cases"]
        [problem] = problems(cases=[{**case, "expect": {"silent": True}}])
        assert problem.startswith("case 'a heel that hurts below': is not silent")


def test_the_instant_of_the_check_is_fixed() -> None:
    assert datetime(2000, 1, 1, tzinfo=UTC) < NOW
