"""Which release came into force, by whose approval and in which history: on record each time that changes.

The newest such record is also the memory against a release index that is rolled back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, select

from cds_service.records.forms import RELEASE, instant, one_of
from cds_service.records.reasons import ACCEPTED_INDEXES
from cds_service.records.tables import RECORDS
from knowledge.index import NAME


@dataclass(frozen=True, slots=True)
class Accepted:
    """A release in force, `events` and `head` of the index it stood in, and its signers, each role and name.

    `retired` are the versions that had been retired by then.
    """

    version: str
    digest: str
    events: int
    head: str
    signers: tuple[tuple[str, str], ...] = ()
    retired: tuple[str, ...] = ()


def record_of(accepted: Accepted, engine: Mapping[str, str], at: datetime, reason: str | None = None) -> dict[str, Any]:
    """The record that a release came into force.

    `reason`, one of `ACCEPTED_INDEXES`, is why another history was accepted by hand.
    """
    return {
        "kind": RELEASE,
        "decision": RELEASE,  # what the record is about; all of them are found by it
        "at": instant(at),
        "knowledge": {"name": NAME, "version": accepted.version, "digest": accepted.digest},
        "engine": dict(engine),
        "index": {"events": accepted.events, "head": accepted.head, "retired": list(accepted.retired)},
        "signers": [{"role": role, "name": name} for role, name in accepted.signers],
        **({"reason": one_of(ACCEPTED_INDEXES, reason)} if reason else {}),
    }


def last_accepted(engine: Engine) -> Accepted | None:
    """What the newest record of a release in force says; None where there is none yet."""
    newest = select(RECORDS.c.body).where(RECORDS.c.decision == RELEASE).order_by(RECORDS.c.position.desc()).limit(1)
    with engine.connect() as connection:
        body = connection.execute(newest).scalar()
    if body is None:
        return None
    told = msgspec.json.decode(body)
    signers = tuple((one["role"], one["name"]) for one in told["signers"])
    # The first records of this kind told nothing of it.
    retired = tuple(told["index"].get("retired", ()))
    knowledge, index = told["knowledge"], told["index"]
    return Accepted(knowledge["version"], knowledge["digest"], index["events"], index["head"], signers, retired)
