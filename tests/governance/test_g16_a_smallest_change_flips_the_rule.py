"""G-16: each explanation gives at least one smallest change that flips the rule; sent again with it, the rule flips."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from cds_service.evaluate_file import evaluate_file
from cds_service.settings import Settings
from knowledge.decision import Decision
from knowledge.release import Release, load_release
from knowledge.why import why
from tests.replaying import request_of

OURS = "https://w3id.org/heel-pain-cds/CodeSystem"
RELEASE = load_release()
TRUE_ON_DISAGREEMENT = {"nsaid-pressure-unclear"}  # no one value of a fact makes two records disagree
AT = datetime(2026, 11, 25, 10, tzinfo=UTC)


def decided(request: dict[str, Any], release: Release = RELEASE) -> Decision:
    content = json.dumps(request).encode()
    [evaluation] = evaluate_file(content, Settings.from_env({}), release, None, AT)
    return evaluation.decision


def recorded(request: dict[str, Any], changes: list[dict[str, str]]) -> dict[str, Any]:
    """The request with these answers to findings in place of what it says of them."""
    other = copy.deepcopy(request)
    patient = other["prefetch"]["patient"]["id"]
    entries = other["prefetch"]["observations"].setdefault("entry", [])
    for change in changes:
        entries[:] = [one for one in entries if not is_of(one["resource"], change["finding"])]
        entries.append({"resource": observation(change, patient)})
    return other


def is_of(resource: dict[str, Any], finding: str) -> bool:
    return finding in {coding.get("code") for coding in resource.get("code", {}).get("coding", ())}


def observation(change: dict[str, str], patient: str) -> dict[str, Any]:
    fact = RELEASE.content["facts"][change["fact"]]
    value: dict[str, Any] = {"valueBoolean": change["state"] == "present"}
    if fact["kind"] == "number":
        number, _, unit = change["state"].partition(" ")
        value = {
            "valueQuantity": {"value": float(Decimal(number)), "code": unit, "system": "http://unitsofmeasure.org"}
        }
    elif fact["kind"] == "choice":
        value = {"valueCodeableConcept": {"coding": [{"system": f"{OURS}/{fact['system']}", "code": change["state"]}]}}
    return {
        "resourceType": "Observation",
        "id": f"flip-{change['finding']}",
        "status": "final",
        "code": {"coding": [{"system": f"{OURS}/heel-findings", "code": change["finding"]}]},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": "2026-11-25T09:59:00Z",
        **value,
    }


@pytest.mark.parametrize("name", ["plantar-eight-weeks", "squeeze-test-missing"])
def test_each_rule_has_one_and_recorded_it_flips_the_rule(name: str) -> None:
    request = request_of(name)
    before = decided(request)
    flipped = 0
    for rule in RELEASE.rules:
        found = why(RELEASE, before, rule.name)["would_flip"]
        if rule.name in TRUE_ON_DISAGREEMENT:
            continue
        changes = found[0]
        # What no finding tells of, such as an age or a draft order, is no answer somebody could record.
        if all("finding" in one and one["state"] != "unknown" for one in changes):
            after = decided(recorded(request, changes)).outcomes[rule.name]
            assert (after.value == "true") is not (before.outcomes[rule.name].value == "true"), (rule.name, changes)
            flipped += 1
    assert flipped > 20
