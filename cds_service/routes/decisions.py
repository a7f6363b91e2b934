"""`POST /decisions/{id}/explanation` and `.../$replay`: a recorded decision explained, or made again, for an auditor.

The body is the request the decision was made on; the record says whether it is. It is not kept.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from flask import Blueprint, Response, request

from cds_service.errors import HeelCdsError, RequestError
from cds_service.explaining import explained, rules_told
from cds_service.intake.concept_maps import CodeMaps
from cds_service.recorded import read_recorded
from cds_service.records.decision_log import DecisionLog
from cds_service.replay import Replayed, replay
from cds_service.routes.bodies import json_body
from cds_service.trust.auditors import Auditors
from knowledge.index import RELEASES

LOG = logging.getLogger(__name__)
_HEADERS = {"Cache-Control": "no-store"}


def decisions(
    log: DecisionLog, code_maps: Callable[[str], CodeMaps], auditors: Auditors, releases: Path = RELEASES
) -> Blueprint:
    """The routes of one decision each. `code_maps` are those of a client, by its name."""
    routes = Blueprint("decisions", __name__, url_prefix="/decisions/<uuid:decision>")

    @routes.post("/explanation")
    def explanation(decision: uuid.UUID) -> Response:
        replayed = made_again(decision, "a decision was explained")
        try:
            rules = rules_told(request.args.getlist("rule"), replayed.answer.decision, replayed.release)
        except HeelCdsError:
            raise RequestError(
                404,
                "not-found",
                "The release of this decision has no such rule.",
                "See heel-cds knowledge show.",
            ) from None
        told = {"decisionId": str(decision), **explained(replayed, rules)}
        return Response(msgspec.json.encode(told), content_type="application/json", headers=_HEADERS)

    @routes.post("/$replay")
    def again(decision: uuid.UUID) -> Response:
        replayed = made_again(decision, "a decision was made again")
        if not replayed.same:
            raise RequestError(
                409, "conflict", "The answer made again is not the one that was given.", " ".join(replayed.remarks)
            )
        return Response(replayed.answer.sent, content_type="application/json", headers=_HEADERS)

    def made_again(decision: uuid.UUID, told: str) -> Replayed:
        auditor = auditors.admit(request.headers.get("Authorization", ""), datetime.now(UTC))
        body = json_body()
        entry = log.entry(str(decision))
        if entry is None:
            raise RequestError(
                404, "not-found", "No record has this decision id.", "It is the decisionId in an answer's extension."
            )
        told_by_log = {"record": entry.record, "salt": entry.salt, "log": {"leafHash": entry.leaf_hash.hex()}}
        recorded = read_recorded(told_by_log)
        replayed = replay(recorded, body, code_maps(recorded.record.client), releases)
        LOG.info(told, extra={"decision": str(decision), "auditor": auditor})
        return replayed

    return routes
