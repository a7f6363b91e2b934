"""A site's maps of its local codes: what they add, what they never add, and how a bad file is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cds_service.errors import ConfigurationError
from cds_service.intake.concept_maps import CodeMaps
from knowledge.chart import Coding
from knowledge.truth import Truth
from tests.unit.intake.fhir import FINDINGS, SNOMED, concept, entry, resource

LOCAL = "urn:oid:1.2.840.114350.1.13.246.3.7.10"


def concept_map(folder: Path, *targets: dict[str, Any], name: str = "local.json", **more: Any) -> Path:
    content = {
        "resourceType": "ConceptMap",
        "status": "active",
        "group": [{"source": LOCAL, "target": FINDINGS, "element": [{"code": "HPS1", "target": list(targets)}]}],
        **more,
    }
    (folder / name).write_text(json.dumps(content), "utf-8")
    return folder


def local_finding() -> dict[str, Any]:
    return resource("Observation", status="final", code=concept(LOCAL, "HPS1", "Calf squeeze"), valueBoolean=True)


@pytest.mark.parametrize(
    "how",
    [{}, {"equivalence": "equivalent"}, {"equivalence": "wider"}, {"relationship": "source-is-narrower-than-target"}],
)
def test_a_local_code_stands_for_ours_and_is_marked_as_mapped(tmp_path: Path, how: dict[str, str]) -> None:
    maps = CodeMaps.load(concept_map(tmp_path, {"code": "thompson-test", **how}))
    found = entry(local_finding(), code_maps=maps)
    added = Coding("heel-findings", "thompson-test")
    assert found.codings == (Coding(LOCAL, "HPS1", "Calf squeeze"), added)
    assert found.mapped == {added}
    assert found.presence is Truth.TRUE


@pytest.mark.parametrize(
    "how",
    [
        {"equivalence": "narrower"},
        {"equivalence": "specializes"},
        {"equivalence": "relatedto"},
        {"equivalence": "unmatched"},
        {"equivalence": "inexact"},
        {"relationship": "related-to"},
        {"relationship": "not-related-to"},
        {"relationship": "source-is-broader-than-target"},
        {"equivalence": "equivalent", "dependsOn": [{"property": "x", "value": "y"}]},
    ],
)
def test_a_map_that_would_say_more_than_was_recorded_is_not_used(tmp_path: Path, how: dict[str, Any]) -> None:
    maps = CodeMaps.load(concept_map(tmp_path, {"code": "thompson-test", **how}))
    assert entry(local_finding(), code_maps=maps).mapped == frozenset()


def test_answers_are_mapped_as_well_as_questions(tmp_path: Path) -> None:
    group = {"source": LOCAL, "target": SNOMED, "element": [{"code": "YES", "target": [{"code": "52101004"}]}]}
    maps = CodeMaps.load(concept_map(tmp_path, group=[group]))
    observed = resource(
        "Observation", status="final", code=concept(FINDINGS, "night-pain"), valueCodeableConcept=concept(LOCAL, "YES")
    )
    assert entry(observed, code_maps=maps).presence is Truth.TRUE


def test_a_retired_map_is_left_alone_and_other_files_are_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("not a map", "utf-8")
    assert len(CodeMaps.load(concept_map(tmp_path, {"code": "thompson-test"}, status="retired"))) == 0


def test_without_a_folder_there_are_no_maps() -> None:
    assert len(CodeMaps.load(None)) == 0
    assert len(CodeMaps.none()) == 0


@pytest.mark.parametrize(
    ("content", "lesson"),
    [
        ("{", "cannot be read as JSON"),
        ("[]", "expected a FHIR ConceptMap"),
        ('{"resourceType": "ValueSet"}', "expected a FHIR ConceptMap"),
        ('{"resourceType": "ConceptMap", "group": {}}', "expected a list of objects"),
        ('{"resourceType": "ConceptMap", "group": [{"target": "http://loinc.org"}]}', "address of a code system"),
        (
            '{"resourceType": "ConceptMap", "group": [{"source": "a", "target": "http://loincc.org"}]}',
            "no code system this service reads",
        ),
        (
            '{"resourceType": "ConceptMap", "group": [{"source": "a", "target": "http://loinc.org", "element": '
            '[{"code": "x", "target": [{"code": "y", "equivalence": "same"}]}]}]}',
            "no equivalence",
        ),
        (
            '{"resourceType": "ConceptMap", "group": '
            '[{"source": "a", "target": "http://loinc.org", "element": [{"code": 7}]}]}',
            "expected a code as text",
        ),
    ],
)
def test_a_bad_map_stops_the_start_and_says_where_and_why(tmp_path: Path, content: str, lesson: str) -> None:
    (tmp_path / "bad.json").write_text(content, "utf-8")
    with pytest.raises(ConfigurationError, match=lesson) as refused:
        CodeMaps.load(tmp_path)
    assert "bad.json" in str(refused.value)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="not a folder"):
        CodeMaps.load(tmp_path / "missing")
