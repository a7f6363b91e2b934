"""Keeping what must be kept of an answer before it leaves: its record and, where the hospital wishes, its request."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from cds_service.decide import Answer, Keep, Moment
from cds_service.engine_identity import engine
from cds_service.errors import NotRecorded
from cds_service.outcomes import status_and_code
from cds_service.records.commitment import new_salt
from cds_service.records.forms import record_of, refusal_of
from cds_service.records.retained import RequestStore, Retained
from cds_service.services import Service
from cds_service.trust.clients import Client
from knowledge.release import Release

LOG = logging.getLogger(__name__)
Append = Callable[[Mapping[str, Any], str | None], None]  # a record, and the salt that opens its commitment
Refuse = Callable[[Exception, Moment, Service, Client, Release], None]


def keeper(append: Append, requests: RequestStore | None = None) -> Keep:
    """What `decide` calls before it answers. Raises `NotRecorded` when anything cannot be stored."""

    def keep(answer: Answer, request: Retained, service: Service, client: Client) -> None:
        salt = new_salt()
        record = record_of(
            answer.response,
            answer.decision,
            client.name,
            service=service.id,
            policy=answer.policy,
            commitment=request.commitment(salt, answer.sent),
        )
        if answer.shadow is not None:
            record["shadow"] = answer.shadow
        if requests is not None:
            requests.keep(record["decision"], request.request)
        append(record, salt)

    return keep


def refuser(append: Append) -> Refuse:
    """What the hook routes call before they refuse: the refusal goes on record, without a word of the request.

    A refusal gives no card, so it stands also where it cannot be recorded.
    """

    def refuse(problem: Exception, moment: Moment, service: Service, client: Client, release: Release) -> None:
        status, reason = status_and_code(problem)
        record = refusal_of(
            status,
            reason,
            decision=str(moment.decision_id),
            at=moment.at,
            service=service.id,
            client=client.name,
            release=release,
            engine=engine(),
        )
        try:
            append(record, None)
        except NotRecorded as problem:
            LOG.error("a refusal could not be recorded", extra={"error": str(problem)})

    return refuse
