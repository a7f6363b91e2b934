"""Every number the drafts compare with names its source, or says that it is ours or what it means."""

from __future__ import annotations

from knowledge.thresholds import bounds_of
from tests.releases.drafted import drafts, release


def compared() -> set[tuple[str, str]]:
    """Fact and bound of every comparison, in the spelling of `thresholds.yaml`."""
    return {(fact, f"{bound:f}") for rule in release().rules for fact, bound in bounds_of(release(), rule)}


def test_none_is_without_and_none_is_left_over() -> None:
    carried = {(fact, bound) for fact, bounds in drafts()["thresholds"].items() for bound in bounds}
    assert carried == compared()


def test_their_sources_exist() -> None:
    entries = (entry for bounds in drafts()["thresholds"].values() for entry in bounds.values())
    assert {name for entry in entries for name in entry.get("evidence", ())} <= drafts()["evidence"].keys()
