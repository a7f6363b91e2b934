"""Two releases side by side: what changes for whom, what version that asks for, and the patch from one to the other."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from knowledge.compare import Change, Flip, bump_between, flips_in_cases, too_small_a_step
from knowledge.errors import ReleaseError
from knowledge.index import version_at, versions
from knowledge.patches import apply, difference, for_people
from knowledge.publish import publish
from knowledge.release import Release, compile_release
from tests.approving import put_in_force
from tests.unit.knowledge.small_release import content, write_drafts


def case(name: str, expect: dict[str, Any], **findings: Any) -> dict[str, Any]:
    told = {"place": "plantar-medial", **findings}
    at = "2026-11-22T10:00:00Z"
    return {"name": name, "hook": "patient-view", "at": at, "findings": told, "expect": expect}


CASES = [case("plain", {"shows": ["coreCare"]}), case("squeezed", {"shows": ["stressFracture"]}, squeeze=True)]


def authored(version: str = "1.0.0", **changes: Any) -> dict[str, Any]:
    """The small release with two cases; `changes` replace members of its rules by name."""
    whole = copy.deepcopy(content(cases=CASES))
    whole["version"] = version
    for name, members in changes.items():
        whole["rules"][name] |= members
    return whole


def release(version: str = "1.0.0", **changes: Any) -> Release:
    return compile_release(authored(version, **changes), f"sha256:{version}")


def kinds(old: Release, new: Release) -> set[tuple[str, str]]:
    return {(flip.kind.value, flip.topic) for _, found in flips_in_cases(old, new) for flip in found}


class TestFlips:
    def test_a_release_does_not_differ_from_itself(self) -> None:
        assert kinds(release(), release("1.0.1")) == set()

    def test_advice_that_goes_or_comes_is_told(self) -> None:
        never = {"when": {"all": ["squeeze", {"not": "squeeze"}]}}
        gone = kinds(release(), release("2.0.0", fracture=never))
        assert ("disappeared", "stressFracture") in gone
        assert ("appeared", "stressFracture") in kinds(release("2.0.0", fracture=never), release())
        assert ("questions-changed", "") in gone

    def test_more_and_less_urgent_advice_is_told(self) -> None:
        loud, quiet = release(fracture={"indicator": "critical"}), release(fracture={"indicator": "info"})
        assert kinds(quiet, loud) == {("more-urgent", "stressFracture")}
        assert kinds(loud, quiet) == {("less-urgent", "stressFracture")}

    def test_another_offer_is_told(self) -> None:
        other = authored()
        for action in other["actions"].values():
            action["priority"] = "stat"
        changed = compile_release(other, "sha256:other")
        assert {kind for kind, _ in kinds(release(), changed)} <= {"offer-changed"}

    @pytest.mark.parametrize(
        ("flip", "bump"),
        [(Flip(Change.APPEARED), "major"), (Flip(Change.OFFER), "minor"), (Flip(Change.QUESTION), "minor")],
    )
    def test_each_asks_for_a_version(self, flip: Flip, bump: str) -> None:
        assert flip.bump == bump


@pytest.mark.parametrize(("new", "bump"), [("2.0.0", "major"), ("1.3.0", "minor"), ("1.2.4", "patch")])
def test_what_was_raised(new: str, bump: str) -> None:
    assert bump_between("1.2.3", new) == bump


def test_a_step_that_is_too_small_is_told_with_the_case() -> None:
    problems = too_small_a_step(release(), release("1.1.0", fracture={"indicator": "info"}))
    said = "case 'squeezed (1.0.0)': less-urgent stressFracture against 1.0.0 needs a major version"
    assert f"{said}, and 1.1.0 is only a minor one" in problems
    assert too_small_a_step(release(), release("2.0.0", fracture={"indicator": "info"})) == []


class TestPublishing:
    def publish(self, tmp_path: Path, version: str, **changes: Any) -> str:
        drafts = write_drafts(tmp_path / f"drafts-{version}", authored(version, **changes))
        return publish(drafts, tmp_path / "out", at=datetime(2026, 11, int(version[0]), tzinfo=UTC))

    def test_a_version_that_hides_another_advice_is_refused(self, tmp_path: Path) -> None:
        self.publish(tmp_path, "1.0.0")
        with pytest.raises(ReleaseError, match=r"the version must be raised further:\n.*needs a major version"):
            self.publish(tmp_path, "1.1.0", fracture={"indicator": "info"})
        assert versions(tmp_path / "out") == ["1.0.0"]
        self.publish(tmp_path, "2.0.0", fracture={"indicator": "info"})
        assert versions(tmp_path / "out") == ["1.0.0", "2.0.0"]

    def test_words_alone_need_no_more_than_a_patch(self, tmp_path: Path) -> None:
        self.publish(tmp_path, "1.0.0")
        self.publish(tmp_path, "1.0.1", fracture={"statement": "Said in other words."})

    def test_the_version_in_force_at_an_instant(self, tmp_path: Path) -> None:
        for version in ("1.0.0", "2.0.0"):
            self.publish(tmp_path, version)
            put_in_force(version, tmp_path / "out", datetime(2026, 11, int(version[0]), tzinfo=UTC))
        at = [version_at(datetime(2026, 11, day, 12, tzinfo=UTC), tmp_path / "out") for day in (1, 2)]
        assert at == ["1.0.0", "2.0.0"]
        with pytest.raises(ReleaseError, match="no release was in force at 2025"):
            version_at(datetime(2025, 1, 1, tzinfo=UTC), tmp_path / "out")


names = st.sampled_from(["a", "b", "c/d", "e~f"])
values = st.recursive(
    st.one_of(st.integers(0, 3), st.sampled_from(["x", "y"]), st.lists(st.integers(0, 2), max_size=2)),
    lambda inner: st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
documents = st.dictionaries(names, values, max_size=4)


@given(documents, documents)
def test_a_patch_makes_one_document_into_the_other(old: dict[str, Any], new: dict[str, Any]) -> None:
    before = copy.deepcopy(old)
    patched = apply(json.loads(json.dumps(difference(old, new))), old)
    assert rfc8785.dumps(patched) == rfc8785.dumps(new)
    assert old == before
    assert (difference(old, new) == []) == (old == new)
    assert (list(for_people(old, new)) == []) == (old == new)


@pytest.mark.parametrize(
    "step",
    [
        {"op": "remove", "path": "/nowhere"},
        {"op": "replace", "path": "/version/deeper", "value": 1},
        {"op": "add", "path": "/new"},
        {"op": "test", "path": "/version", "value": "1.0.0"},
        {},
    ],
)
def test_a_patch_for_another_release_is_refused(step: dict[str, Any]) -> None:
    with pytest.raises(ReleaseError, match=r"patch\[0\]: .* is it the one the patch was made from\?"):
        apply([step], authored())


def test_what_is_no_list_of_operations_is_refused() -> None:
    with pytest.raises(ReleaseError, match="expected a list of operations"):
        apply(5, authored())  # type: ignore[arg-type]


def test_the_difference_for_people_names_what_was_added_removed_and_changed() -> None:
    old, new = authored(), authored("1.1.0", care={"rank": 9, "hooks": ["order-sign", "patient-view"]})
    del new["facts"]["bruise"]
    new["evidence"]["somebody"] = {"says": "Another source."}
    new["cases"] = [CASES[1], CASES[0]]
    new["not_for"] = [*old["not_for"], "Plants."]
    lines = list(for_people(old, new))
    assert "  + somebody: Another source." in lines
    assert "  - bruise: Bruise" in lines
    assert f"  ~ care.rank: {old['rules']['care']['rank']} -> 9" in lines
    assert "  + : Plants." in lines
    assert "  ~ : 1.0.0 -> 1.1.0" in lines


def test_another_order_alone_is_told() -> None:
    assert list(for_people({"a": [1, 2]}, {"a": [2, 1]})) == ["a", "  ~ : another order"]


def test_a_threshold_within_a_condition_is_told_from_what_to_what() -> None:
    def ruled(*members: Any) -> dict[str, Any]:
        return {"rules": {"spike": {"when": {"all": list(members)}}}}

    def over(bound: int) -> dict[str, Any]:
        return {"number": {"fact": "rise", "above": bound}}

    told = list(for_people(ruled("runs", over(10)), ruled("runs", over(15))))
    assert told == ["rules (rules)", "  ~ spike.when.all[1].number.above: 10 -> 15"]
    other = list(for_people(ruled("runs", over(10)), ruled("walks", {"not": "runs"})))
    assert other[1:] == [
        "  - spike.when.all: runs",
        "  - spike.when.all",
        "  + spike.when.all: walks",
        "  + spike.when.all",
    ]
