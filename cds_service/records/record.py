"""What is recorded of a decision: which rules of which release said what to whom, and nothing about the patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cards.naming import EXTENSION
from cds_service.policy import digest_of_policy
from knowledge.decision import Decision


def record_of(
    response: Mapping[str, Any],
    decision: Decision,
    policy: Mapping[str, Any],
    *,
    service: str,
    client: str,
    commitment: Mapping[str, str],
) -> dict[str, Any]:
    """The record of one answer, from the answer's own extension and what came of each rule.

    With the request, the release and the engine it names it is enough to make the answer again.
    """
    ours = response["extension"][EXTENSION]
    rules: dict[str, list[str]] = {}
    for name, truth in decision.outcomes.items():
        rules.setdefault(truth.value, []).append(name)
    return {
        "kind": "decision",
        "decision": ours["decisionId"],
        "at": ours["evaluatedAt"],
        "service": service,
        "hook": decision.hook,
        "client": client,
        "knowledge": dict(ours["knowledge"]),
        "engine": dict(ours["engine"]),
        "policy": {**policy, "digest": digest_of_policy(policy)},
        "rules": {truth: sorted(names) for truth, names in rules.items()},
        "failed": list(decision.failed),
        "shown": list(ours.get("recommendations", ())),
        "withheld": [dict(held) for held in ours.get("withheld", ())],
        "unknown": list(ours.get("unknown", ())),
        "unread": ours["unread"],
        "commitment": dict(commitment),
    }
