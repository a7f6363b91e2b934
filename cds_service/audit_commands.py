"""What the commands `heel-cds audit ...` do; each gives the exit status."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import select

from cds_service.advisory_commands import verify_advisory
from cds_service.engine_identity import engine as this_engine
from cds_service.erase_command import erase
from cds_service.errors import HeelCdsError, NotDelivered
from cds_service.existing_log import existing_log
from cds_service.files import check_window
from cds_service.published import Published
from cds_service.recall_command import recall_decisions
from cds_service.records.accepted import record_of as release_record
from cds_service.records.as_fhir import as_fhir
from cds_service.records.checkpoints import Checkpoints, Schedule, newest_checkpoint
from cds_service.records.database import reading
from cds_service.records.decision_log import DecisionLog
from cds_service.records.delivery import deliver
from cds_service.records.log_key import signing_key, verifying_keys
from cds_service.records.reading import Window, bodies, consistency, record_file
from cds_service.records.signed_notes import Checkpoint, read_notes, verifier_key
from cds_service.records.tables import CHECKPOINTS
from cds_service.records.verification import Verification, verify_kept
from cds_service.settings import Settings
from cds_service.trust.auditors import new_token


def _settings() -> Settings:
    return Settings.from_env(os.environ)


def _verify(arguments: argparse.Namespace) -> int:
    settings = _settings()
    keys = verifying_keys(arguments.key, settings)
    elsewhere = _checkpoints_in(arguments.checkpoints) if arguments.checkpoints else []
    with existing_log(settings) as engine, reading(engine) as connection:
        if not keys and (elsewhere or newest_checkpoint(connection)):
            raise HeelCdsError("--key: there are checkpoints and no key to verify them; expected the public key's file")
        found = verify_kept(connection, keys, elsewhere)
    print(json.dumps(asdict(found)) if arguments.json else "\n".join(_told(found)))
    return 1 if found.faults else 0


def _file(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise HeelCdsError(f"{path}: cannot be read ({type(problem).__name__}); expected checkpoints as text") from None


def _checkpoints_in(path: Path) -> list[Checkpoint]:
    try:
        found = list(read_notes(_file(path)))
    except ValueError as problem:
        raise HeelCdsError(f"{path}: {problem}") from None
    if not found:
        raise HeelCdsError(f"{path}: it holds no checkpoint; expected those that heel-cds audit export wrote")
    return found


def _told(found: Verification) -> list[str]:
    if found.faults:
        return [*found.faults, f"The log does not verify: {len(found.faults)} faults in {found.size} records."]
    verdict = f"The log verifies: {found.size} records, {found.checkpoints} checkpoints, root {found.root}"
    return [verdict, *(f"Not proved: {limit}." for limit in found.limits)]


def _checkpoint(arguments: argparse.Namespace) -> int:
    settings = _settings()
    with existing_log(settings) as engine:
        checkpoints = Checkpoints(
            engine, signing_key(settings), Schedule(place=settings.checkpoints, ca_file=settings.ca_file)
        )
        note = checkpoints.make()
        try:
            delivered, problem = checkpoints.deliver(), None
        except NotDelivered as refused:
            delivered, problem = 0, f"not delivered: {refused}"
    told = {"checkpoint": note, "delivered": delivered} | ({"problem": problem} if problem else {})
    print(json.dumps(told, ensure_ascii=False) if arguments.json else note + (f"\n{problem}" if problem else ""))
    return 1 if problem else 0


def _export(arguments: argparse.Namespace) -> int:
    with existing_log(_settings()) as engine, reading(engine) as connection:
        notes = [*connection.execute(select(CHECKPOINTS.c.note).order_by(CHECKPOINTS.c.number)).scalars()]
    if arguments.to is None:
        print(json.dumps(notes, ensure_ascii=False) if arguments.json else "\n".join(notes))
        return 0
    kept = _kept(arguments.to)
    new = [note for note in notes if note not in kept]
    try:
        for note in new:
            deliver(note, arguments.to, _settings().ca_file)
    except NotDelivered as problem:
        raise HeelCdsError(
            f"--to: the place took no checkpoint ({problem}); expected a file or URL that does"
        ) from None
    print(json.dumps({"exported": len(new)}) if arguments.json else f"{len(new)} checkpoints exported")
    return 0


def _kept(place: str) -> str:
    """What a file of checkpoints holds already."""
    return "" if "://" in place or not Path(place).exists() else _file(Path(place))


def _key(arguments: argparse.Namespace) -> int:
    line = verifier_key(signing_key(_settings()).public_key())
    print(json.dumps({"key": line}) if arguments.json else line)
    return 0


def _records(arguments: argparse.Namespace) -> int:
    check_window(arguments)
    with existing_log(_settings()) as engine, reading(engine) as connection:
        for body in bodies(connection, Window(arguments.since, arguments.until)):
            print(body)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    with existing_log(_settings()) as engine:
        entry = DecisionLog(engine).entry(arguments.decision)
        if entry is None:
            return _no(arguments, f"no record of decision {arguments.decision}")
        with reading(engine) as connection:
            told = record_file(connection, entry)
    print(json.dumps(as_fhir(told) if arguments.fhir else told, indent=None if arguments.json else 2))
    return 0


def _prove(arguments: argparse.Namespace) -> int:
    with existing_log(_settings()) as engine, reading(engine) as connection:
        try:
            told = consistency(connection, arguments.earlier, arguments.later)
        except ValueError as problem:
            raise HeelCdsError(f"A and B: {problem}; expected 0 <= A <= B <= the number of records") from None
    print(json.dumps(told, indent=None if arguments.json else 2))
    return 0


def _accept_index(arguments: argparse.Namespace) -> int:
    settings = _settings()
    with existing_log(settings) as engine:
        found = Published(settings, None)
        accepted = found.now()
        if accepted is None:
            return _no(arguments, "; ".join(found.faults_now()))
        DecisionLog(engine).append(release_record(accepted, this_engine(), datetime.now(UTC), arguments.reason))
    told = {"version": accepted.version, "events": accepted.events, "head": accepted.head}
    print(json.dumps(told) if arguments.json else f"accepted, and on record: {accepted.events} events, {accepted.head}")
    return 0


def _no(arguments: argparse.Namespace, reason: str) -> int:
    print(json.dumps({"found": False, "reason": reason}) if arguments.json else reason)
    return 1


def _advisory(arguments: argparse.Namespace) -> int:
    return verify_advisory(arguments, _settings())


class _Flip(msgspec.Struct):
    kind: str
    rule: str


class _Shadow(msgspec.Struct):
    version: str
    failed: bool = False
    flips: list[_Flip] = []


class _Shadowed(msgspec.Struct):
    """What a record says of a shadow release."""

    shadow: _Shadow | None = None


def _shadow(arguments: argparse.Namespace) -> int:
    check_window(arguments)
    decode = msgspec.json.Decoder(_Shadowed).decode
    counts: Counter[tuple[str, str, str]] = Counter()
    with existing_log(_settings()) as engine, reading(engine) as connection:
        for body in bodies(connection, Window(arguments.since, arguments.until)):
            beside = decode(body).shadow
            if beside is not None:
                counts[(beside.version, "evaluated", "")] += 1
                counts[(beside.version, "failed", "")] += beside.failed
                counts.update({(beside.version, flip.kind, flip.rule) for flip in beside.flips})
    found = [{"version": v, "kind": k, "rule": r, "decisions": count} for (v, k, r), count in sorted(counts.items())]
    if arguments.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{one['version']}\t{one['decisions']}\t{one['kind']}\t{one['rule']}" for one in found))
    return 0


def _token(arguments: argparse.Namespace) -> int:
    made = new_token(_settings(), arguments.label, arguments.days, datetime.now(UTC))
    print(json.dumps({"token": made.token, "expires": made.expires}) if arguments.json else made.token)
    print("Shown this once; only its digest was kept.", file=sys.stderr)
    return 0


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "verify": _verify,
    "checkpoint": _checkpoint,
    "export": _export,
    "key": _key,
    "records": _records,
    "show": _show,
    "prove": _prove,
    "erase": erase,
    "accept-index": _accept_index,
    "recall": recall_decisions,
    "shadow": _shadow,
    "token": _token,
    "advisory": _advisory,
}
