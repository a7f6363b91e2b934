"""G-40: each release ships as standard FHIR R4 that independent validators accept, pinned by a manifest.

Its rules as CQL are run in `test_g40_rules_as_cql.py`; AuditEvent and Provenance of a decision in
`tests/unit/service/test_audit_records.py`.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from cds_service.artefacts import standard_artefacts, write_artefacts
from cds_service.artefacts.cql import cql_library, established_facts, facts_read_directly
from cds_service.cli import main
from knowledge.release import status_of
from tests.contract.validators import google_fhir, invariants
from tests.cql import codings
from tests.releases.every import DRAFTED, VERSIONS, release_of

Json = dict[str, Any]
BASE = "https://w3id.org/heel-pain-cds"
KINDS = {"PlanDefinition", "ActivityDefinition", "Library", "ValueSet", "CodeSystem", "Questionnaire"}


@cache
def exported(version: str) -> tuple[Json, ...]:
    return tuple(standard_artefacts(release_of(version), "active", "2026-11-25"))


def of_kind(kind: str, version: str) -> dict[str, Json]:
    return {one["id"]: one for one in exported(version) if one["resourceType"] == kind}


# Standard


@pytest.mark.parametrize("version", [*VERSIONS, DRAFTED])
@pytest.mark.parametrize("validate", [google_fhir, invariants])
def test_two_independent_validators_accept_every_artefact(
    validate: Callable[..., list[list[str]]], version: str
) -> None:
    assert validate(exported(version)) == [[] for _ in exported(version)]


@pytest.mark.parametrize("version", [*VERSIONS, DRAFTED])
def test_the_models_of_fhir_resources_accept_every_artefact_and_nothing_in_it_is_empty(version: str) -> None:
    def empty(node: Any) -> bool:
        members = node.values() if isinstance(node, dict) else node if isinstance(node, list) else None
        return node in ("", None) if members is None else not members or any(empty(member) for member in members)

    for one in exported(version):
        get_fhir_model_class(one["resourceType"]).model_validate(one)
        assert not empty(one), one["id"]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_published_release_can_be_exported_by_the_command_line(
    version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["knowledge", "export", "--fhir", "--knowledge", version]) == 0
    bundle = json.loads(capsys.readouterr().out)
    event = status_of(version)
    resources = [entry["resource"] for entry in bundle["entry"]]
    assert resources == standard_artefacts(release_of(version), event["status"], event["at"][:10])
    form = {"Questionnaire"} if "form" in release_of(version).content else set()
    assert {one["resourceType"] for one in resources} == KINDS - {"Questionnaire"} | form
    for one in resources:
        assert one["url"] == f"{BASE}/{one['resourceType']}/{one['id']}"
        assert (one["version"], one["status"]) == (version, event["status"])


def test_the_same_release_gives_the_same_files(tmp_path: Path) -> None:
    (first, second) = (
        {path.name: path.read_bytes() for path in write_artefacts(list(exported(DRAFTED)), tmp_path / name)}
        for name in ("one", "two")
    )
    assert first == second
    assert len(first) == len(exported(DRAFTED))


# Pinned


@pytest.mark.parametrize("version", [*VERSIONS, DRAFTED])
def test_the_manifest_pins_all_that_is_exported_and_names_the_digest(version: str) -> None:
    pins = of_kind("Library", version)["heel-pain-runner-manifest"]
    others = [f"{one['url']}|{one['version']}" for one in exported(version) if one is not pins and one != pins]
    assert [one["resource"] for one in pins["relatedArtifact"]] == others
    assert pins["identifier"][0]["value"] == release_of(version).digest


@pytest.mark.parametrize("version", [*VERSIONS, DRAFTED])
def test_every_reference_names_an_artefact_of_the_export_with_its_version(version: str) -> None:
    known = {f"{one['url']}|{one['version']}" for one in exported(version)}
    pinned = set(references(list(exported(version))))
    assert pinned
    assert pinned <= known


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for name, member in node.items():
            if name in ("definitionCanonical", "resource") and isinstance(member, str):
                yield member
            elif name == "library" or (name == "valueSet" and "path" in node):
                yield from [member] if isinstance(member, str) else member
            else:
                yield from references(member)
    elif isinstance(node, list):
        for member in node:
            yield from references(member)


@pytest.mark.parametrize("version", [*VERSIONS, DRAFTED])
def test_every_code_of_ours_is_in_its_code_system(version: str) -> None:
    systems = {one["url"]: {c["code"] for c in one["concept"]} for one in of_kind("CodeSystem", version).values()}
    used = [one for one in codings(list(exported(version))) if one["system"].startswith(BASE)]
    assert used
    for coding in used:
        assert coding["code"] in systems[coding["system"]], coding


# Complete


@pytest.mark.parametrize("version", [*VERSIONS, DRAFTED])
def test_every_rule_is_an_action_with_its_condition_orders_and_graded_citations(version: str) -> None:
    release = release_of(version)
    found = {}
    for plan in of_kind("PlanDefinition", version).values():
        found |= {one["id"]: one for group in plan["action"] for one in group["action"] if "id" in one}
    assert found.keys() == release.content["rules"].keys()
    for name, action in found.items():
        authored = release.content["rules"][name]
        assert action["condition"][0]["expression"]["expression"] == f'"Speaks: {name}"'
        assert [one["name"] for one in action["trigger"]] == sorted(authored["hooks"])
        offered = [one["definitionCanonical"].split("/")[-1].split("|")[0] for one in action.get("action", ())]
        assert offered == list(release.offer(name)["actions"])
        cited = [release.content["evidence"][evidence] for evidence in authored["evidence"]]
        assert [(one["url"], grade_of(one)) for one in action["documentation"]] == [
            (one["url"], one["grade"]) for one in cited
        ]
        assert grade_of(action) == authored["strength"]


def grade_of(node: Json) -> str:
    (coding,) = node["extension"][0]["valueCodeableConcept"]["coding"]
    return str(coding["code"])


@pytest.mark.parametrize("version", [*VERSIONS, DRAFTED])
def test_every_action_is_an_order_to_be_made(version: str) -> None:
    actions = release_of(version).content["actions"]
    definitions = of_kind("ActivityDefinition", version)
    assert definitions.keys() == actions.keys()
    for name, one in definitions.items():
        assert one["kind"] == actions[name]["resource"]
        assert one["priority"] == actions[name].get("priority", "routine")


@pytest.mark.parametrize("version", [*VERSIONS, DRAFTED])
def test_the_codes_of_a_concept_are_its_value_set_and_no_others(version: str) -> None:
    sets = of_kind("ValueSet", version)
    for name, concept in release_of(version).content["concepts"].items():
        groups = {**concept.get("codes", {}), **concept.get("prefixes", {})}
        assert (name in sets) is bool(groups)
        if not groups:
            continue
        include = sets[name]["compose"]["include"]
        listed = sorted(one["code"] for part in include for one in part.get("concept", ()))
        assert listed == sorted(code for codes in concept.get("codes", {}).values() for code in codes)
        beginnings = [only["value"] for part in include for only in part.get("filter", ())]
        prefixes = [prefix for many in concept.get("prefixes", {}).values() for prefix in many]
        for prefix in prefixes:
            assert any(re.fullmatch(pattern, prefix) for pattern in beginnings)
            assert any(re.fullmatch(pattern, f"{prefix}9") for pattern in beginnings)
        assert len(beginnings) == len(prefixes)


@pytest.mark.parametrize("version", [*VERSIONS, DRAFTED])
def test_the_library_carries_the_rules_as_cql_and_says_which_facts_it_reads_by_itself(version: str) -> None:
    release = release_of(version)
    (content,) = of_kind("Library", version)["HeelPainRunner"]["content"]
    assert content["contentType"] == "text/cql"
    assert b64decode(content["data"]).decode() == cql_library(release)
    facts = of_kind("CodeSystem", version)["heel-facts"]["concept"]
    direct = {one["code"] for one in facts if {"code": "direct", "valueBoolean": True} in one["property"]}
    assert direct == facts_read_directly(release.content).keys()
    assert len(direct) > 40
    assert {one["code"] for one in facts} == established_facts(release.content).keys()
