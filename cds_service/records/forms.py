"""What we keep of each call, as one JSON object: the forms of the records, and their canonical bytes.

Nothing in one is about a patient. `kind` tells the form: "decision", "refusal", "erasure", "feedback", or "release" for
one that came into force.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from cards.naming import EXTENSION
from cds_service.records.reasons import ERASURES
from knowledge.decision import Decision
from knowledge.release import Release

OUTCOMES = ("true", "false", "unknown", "shown")  # what may have come of a rule; shown: true, and its topic shown
RELEASE = "release"
REASON = re.compile(r"[a-z][a-z0-9-]{0,63}")
_JSON = msgspec.json.Encoder(order="sorted")


def record_of(
    answer: Mapping[str, Any],
    decision: Decision,
    client: str,
    *,
    service: str | None = None,
    policy: Mapping[str, Any] | None = None,
    commitment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The record of one answer, from the answer's own extension and what came of each rule.

    `policy` holds the settings that shaped the answer (by default what the answer says of them);
    `commitment` is {algorithm, value} over the request. Both, like `service`, are left out where there is none.
    """
    ours = answer["extension"][EXTENSION]
    rules: dict[str, list[str]] = {"true": [], "false": [], "unknown": []}
    for name, truth in decision.outcomes.items():
        rules[truth.value].append(name)
    optional = {"service": service, "policy": policy or ours.get("policy"), "commitment": commitment}
    return {
        "kind": "decision",
        "decision": ours["decisionId"],
        "at": ours["evaluatedAt"],
        "hook": decision.hook,
        "client": client,
        "knowledge": dict(ours["knowledge"]),
        "engine": dict(ours["engine"]),
        "rules": {truth: sorted(names) for truth, names in rules.items()},
        "failed": list(decision.failed),
        "shown": list(ours.get("recommendations", ())),
        "withheld": _withheld(ours, decision),
        "unknown": list(ours.get("unknown", ())),
        "unread": ours["unread"],
        **{name: value for name, value in optional.items() if value is not None},
    }


def _withheld(ours: Mapping[str, Any], decision: Decision) -> list[dict[str, str]]:
    """What the answer lists as withheld, with the rule that asked for it where there is one."""
    rules = {(held.topic, held.reason): held.rule for held in decision.withheld if held.rule}
    due = {one.topic: one.rule for one in decision.recommended}  # held back by what is no rule
    told = []
    for held in ours.get("withheld", ()):
        rule = rules.get((held["topic"], held["reason"])) or due.get(held["topic"])
        told.append(dict(held) | ({"rule": rule} if rule else {}))
    return told


def refusal_of(
    status: int,
    reason: str,
    *,
    decision: str,
    at: datetime,
    service: str | None,
    client: str | None,
    release: Release,
    engine: Mapping[str, str],
) -> dict[str, Any]:
    """The record of a call that was refused; `service` and `client` are left out where they are not known.

    `status` is the HTTP status (400 or more), `reason` a code such as a FHIR issue type. Raises
    `ValueError` for a reason that is no code: text that may come from a request is never kept.
    """
    of_code(reason)
    return {
        "kind": "refusal",
        "decision": decision,
        "at": instant(at),
        **({"service": service} if service else {}),
        **({"client": client} if client else {}),
        "knowledge": {"name": release.name, "version": release.version, "digest": release.digest},
        "engine": dict(engine),
        "status": status,
        "reason": reason,
    }


def erasure_of(decision: str, at: datetime, reason: str, erased: Sequence[str]) -> dict[str, Any]:
    """The record of what was `erased` of a decision: salt, pseudonyms, request. Raises `ValueError` as `one_of`."""
    one_of(ERASURES, reason)
    return {"kind": "erasure", "decision": decision, "at": instant(at), "reason": reason, "erased": sorted(erased)}


def feedback_of(
    reported: Mapping[str, Any], *, decision: str, at: datetime, service: str, client: str, reason: str | None
) -> dict[str, Any]:
    """The record of what a client reported of one card: `card`, `outcome`, `outcomeAt` and `suggestions`.

    `reason` is a code that is known here; neither free text nor who gave it is part of a record. Raises `ValueError`
    for a reason that is no code.
    """
    return {
        "kind": "feedback",
        "decision": decision,
        "at": instant(at),
        "service": service,
        "client": client,
        **reported,
        **({"reason": of_code(reason)} if reason else {}),
    }


def of_code(reason: str) -> str:
    """The reason, which must be a code. Raises `ValueError` otherwise: free text is never kept."""
    if not REASON.fullmatch(reason):
        raise ValueError("a reason is a code of lower-case letters, digits and hyphens, such as too-long")
    return reason


def one_of(known: Mapping[str, str], reason: str) -> str:
    """The reason, which must be among those `known`. Raises `ValueError`, which lists them and repeats nothing."""
    if reason not in known:
        listed = "; ".join(f"{code} ({meaning})" for code, meaning in known.items())
        raise ValueError(f"a reason is one of these, since a record can never be taken back: {listed}")
    return reason


def instant(at: datetime) -> str:
    """An aware instant as the records write it: RFC 3339, UTC, whole seconds."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def canonical(record: Mapping[str, Any]) -> bytes:
    """The bytes of a record as RFC 8785 has them. Raises `ValueError` for a float, which has no one form everywhere."""
    _check_plain(record)
    return _JSON.encode(record)


def _check_plain(value: Any) -> None:
    if isinstance(value, Mapping):
        for member in value.values():
            if type(member) is not str:
                _check_plain(member)
    elif isinstance(value, list | tuple):
        for member in value:
            if type(member) is not str:
                _check_plain(member)
    elif isinstance(value, float):
        raise ValueError("a record holds no floating-point number; write whole numbers or text")


def columns_of(record: Mapping[str, Any]) -> dict[str, str | None]:
    """What the columns beside a body must say, from the body itself."""
    knowledge = record.get("knowledge")
    return {
        "decision": record["decision"],
        "at": record["at"],
        "kind": record.get("kind", "decision"),  # the first records had no kind
        "client": record.get("client"),
        "service": record.get("service"),
        "hook": record.get("hook"),
        "release": f"{knowledge['name']}/{knowledge['version']}" if knowledge else None,
    }
