"""The whole CDS Hooks response around the cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cards.build import CardSet
from cards.naming import EXTENSION
from knowledge.decision import Decision, Withheld
from knowledge.doubts import Flaw
from knowledge.release import Release
from knowledge.review_clock import overdue_since

OUT_OF_SCOPE = "out-of-scope"


@dataclass(frozen=True, slots=True)
class Origin:
    """What an answer was made by, beside the release: its id, the engine, and the digest of the client's policy."""

    decision_id: UUID
    engine: Mapping[str, str]
    policy_digest: str


def response(decision: Decision, cards: CardSet, release: Release, origin: Origin, unread: int) -> dict[str, Any]:
    """Cards and our extension, ready for JSON. Only `cards` may be empty: other lists without members are left out.

    `failed` names the rules that could not be evaluated; `stale` and `contradictory` the facts that the chart tells of
    but that cannot be relied on, each with the topics that the truth could change (`changes`), and without values.
    """
    lists = {
        "recommendations": list(cards.topics),
        "withheld": [_held_back(held, release) for held in cards.withheld],
        "unknown": list(decision.unknown),
        "failed": list(decision.failed),
        **{kind.value: _doubted(decision, kind) for kind in Flaw},
    }
    ours: dict[str, Any] = {
        "decisionId": str(origin.decision_id),
        "evaluatedAt": decision.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "knowledge": _knowledge(release, decision.at),
        "engine": {name: origin.engine[name] for name in ("version", "digest")},
        "policy": {"digest": origin.policy_digest},
        **{name: members for name, members in lists.items() if members},
        "unread": unread,
    }
    return {"cards": list(cards.cards), "extension": {EXTENSION: ours}}


def _knowledge(release: Release, at: datetime) -> dict[str, str]:
    """Which release, and since when its review is overdue, if it is."""
    since = overdue_since(release, at)
    overdue = {"reviewOverdueSince": since.isoformat()} if since else {}
    return {"name": release.name, "version": release.version, "digest": release.digest, **overdue}


def _held_back(held: Withheld, release: Release) -> dict[str, str]:
    """A topic and the reason; with a code where the release says that such patients are none of its scope."""
    outside = held.reason in release.content.get("about", {}).get("out_of_scope", ())
    return {"topic": held.topic, "reason": held.reason, **({"code": OUT_OF_SCOPE} if outside else {})}


def _doubted(decision: Decision, kind: Flaw) -> list[dict[str, Any]]:
    doubts = (one for one in decision.doubts if one.kind == kind)
    return [{"fact": one.fact, **({"changes": list(one.topics)} if one.topics else {})} for one in doubts]
