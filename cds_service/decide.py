"""From a call to an answer, line by line: gather, read the chart, evaluate, make cards, record."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Protocol

import msgspec

from cards import CallContext, DataQuality, Origin, build_cards, response
from cards.audience import Audience
from cds_service.engine_identity import engine
from cds_service.errors import RequestError
from cds_service.intake.call import Call
from cds_service.intake.chart_reader import read_chart
from cds_service.intake.concept_maps import CodeMaps
from cds_service.intake.deadline import Deadline
from cds_service.intake.gather import Gathered, gather
from cds_service.intake.whereabouts import location_of
from cds_service.policy import DIGEST, policy_of
from cds_service.records.retained import Retained, retained
from cds_service.services import Service
from cds_service.trust.clients import Client
from knowledge.chart import Chart
from knowledge.compare import flips
from knowledge.decision import Decision
from knowledge.engine import evaluate
from knowledge.release import Release
from knowledge.review_clock import effective_until, has_ended

LOG = logging.getLogger(__name__)
Keep = Callable[["Answer", "Occasion", Retained, Service, Client], None]
Declined = Callable[["Occasion", Client, Decision, Release, datetime], frozenset[str]]
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class InForce:
    """What decisions are made with: the release, and the site's maps of local codes."""

    release: Release
    code_maps: CodeMaps
    shadow: Release | None = None  # evaluated beside it, and never shown


@dataclass(frozen=True, slots=True)
class Moment:
    """When a decision is made (aware UTC, whole seconds: as the answer tells it), and its id."""

    at: datetime
    decision_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Occasion:
    """About whom a call is, who reads the cards, and where (`Type/id`); never kept but as pseudonyms."""

    patient_id: str
    user: str | None
    location: str | None


def whole_second(moment: datetime) -> datetime:
    """The whole second in which a moment ends: what was written down a moment ago has happened by then."""
    return moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)


@dataclass(frozen=True)
class Answer:
    """The CDS Hooks response, the decision it tells of, the client's policy, and remarks free of patient values.

    `release` is the one it was made with; `declined` are the topics that were known to be declined.
    """

    response: dict[str, Any]
    decision: Decision
    release: Release
    policy: dict[str, Any]
    remarks: tuple[str, ...] = ()
    declined: frozenset[str] = NOTHING
    shadow: dict[str, Any] | None = None  # what the shadow release would have said otherwise

    @cached_property
    def sent(self) -> bytes:
        """The response as it is sent."""
        return msgspec.json.encode(self.response)


class Watched(Protocol):
    """Is told when a stage of a call ends, and of FHIR queries that were not answered in full."""

    def lap(self, stage: str) -> None: ...

    def faults(self, causes: Iterable[str]) -> None: ...


class _Unwatched:
    def lap(self, stage: str) -> None: ...

    def faults(self, causes: Iterable[str]) -> None: ...


_NOBODY = _Unwatched()


def nothing_declined(*_: object) -> frozenset[str]:
    """Where nobody remembers what was declined."""
    return NOTHING


def decide(
    body: bytes,
    call: Call,
    service: Service,
    client: Client,
    in_force: InForce,
    moment: Moment,
    keep: Keep,
    declined: Declined = nothing_declined,
    watch: Watched = _NOBODY,
) -> Answer:
    """The answer to one call; `body` is the call as it came.

    `declined` tells which topics were declined for this patient a short while ago, on the same facts.

    Raises `RequestError` 412 when data that must be had cannot be had, 503 when the release is past its end, and
    whatever `keep` raises when the record cannot be stored: a card without its record is never given.
    """
    deadline = Deadline.after(client.deadline_seconds)
    gathered = gather(call, service, client.access, deadline)
    watch.lap("gather")
    watch.faults(gathered.faults)
    chart = chart_of(gathered, call, in_force.code_maps, moment.at)
    watch.lap("chart")
    decision = _decision(in_force.release, chart, call.hook, moment.at)
    watch.lap("rules")
    occasion = Occasion(call.patient_id, call.user, location_of(gathered.resources, call.encounter_id))
    quiet = declined(occasion, client, decision, in_force.release, moment.at)
    answered = _answer_on(decision, chart, gathered, call, client.audience, in_force, moment, quiet)
    watch.lap("cards")
    if in_force.shadow is not None:
        told = _beside(in_force.shadow, chart, call.hook, moment.at, in_force.release, answered.decision)
        answered = replace(answered, shadow=told)
        watch.lap("shadow")
    keep(answered, occasion, retained(body, gathered), service, client)
    watch.lap("log")
    return answered


