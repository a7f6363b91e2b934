"""Making a recorded decision again, offline: from its record, its request and the release it names.

The same bytes come back, or an error says what is in the way. No error repeats anything of the request.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from cards.audience import Audience
from cds_service.decide import Answer, InForce, Moment, answer
from cds_service.engine_identity import engine
from cds_service.intake.call import Call, parse_call
from cds_service.intake.concept_maps import CodeMaps
from cds_service.intake.deadline import Deadline
from cds_service.intake.gather import Gathered, gather
from cds_service.intake.json_text import read_object
from cds_service.policy import CODE_MAPS, DIGEST, audience_of, digest_of_policy
from cds_service.recorded import Engine, Knowledge, Record, Recorded, refusal
from cds_service.records.commitment import AS_GATHERED, AS_SENT, committed, matches
from cds_service.records.forms import record_of
from cds_service.records.retained import gathered_of
from cds_service.records.shown import cards_in
from cds_service.services import SERVICES, Service
from cds_service.trust.addresses import FhirAccess
from knowledge.errors import ReleaseError
from knowledge.release import RELEASES, Release, load_release

_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision made again. `same` says whether the answer is the one that was given, to the byte.

    `remarks` say what differs from the service that gave it.
    """

    answer: Answer
    release: Release
    same: bool
    remarks: tuple[str, ...] = ()


def replay(recorded: Recorded, request: bytes, code_maps: CodeMaps, releases: Path = RELEASES) -> Replayed:
    """Make a recorded decision again on the request that was answered.

    Raises `RequestError` when the request is another one, or the release, or the maps of local codes, are not those
    of the record.
    """
    record, salt = recorded.record, recorded.salt
    commitment = record.commitment
    if commitment.algorithm not in _ANOTHER:
        raise refusal("The record commits to its request by an algorithm that is not known here.", _OTHER_VERSION)
    if not matches(salt, request, commitment.request):
        raise refusal("The request is not the one this decision was made on.", _ANOTHER[commitment.algorithm])
    release = _release(record.knowledge, releases)
    audience = _audience(record.policy, code_maps)
    call, gathered = _read(request, record)
    moment, made_by = Moment(record.at, record.decision), msgspec.to_builtins(record.engine)
    answered = answer(
        gathered, call, audience, InForce(release, code_maps), moment, frozenset(record.declined), made_by=made_by
    )
    same = hmac.compare_digest(committed(salt, answered.sent), commitment.answer)
    differing = list(_differing(record, answered))
    return Replayed(answered, release, same and not differing, (*differing, *_remarks(record.engine)))


_OTHER_VERSION = "Replay with the version of the service that made the decision."
_ANOTHER = {
    AS_SENT: "It differs from what was sent, if only by a digit; bring the request as it was sent.",
    AS_GATHERED: "Part of the data was read by FHIR call-back: bring the file the service kept in HEEL_CDS_REQUESTS, "
    "which holds what was read; without that setting nobody has it.",
}


def _release(knowledge: Knowledge, releases: Path) -> Release:
    named = f"{knowledge.name} {knowledge.version}"
    try:
        release = load_release(knowledge.version, releases)
    except ReleaseError as problem:
        raise refusal(f"Release {named} cannot be had here.", str(problem)) from problem
    if release.digest != knowledge.digest:
        raise refusal(
            f"Release {named} is not the one the decision was made with.",
            f"Its digest is {release.digest}, the record says {knowledge.digest}.",
        )
    return release


def _audience(policy: Mapping[str, Any], code_maps: CodeMaps) -> Audience:
    if digest_of_policy(policy) != policy.get(DIGEST):
        raise refusal("The record's policy does not have the digest it names.", "The record was changed; verify it.")
    if policy.get(CODE_MAPS) != code_maps.digest:
        raise refusal(
            "The maps of local codes are not those of the decision.",
            f"The record names {policy.get(CODE_MAPS)}, here is {code_maps.digest}; set HEEL_CDS_CODE_MAPS to the "
            "folder of that time.",
        )
    try:
        return audience_of(policy)
    except ValueError as problem:
        raise refusal(f"The record's policy is one that no client may have: {problem}.", _OTHER_VERSION) from None


def _read(request: bytes, record: Record) -> tuple[Call, Gathered]:
    service = _service(record.service)
    call = parse_call(request, service)
    if record.commitment.algorithm == AS_SENT:  # nothing was read by FHIR then, so nothing is now
        return call, gather(call, service, FhirAccess(), Deadline.after(_SECONDS))
    try:
        return call, gathered_of(read_object(request))
    except (LookupError, TypeError, ValueError):
        raise refusal("The request does not hold what was read by FHIR call-back.", _ANOTHER[AS_GATHERED]) from None


def _service(name: str) -> Service:
    for service in SERVICES:
        if service.id == name:
            return service
    raise refusal(f"There is no service {name}.", _OTHER_VERSION)


def _differing(record: Record, answered: Answer) -> Iterator[str]:
    """What the record says otherwise than the decision that was made again; the answer does not tell all of it."""
    again = record_of(answered.response, answered.decision, record.client)
    shown = [card.told() for card in cards_in(answered.response, answered.decision, {})]
    cards = [{"card": one["card"], "advice": one["advice"]} for one in shown]
    told = None if record.cards is None else [{n: one.get(n) for n in ("card", "advice")} for one in record.cards]
    pairs = {
        "hook": (record.hook, again["hook"]),
        "rules": (record.rules, again["rules"]),
        "failed": (record.failed, again["failed"]),
        "shown": (record.shown, again["shown"]),
        "cards": (cards if told is None else told, cards),
    }
    yield from (f"The record differs from the decision made again: {name}." for name, (a, b) in pairs.items() if a != b)


def _remarks(made: Engine) -> Iterator[str]:
    here = engine()
    if made.digest != here["digest"]:
        yield (
            f"The decision was made by engine {made.version} ({made.digest}); this is {here['version']} "
            f"({here['digest']})."
        )
