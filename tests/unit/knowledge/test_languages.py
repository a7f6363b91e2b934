"""Every language of a release says all that English says."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import ReleaseError
from knowledge.languages import english_of, untranslated
from knowledge.publish import build, publish
from tests.unit.knowledge.charts import NOW
from tests.unit.knowledge.small_release import content, small_release, write_drafts


def translated() -> dict[str, Any]:
    """The small release with a second language that happens to read like the first."""
    authored = content()
    authored["wording"]["es"] = json.loads(json.dumps(english_of(authored)))
    return authored


def faults(**sections: dict[str, Any]) -> list[str]:
    words = deepcopy(translated()["wording"]["es"])
    for section, entries in sections.items():
        for name, entry in entries.items():
            words[section][name] = entry
    return untranslated(small_release(wording={"es": words}))


def test_a_release_of_one_language_has_nothing_to_translate() -> None:
    assert untranslated(small_release()) == []


def test_a_complete_translation_has_no_fault() -> None:
    assert faults() == []


def test_a_translation_words_reasons_and_what_leading_sources_say_too() -> None:
    words = english_of(content())
    assert words["reasons"]["under-16"] == "The patient is under 16."
    assert words["evidence"] == {"nobody": "Nothing."}


def test_what_is_missing_is_named_with_the_english() -> None:
    words = translated()["wording"]["es"]
    del words["reasons"]["under-16"]
    del words["topics"]["coreCare"]["also"]
    assert untranslated(small_release(wording={"es": words})) == [
        "wording.es.topics.coreCare.also: is missing; English says 'Also this.'",
        "wording.es.reasons.under-16: is missing; English says 'The patient is under 16.'",
    ]


def test_words_for_what_does_not_exist_are_a_fault() -> None:
    assert faults(reasons={"no-moon": "La luna."}) == ["wording.es.reasons.no-moon: English has no such words"]


def test_places_to_fill_are_kept() -> None:
    assert faults(facts={"age": {"value": "edad {value}", "ask": "edad"}}) == [
        "wording.es.facts.age.value: must hold ['{unit}', '{value}'], holds ['{value}']"
    ]


def test_sentences_may_be_cut_otherwise() -> None:
    topic = {"headline": "Sobre ello", "do": ["Hágalo.", "Despacio."], "also": "También."}
    assert faults(topics={"coreCare": topic}) == []


def test_drafts_may_lack_a_translation_but_a_release_may_not(tmp_path: Path) -> None:
    authored = translated()
    del authored["wording"]["es"]["reasons"]["under-16"]
    drafts = write_drafts(tmp_path / "drafts", authored)
    build(drafts)
    with pytest.raises(ReleaseError, match=r"wording.es.reasons.under-16: is missing"):
        publish(drafts, tmp_path / "out", at=NOW)
    assert not (tmp_path / "out").exists()
