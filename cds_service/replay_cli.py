"""`heel-cds replay`: the same answer again, to the byte, from the record and the request."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from cds_service import logs
from cds_service.errors import HeelCdsError, RequestError
from cds_service.files import content_of
from cds_service.intake.concept_maps import CodeMaps
from cds_service.replay import replay
from cds_service.settings import Settings


def add_command(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Prints the answer as it was given, and on standard error whether it is the same to the byte. RECORD is what "
        "`heel-cds audit show DECISION` prints, REQUEST the call as it was sent; nothing is read from any server. "
        "Exits 1 when the answer is another one or the request does not belong to the record."
    )
    parser.add_argument("record", metavar="RECORD")
    parser.add_argument("request", metavar="REQUEST")
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON in place of the answer")
    parser.set_defaults(command=_replay)


def _replay(arguments: argparse.Namespace) -> int:
    settings = Settings.from_env(os.environ)
    logs.start(settings.log_level)
    entry = entry_of(content_of(arguments.record), arguments.record)
    try:
        replayed = replay(entry, content_of(arguments.request), CodeMaps.load(settings.code_maps), settings.releases)
    except RequestError as problem:
        return _told(arguments, same=False, reasons=[f"{problem.text} {problem.diagnostics}"])
    if not arguments.json:
        sys.stdout.buffer.write(replayed.answer.sent)
        sys.stdout.buffer.flush()
    return _told(arguments, same=replayed.same, reasons=list(replayed.remarks))


def entry_of(content: bytes, name: str) -> Mapping[str, Any]:
    """An entry of the log from a file. Raises `HeelCdsError` when it is no JSON object."""
    try:
        entry = json.loads(content)
    except ValueError:
        entry = None
    if not isinstance(entry, dict):
        raise HeelCdsError(f"{name}: expected the JSON object that `heel-cds audit show DECISION` prints")
    return entry


def _told(arguments: argparse.Namespace, *, same: bool, reasons: list[str]) -> int:
    if arguments.json:
        print(json.dumps({"same": same, "reasons": reasons}))
    else:
        verdict = "The same answer, to the byte." if same else "NOT the same answer."
        print("\n".join([verdict, *reasons]), file=sys.stderr)
    return 0 if same else 1
