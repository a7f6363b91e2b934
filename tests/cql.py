"""The CQL library of a release, compiled by the npm translator and run by the npm engine over worked cases."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from cds_service.artefacts import standard_artefacts
from cds_service.artefacts.cql import cql_library, established_facts
from cds_service.artefacts.terminologies import address
from knowledge.chart import Chart, Kind, Side
from knowledge.decision import Decision, Fact, Interval, Method
from knowledge.release import Release
from knowledge.truth import Truth
from tests.cases_as_calls import condition_of, medication_request_of
from tests.components import ROOT, require
from tests.shared_material import shared

Json = dict[str, Any]
BASE = "https://w3id.org/heel-pain-cds"
RUNNER = ROOT / "tests" / "tools" / "run_cql.mjs"
PATIENCE = 300.0  # seconds; only a hung engine needs them
SNOMED = "http://snomed.info/sct"
SIDES = {Side.LEFT: "7771000", Side.RIGHT: "24028007", Side.BOTH: "51440002"}


def run_cql(asked: Sequence[tuple[Release, Sequence[Sequence[Json]]]]) -> list[list[list[Json]]]:
    """For each release, group and patient (a Bundle) what its library defines, in one process of Node.

    Fails where a library does not compile.
    """
    modules = require("node") / "node_modules"
    model = shared("fixtures/specs/cql/system-modelinfo.xml")
    done = subprocess.run(
        ["node", "--max-semi-space-size=64", str(RUNNER)],  # most of what the engine makes is forgotten at once
        input=json.dumps([_asked(release, groups) for release, groups in asked]),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=os.environ | {"NODE_MODULES": str(modules), "SYSTEM_MODEL": str(model)},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    answers: list[Json] = json.loads(done.stdout)
    assert [answer["faults"] for answer in answers] == [[] for _ in asked]
    return [answer["groups"] for answer in answers]


def _asked(release: Release, groups: Sequence[Sequence[Json]]) -> Json:
    expanded = [{"valueSets": expansions(release, bundles), "bundles": bundles} for bundles in groups]
    return {"cql": cql_library(release), "groups": expanded}


def expansions(release: Release, bundles: Sequence[Json]) -> Json:
    """What a terminology server would say of the release's value sets, for the codes that occur in the bundles."""
    resources = standard_artefacts(release, "active", "2026-11-25")
    systems = {one["url"]: one for one in resources if one["resourceType"] == "CodeSystem"}
    met = {(coding["system"], coding["code"]) for bundle in bundles for coding in codings(bundle)}
    return {
        one["url"]: {one["version"]: [*_expanded(one, systems, met)]}
        for one in resources
        if one["resourceType"] == "ValueSet"
    }


def _expanded(value_set: Json, systems: Mapping[str, Json], met: set[tuple[str, str]]) -> Iterator[Json]:
    for part in value_set["compose"]["include"]:
        system = part["system"]
        if "filter" in part:
            (only,) = part["filter"]
            assert (only["property"], only["op"]) == ("code", "regex")
            codes = [code for of, code in sorted(met) if of == system and re.fullmatch(only["value"], code)]
        else:
            codes = [concept["code"] for concept in part.get("concept") or systems[system]["concept"]]
        yield from ({"system": system, "code": code} for code in codes)


def codings(node: Any) -> Iterator[Json]:
    """Every Coding within, of any depth."""
    if isinstance(node, dict):
        if "system" in node and "code" in node and "value" not in node:
            yield node
        for member in node.values():
            yield from codings(member)
    elif isinstance(node, list):
        for member in node:
            yield from codings(member)


def bundle_of(identity: str, *resources: Json) -> Json:
    patient = {"resourceType": "Patient", "id": identity}
    about = {"reference": f"Patient/{identity}"}
    placed = [one | {"id": f"{identity}-{place}", "subject": about} for place, one in enumerate(resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in (patient, *placed)]}


# What the engine established of a patient, as established findings


def established(release: Release, decision: Decision, left_out: frozenset[str] = frozenset()) -> list[Json]:
    names = [name for name in established_facts(release.content) if name not in left_out]
    return [
        observation
        for name in names
        for observation in findings_of(release.content["facts"][name], decision.facts[name], decision.at)
    ]


def findings_of(authored: Mapping[str, Any], fact: Fact, at: datetime) -> Iterator[Json]:
    """A fact as Observations: one for each value and each side; none where it is unknown."""
    values = [*_values(authored, fact)]
    sides = {item.side for item in fact.evidence} or {Side.UNKNOWN}
    for side in sorted(sides):
        for value in values:
            site = {"bodySite": {"coding": [{"system": SNOMED, "code": SIDES[side]}]}} if side in SIDES else {}
            coding = {"system": f"{BASE}/CodeSystem/heel-facts", "code": fact.name}
            yield {
                "resourceType": "Observation",
                "status": "final",
                "code": {"coding": [coding]},
                "effectiveDateTime": at.isoformat(),
                **site,
                **value,
            }


def _values(authored: Mapping[str, Any], fact: Fact) -> Iterator[Json]:
    if authored["kind"] == "presence":
        if fact.truth is not Truth.UNKNOWN:
            yield {"valueBoolean": fact.truth is Truth.TRUE}
    elif authored["kind"] == "choice":
        for choice in fact.choices:
            yield {"valueCodeableConcept": {"coding": [{"system": address(authored["system"]), "code": choice}]}}
    elif fact.number is not None:
        yield from ({"valueQuantity": bound | {"unit": fact.unit}} for bound in _bounds(fact.number))


def _bounds(number: Interval) -> Iterator[Json]:
    if number.low == number.high and number.low is not None:
        yield {"value": float(number.low)}
        return
    if number.low is not None:
        yield {"value": float(number.low), "comparator": ">" if number.low_open else ">="}
    if number.high is not None:
        yield {"value": float(number.high), "comparator": "<" if number.high_open else "<="}


# The record itself, as far as the library reads it


def read_by_code(decision: Decision, names: Mapping[str, Any]) -> frozenset[str]:
    """Those of the facts that no wording decided."""
    return frozenset(
        name for name in names if all(item.method is not Method.TEXT for item in decision.facts[name].evidence)
    )


def on_record(chart: Chart) -> list[Json]:
    """The conditions and medicines of a chart as FHIR resources."""
    return [
        *(condition_of(entry) for entry in chart.entries if entry.kind is Kind.CONDITION),
        *(medication_request_of(entry) for entry in chart.entries if entry.kind is Kind.MEDICATION),
    ]
