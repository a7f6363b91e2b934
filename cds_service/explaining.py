"""Which rules of a decision are explained, and the explanation of a recorded one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cds_service.errors import HeelCdsError
from cds_service.replay import Replayed
from knowledge.decision import Decision
from knowledge.release import Release
from knowledge.truth import Truth
from knowledge.why import why


def rules_told(named: Sequence[str], decision: Decision, release: Release) -> list[str]:
    """The rules named, or where none is, those that are due. Raises `HeelCdsError` for one that does not exist."""
    if not named:
        return [rule for rule, outcome in decision.outcomes.items() if outcome is Truth.TRUE]
    for name in named:
        if name not in decision.outcomes:
            raise HeelCdsError(
                f"--rule: release {release.version} has no rule {name!r}; `heel-cds knowledge show` lists them"
            )
    return list(named)


def explained(replayed: Replayed, rules: Sequence[str]) -> dict[str, Any]:
    """A decision made again, with each rule's reasons (`knowledge.why`); `same` as in a replay."""
    decision, release = replayed.answer.decision, replayed.release
    return {
        "knowledge": {"name": release.name, "version": release.version, "digest": release.digest},
        "evaluatedAt": decision.at.isoformat(),
        "hook": decision.hook,
        "same": replayed.same,
        "remarks": list(replayed.remarks),
        "rules": [why(release, decision, name) for name in rules],
    }
