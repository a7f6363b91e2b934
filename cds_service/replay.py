"""Making a recorded decision again, offline: from its record, its request and the release it names.

The same bytes come back, or an error says what is in the way. No error repeats anything of the request.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cds_service.decide import Answer, InForce, Moment, answer
from cds_service.engine_identity import engine
from cds_service.errors import RequestError
from cds_service.intake.call import Call, parse_call
from cds_service.intake.concept_maps import CodeMaps
from cds_service.intake.deadline import Deadline
from cds_service.intake.gather import Gathered, gather
from cds_service.intake.json_text import read_object
from cds_service.policy import CODE_MAPS, DIGEST, audience_of, digest_of_policy
from cds_service.records.commitment import AS_GATHERED, AS_SENT, committed, matches
from cds_service.records.retained import gathered_of
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


def replay(entry: Mapping[str, Any], request: bytes, code_maps: CodeMaps, releases: Path = RELEASES) -> Replayed:
    """Make the decision of a log entry (`record` and `salt`) again on the request that was answered.

    Raises `RequestError` when the entry is no decision, its salt was erased, the request is another one,
    or the release, or the maps of local codes, are not those of the record.
    """
    record, salt = _opened(entry)
    commitment = record["commitment"]
    if not matches(salt, request, commitment["request"]):
        raise _refusal("The request is not the one this decision was made on.", _ANOTHER[commitment["algorithm"]])
    release = _release(record["knowledge"], releases)
    _check_policy(record["policy"], code_maps)
    call, gathered = _read(request, record, commitment["algorithm"])
    moment = Moment(datetime.fromisoformat(record["at"]), uuid.UUID(record["decision"]))
    in_force, audience = InForce(release, code_maps), audience_of(record["policy"])
    declined = frozenset(record.get("declined", ()))
    answered = answer(gathered, call, audience, in_force, moment, declined, made_by=record["engine"])
    same = hmac.compare_digest(committed(salt, answered.sent), commitment["answer"])
    return Replayed(answered, release, same, tuple(_remarks(record)))


_ANOTHER = {
    AS_SENT: "It differs from what was sent, if only by a digit; bring the request as it was sent.",
    AS_GATHERED: "Part of the data was read by FHIR call-back: bring the file the service kept in HEEL_CDS_REQUESTS, "
    "which holds what was read; without that setting nobody has it.",
}


def _refusal(text: str, hint: str) -> RequestError:
    return RequestError(422, "conflict", text, hint)


def _opened(entry: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """The record and the salt of an entry of the log."""
    record = entry.get("record") if isinstance(entry, Mapping) else None
    if not isinstance(record, Mapping) or record.get("kind") != "decision" or "commitment" not in record:
        raise _refusal(
            "The record is not one of a decision.",
            "Expected what `heel-cds audit show DECISION` prints: an object with record and salt.",
        )
    salt = entry.get("salt")
    if not isinstance(salt, str):
        raise _refusal(
            "The salt of this decision was erased.",
            "Nobody can show any more which request it was made on; the record itself still stands in the log.",
        )
    return record, salt


def _release(knowledge: Mapping[str, str], releases: Path) -> Release:
    named = f"{knowledge['name']} {knowledge['version']}"
    try:
        release = load_release(knowledge["version"], releases)
    except ReleaseError as problem:
        raise _refusal(f"Release {named} cannot be had here.", str(problem)) from problem
    if release.digest != knowledge["digest"]:
        raise _refusal(
            f"Release {named} is not the one the decision was made with.",
            f"Its digest is {release.digest}, the record says {knowledge['digest']}.",
        )
    return release


def _check_policy(policy: Mapping[str, Any], code_maps: CodeMaps) -> None:
    if digest_of_policy(policy) != policy[DIGEST]:
        raise _refusal("The record's policy does not have the digest it names.", "The record was changed; verify it.")
    if policy[CODE_MAPS] != code_maps.digest:
        raise _refusal(
            "The maps of local codes are not those of the decision.",
            f"The record names {policy[CODE_MAPS]}, here is {code_maps.digest}; set HEEL_CDS_CODE_MAPS to the folder "
            "of that time.",
        )


def _read(request: bytes, record: Mapping[str, Any], algorithm: str) -> tuple[Call, Gathered]:
    service = _service(record["service"])
    call = parse_call(request, service)
    if algorithm == AS_GATHERED:
        return call, gathered_of(read_object(request))
    # Nothing was read by FHIR then, so nothing is now.
    return call, gather(call, service, FhirAccess(), Deadline.after(_SECONDS))


def _service(name: str) -> Service:
    for service in SERVICES:
        if service.id == name:
            return service
    raise _refusal(f"There is no service {name}.", "Replay with the version of the service that made the decision.")


def _remarks(record: Mapping[str, Any]) -> Iterator[str]:
    made, here = record["engine"], engine()
    if made["digest"] != here["digest"]:
        yield (
            f"The decision was made by engine {made['version']} ({made['digest']}); this is {here['version']} "
            f"({here['digest']})."
        )
