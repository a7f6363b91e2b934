"""Keeping what must be kept of an answer before it leaves: its record and, where the hospital wishes, its request."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from cds_service.decide import Answer, Keep, Moment, Occasion
from cds_service.engine_identity import engine
from cds_service.errors import HeelCdsError, NotRecorded
from cds_service.outcomes import status_and_code
from cds_service.records.commitment import new_salt
from cds_service.records.declined import grounds_of
from cds_service.records.forms import record_of, refusal_of
from cds_service.records.pseudonyms import Pseudonyms
from cds_service.records.retained import RequestStore, Retained
from cds_service.records.shown import NOBODY, ShownCard, Viewing, cards_in, commitment_to_ties, tie
from cds_service.services import Service
from cds_service.trust.clients import Client
from knowledge.release import Release

LOG = logging.getLogger(__name__)


class Append(Protocol):
    """Stores a record, the salt that opens its commitment, and the cards it is about."""

    def __call__(
        self,
        record: Mapping[str, Any],
        salt: str | None,
        cards: Sequence[ShownCard] = (),
        viewing: Viewing = NOBODY,
    ) -> None: ...


class Refuse(Protocol):
    """Stores that a call was refused."""

    def __call__(
        self, problem: Exception, moment: Moment, service: Service, client: Client, release: Release
    ) -> None: ...


def keeper(append: Append, requests: RequestStore | None, pseudonyms: Pseudonyms, site: str | None = None) -> Keep:
    """What `decide` calls before it answers. Raises `NotRecorded` when anything cannot be stored.

    `site` is the place of calls whose encounter names none.
    """

    def keep(answer: Answer, occasion: Occasion, request: Retained, service: Service, client: Client) -> None:
        salt = new_salt()
        record = record_of(
            answer.response,
            answer.decision,
            client.name,
            service=service.id,
            policy=answer.policy,
            commitment=request.commitment(salt, answer.sent),
        )
        cards = cards_in(answer.response, answer.decision, grounds_of(answer.decision, answer.release, pseudonyms))
        viewing = _viewing(occasion, client, pseudonyms, site)
        record |= _optional(answer, cards)
        if cards:
            ties = [tie(one.card, viewing, [said.grounds for said in one.advice]) for one in cards]
            record["commitment"]["ties"] = commitment_to_ties(salt, ties)
        if requests is not None:
            requests.keep(record["decision"], request.request)
        try:
            append(record, salt, cards, viewing)
        except NotRecorded:
            _take_back(record["decision"], requests)
            raise

    return keep


def _take_back(decision: str, requests: RequestStore | None) -> None:
    """Keep no request whose decision is not on record: nobody would find it to erase it."""
    try:
        if requests is not None:
            requests.remove(decision)
    except HeelCdsError as problem:
        LOG.error("a request was kept whose decision is not on record", extra={"error": str(problem)})


def _optional(answer: Answer, cards: Sequence[ShownCard]) -> dict[str, Any]:
    """What a record says of cards, declined topics and a shadow release where there are any."""
    said = {
        "cards": [card.told() for card in cards],
        "declined": sorted(answer.declined),
        "shadow": answer.shadow,
    }
    return {name: value for name, value in said.items() if value}


def _viewing(occasion: Occasion, client: Client, pseudonyms: Pseudonyms, site: str | None) -> Viewing:
    return Viewing(
        user=pseudonyms.of(client.name, occasion.user),
        location=pseudonyms.of(client.name, occasion.location or site),
        patient=pseudonyms.of(client.name, f"Patient/{occasion.patient_id}"),
    )


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
