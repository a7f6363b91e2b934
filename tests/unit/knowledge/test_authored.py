"""Reading drafts: YAML made strict, and errors that teach."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.authored import read_drafts
from knowledge.errors import ReleaseError
from tests.unit.knowledge.small_release import content, write_drafts


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    return write_drafts(tmp_path / "drafts", content())


def test_drafts_are_merged_into_one_mapping(drafts: Path) -> None:
    assert read_drafts(drafts) == content()


def test_a_section_may_lie_in_several_files(drafts: Path) -> None:
    extra = 'more:\n  title: More\n  words: [more]\n  source: "test"\n'
    (drafts / "concepts" / "more.yaml").write_text(extra, "utf-8")
    assert read_drafts(drafts)["concepts"]["more"]["title"] == "More"


def test_only_true_and_false_are_booleans_dates_stay_text_and_names_are_text(drafts: Path) -> None:
    (drafts / "reasons.yaml").write_text('1: 2026-11-22\non: "yes"\nred: no\n', "utf-8")
    assert read_drafts(drafts)["reasons"] == {"1": "2026-11-22", "on": "yes", "red": "no"}


@pytest.mark.parametrize(
    ("file", "text", "taught"),
    [
        ("reasons.yaml", "a: One\nb: Two\na: Three\n", r"reasons.yaml, line 3: 'a' stands twice; keep one"),
        ("reasons.yaml", "? [a, b]\n: One\n", r"reasons.yaml, line 1: a name is a word, not a list or a mapping"),
        ("reasons.yaml", "a: [\n", r"reasons.yaml: not valid YAML in UTF-8: (?s:.*)line 2"),
        ("concepts/all.yaml", "- one\n", r"all.yaml: expected names with what they mean, found \['one'\]"),
        ("concepts/all.yaml", "", r"all.yaml: expected names with what they mean, found None"),
        ("release.yaml", "", r"release.yaml: expected names with what they mean, found None"),
        (
            "wording/en/facts.yaml",
            "facts: nothing\n",
            r"facts.yaml: expected names with what they mean, found 'nothing'",
        ),
        ("cases/all.yaml", "name: one\n", r"all.yaml: expected a list of cases, each beginning with a dash"),
        (
            "concepts/two.yaml",
            "heel-pain: {}\n",
            r"two.yaml: 'heel-pain' is already defined in another file of concepts/",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_what_was_expected(
    drafts: Path, file: str, text: str, taught: str
) -> None:
    (drafts / file).write_text(text, "utf-8")
    with pytest.raises(ReleaseError, match=taught):
        read_drafts(drafts)


def test_a_file_that_is_not_utf_8_says_so(drafts: Path) -> None:
    (drafts / "reasons.yaml").write_bytes(b"a: \xff\n")
    with pytest.raises(ReleaseError, match=r"reasons.yaml: not valid YAML in UTF-8"):
        read_drafts(drafts)


def test_a_missing_file_is_named(drafts: Path) -> None:
    (drafts / "trace.yaml").unlink()
    with pytest.raises(ReleaseError, match=r"trace.yaml: cannot be read; the drafts need this file"):
        read_drafts(drafts)


def test_what_does_not_fit_the_schema_is_told_by_its_path(tmp_path: Path) -> None:
    authored = content(version="one")
    authored["rules"]["care"]["class"] = "whim"
    with pytest.raises(ReleaseError, match=r"(?s)release.schema.json:.*rules.care.class: 'whim'.*version: 'one'"):
        read_drafts(write_drafts(tmp_path, authored))


def test_what_is_missing_at_the_top_is_told_of_the_release(tmp_path: Path) -> None:
    drafts = write_drafts(tmp_path, content())
    text = (drafts / "release.yaml").read_text("utf-8").replace("title: A small release\n", "")
    (drafts / "release.yaml").write_text(text, "utf-8")
    with pytest.raises(ReleaseError, match=r"release: 'title' is a required property"):
        read_drafts(drafts)
