"""`heel-cds replay`: the same answer again, to the byte, from the record and the request."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from cds_service import logs
from cds_service.errors import HeelCdsError, RequestError
from cds_service.files import content_of
from cds_service.intake.concept_maps import CodeMaps
from cds_service.intake.json_text import read_json
from cds_service.key_files import read_public_key
from cds_service.recorded import Recorded, read_recorded
from cds_service.replay import replay
from cds_service.settings import Settings


def add_command(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Prints the answer as it was given, and on standard error whether it is the same to the byte. RECORD is what "
        "`heel-cds audit show DECISION` prints, REQUEST the call as it was sent; nothing is read from any server. "
        "Exits 1 when the answer is another one, the record was changed, or the request does not belong to it."
    )
    parser.add_argument("record", metavar="RECORD")
    parser.add_argument("request", metavar="REQUEST")
    add_key(parser)
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON in place of the answer")
    parser.set_defaults(command=_replay)


def add_key(parser: argparse.ArgumentParser) -> None:
    """The option of commands that take a RECORD."""
    parser.add_argument(
        "--key", type=Path, action="append", metavar="PUBKEY", help="who must have signed the checkpoint of RECORD"
    )


def _replay(arguments: argparse.Namespace) -> int:
    settings = Settings.from_env(os.environ)
    logs.start(settings.log_level)
    try:
        recorded = recorded_in(arguments.record, arguments.key)
        request = content_of(arguments.request)
        replayed = replay(recorded, request, CodeMaps.load(settings.code_maps), settings.releases)
    except RequestError as problem:
        return _told(arguments, same=False, reasons=[f"{problem.text} {problem.diagnostics}"])
    if not arguments.json:
        sys.stdout.buffer.write(replayed.answer.sent)
        sys.stdout.buffer.flush()
    return _told(arguments, same=replayed.same, reasons=list(replayed.remarks))


def recorded_in(name: str, keys: Sequence[Path] | None) -> Recorded:
    """The decision in a file. Raises `HeelCdsError` when it is no JSON object, and as `read_recorded`."""
    content = content_of(name)
    try:
        entry = read_json(content)
    except RequestError:
        entry = None
    if not isinstance(entry, dict):
        raise HeelCdsError(f"{name}: expected the JSON object that `heel-cds audit show DECISION` prints")
    return read_recorded(entry, [read_public_key(path) for path in keys or ()])


def _told(arguments: argparse.Namespace, *, same: bool, reasons: list[str]) -> int:
    if arguments.json:
        print(json.dumps({"same": same, "reasons": reasons}))
    else:
        verdict = "The same answer, to the byte." if same else "NOT the same answer."
        print("\n".join([verdict, *reasons]), file=sys.stderr)
    return 0 if same else 1
