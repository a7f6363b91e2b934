"""Keeping what must be kept of an answer before it leaves: its record and, where the hospital wishes, its request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cds_service.decide import Answer, Keep
from cds_service.records.commitment import new_salt
from cds_service.records.record import record_of
from cds_service.records.retained import RequestStore, Retained
from cds_service.services import Service
from cds_service.trust.clients import Client

Append = Callable[[Mapping[str, Any], str], None]  # a record, and the salt that opens its commitment


def keeper(append: Append, requests: RequestStore | None = None) -> Keep:
    """What `decide` calls before it answers. Raises `NotRecorded` when anything cannot be stored."""

    def keep(answer: Answer, request: Retained, service: Service, client: Client) -> None:
        salt = new_salt()
        record = record_of(
            answer.response,
            answer.decision,
            answer.policy,
            service=service.id,
            client=client.name,
            commitment=request.commitment(salt, answer.sent),
        )
        if requests is not None:
            requests.keep(record["decision"], request.request)
        append(record, salt)

    return keep
