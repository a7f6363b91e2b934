"""From a call to an answer, line by line: gather, read the chart, evaluate, make cards, record."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cards import CallContext, DataQuality, build_cards, response
from cards.audience import Audience
from cds_service.intake.call import Call
from cds_service.intake.chart_reader import read_chart
from cds_service.intake.concept_maps import CodeMaps
from cds_service.intake.deadline import Deadline
from cds_service.intake.gather import Gathered, gather
from cds_service.records.forms import record_of
from cds_service.services import Service
from cds_service.trust.clients import Client
from knowledge import ENGINE_VERSION
from knowledge.decision import Decision
from knowledge.engine import evaluate
from knowledge.release import Release

LOG = logging.getLogger(__name__)
Keep = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class InForce:
    """What decisions are made with: the release, and the site's maps of local codes."""

    release: Release
    code_maps: CodeMaps


@dataclass(frozen=True, slots=True)
class Moment:
    """When a decision is made (aware UTC), and its id."""

    at: datetime
    decision_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Answer:
    """The CDS Hooks response, the decision it tells of, and remarks on the data, free of patient values."""

    response: dict[str, Any]
    decision: Decision
    remarks: tuple[str, ...] = ()


def decide(
    call: Call, service: Service, client: Client, in_force: InForce, moment: Moment, keep: Keep
) -> dict[str, Any]:
    """The CDS Hooks response to one call.

    Raises `RequestError` 412 when data that must be had cannot be had, and whatever `keep` raises
    when the record cannot be stored: a card without its record is never given.
    """
    deadline = Deadline.after(client.deadline_seconds)
    gathered = gather(call, service, client.access, deadline)
    answered = answer(gathered, call, client.audience, in_force, moment)
    keep(record_of(answered.response, answered.decision, client.name))
    return answered.response


def answer(gathered: Gathered, call: Call, audience: Audience, in_force: InForce, moment: Moment) -> Answer:
    """The answer on data already at hand: the same data, release and moment give the same answer."""
    chart = read_chart(
        gathered.resources,
        patient_id=call.patient_id,
        drafts=call.drafts,
        selected=call.selected,
        obtained=gathered.obtained,
        code_maps=in_force.code_maps,
        known_at=moment.at,
    )
    decision = evaluate(in_force.release, chart, call.hook, moment.at)
    if decision.failed:
        LOG.error("rules could not be evaluated", extra={"rules": list(decision.failed)})
    context = CallContext(moment.decision_id, call.patient_id, call.encounter_id, call.reader)
    incomplete = gathered.incomplete or chart.incomplete
    quality = DataQuality(gathered.unread + chart.unread, chart.strangers, incomplete)
    cards = build_cards(decision, in_force.release, audience, context, quality)
    told = response(decision, cards, in_force.release, moment.decision_id, ENGINE_VERSION, quality.unread)
    return Answer(told, decision, chart.notes)