def answer(
    gathered: Gathered,
    call: Call,
    audience: Audience,
    in_force: InForce,
    moment: Moment,
    declined: frozenset[str] = NOTHING,
    made_by: Mapping[str, str] | None = None,
) -> Answer:
    """The answer on data already at hand: the same data, release, moment and declined topics give the same answer.

    `made_by` is the engine the answer names, this one where none is given.
    """
    chart = chart_of(gathered, call, in_force.code_maps, moment.at)
    decision = _decision(in_force.release, chart, call.hook, moment.at)
    return _answer_on(decision, chart, gathered, call, audience, in_force, moment, declined, made_by)


def chart_of(gathered: Gathered, call: Call, code_maps: CodeMaps, at: datetime) -> Chart:
    """The chart of a call's patient as it was known at `at`."""
    return read_chart(
        gathered.resources,
        patient_id=call.patient_id,
        drafts=call.drafts,
        selected=call.selected,
        obtained=gathered.obtained,
        code_maps=code_maps,
        known_at=at,
    )


def _answer_on(
    decision: Decision,
    chart: Chart,
    gathered: Gathered,
    call: Call,
    audience: Audience,
    in_force: InForce,
    moment: Moment,
    declined: frozenset[str],
    made_by: Mapping[str, str] | None = None,
) -> Answer:
    if decision.failed:
        LOG.error("rules could not be evaluated", extra={"rules": list(decision.failed)})
    context = CallContext(moment.decision_id, call.patient_id, call.encounter_id, call.reader, declined)
    incomplete = gathered.incomplete or chart.incomplete
    quality = DataQuality(gathered.unread + chart.unread, chart.strangers, incomplete)
    cards = build_cards(decision, in_force.release, audience, context, quality)
    policy = policy_of(audience, in_force.code_maps)
    origin = Origin(moment.decision_id, made_by or engine(), policy[DIGEST])
    told = response(decision, cards, in_force.release, origin, quality.unread)
    return Answer(told, decision, in_force.release, policy, chart.notes, declined)


def _decision(release: Release, chart: Chart, hook: str, at: datetime) -> Decision:
    _refuse_past_its_end(release, at)
    return evaluate(release, chart, hook, at)


def _refuse_past_its_end(release: Release, at: datetime) -> None:
    """Raises `RequestError` 503 where the release must not answer any more at `at`: never silence instead."""
    if has_ended(release, at):
        raise RequestError(
            503,
            "business-rule",
            f"Release {release.version} was valid until {effective_until(release)}, so it answers nobody any more.",
            "Install or name a newer release; `heel-cds knowledge list` shows those there are.",
        )


def _beside(
    shadow: Release, chart: Chart, hook: str, at: datetime, release: Release, decision: Decision
) -> dict[str, Any]:
    """What the shadow release would have said otherwise: topics and rules, or that it failed. It touches no answer."""
    told: dict[str, Any] = {"version": shadow.version, "digest": shadow.digest}
    try:
        found = flips(decision, release, evaluate(shadow, chart, hook, at), shadow)
    except Exception as problem:
        LOG.error("the shadow release failed", extra={"error": type(problem).__name__})
        return {**told, "failed": True}
    return {**told, "flips": [flip.told() for flip in found]}
