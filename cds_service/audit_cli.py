"""The commands `heel-cds audit ...`: verify, prove, show, search and export the decision log."""

from __future__ import annotations

import argparse
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

from cds_service.files import instant as given
from cds_service.loaded_late import loaded_late
from cds_service.records.forms import OUTCOMES, REASON, instant, one_of
from cds_service.records.reasons import ACCEPTED_INDEXES, ERASURES
from cds_service.records.versions import Versions


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Add the commands to `heel-cds audit`; each sets `command`, which gives the exit status."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = {
        name: commands.add_parser(name, help=told)
        for name, told in {
            "verify": "recompute the whole log and compare it with its checkpoints",
            "checkpoint": "sign the log as it is now, and deliver what is due",
            "export": "all checkpoints, to keep where this service cannot change them",
            "key": "the public key that verifies the checkpoints",
            "records": "all records of a time as NDJSON",
            "show": "one record with the proof that it is in the log",
            "prove": "the proof that the log of B records begins with that of A",
            "erase": "erase salt, pseudonyms and kept request of one decision, and put that on record",
            "recall": "the decisions a rule had to do with",
            "accept-index": "accept the release index as it is, which does not continue the one accepted before",
            "token": "make a token with which an auditor may ask /decisions over HTTP",
            "advisory": "verify a signed advisory, and tell what it says",
            "shadow": "how often the shadow release would have said something else",
        }.items()
    }
    one["verify"].add_argument("--checkpoints", type=Path, metavar="FILE", help="checkpoints kept elsewhere")
    one["verify"].add_argument("--key", type=Path, action="append", metavar="PUBKEY", help="file; may be repeated")
    one["export"].add_argument("--to", metavar="FILE|URL", help="default: standard output")
    for windowed in ("records", "recall", "shadow"):
        one[windowed].add_argument("--since", type=instant_of_record, metavar="INSTANT", help="RFC 3339, included")
        one[windowed].add_argument("--until", type=instant_of_record, metavar="INSTANT", help="RFC 3339, not included")
    for about in ("show", "erase"):
        one[about].add_argument("decision", type=_decision, metavar="DECISION", help="the decisionId of an answer")
    one["show"].add_argument("--fhir", action="store_true", help="as FHIR R4 AuditEvent and Provenance")
    one["prove"].add_argument("earlier", type=int, metavar="A")
    one["prove"].add_argument("later", type=int, metavar="B")
    for reasoned, known in (("erase", ERASURES), ("accept-index", ACCEPTED_INDEXES)):
        one[reasoned].add_argument("--reason", type=_one_of(known), required=True, metavar="CODE", help=_listed(known))
    one["token"].add_argument("--label", type=_code, default="auditor", help="whose it is, for the log (%(default)s)")
    one["token"].add_argument("--days", type=int, default=90, metavar="N", help="how long it holds (%(default)s)")
    one["advisory"].add_argument("file", type=Path, metavar="FILE")
    one["advisory"].add_argument("--key", type=Path, action="append", metavar="PUBKEY", help="file; may be repeated")
    one["advisory"].add_argument("--decisions", type=Path, metavar="FILE", help="what recall printed, to compare")
    _add_recall(one["recall"])
    for name, command in one.items():
        command.add_argument("--json", action="store_true", help="print JSON")
        command.set_defaults(command=loaded_late("cds_service.audit_commands", name))


def _add_recall(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rule", required=True, metavar="NAME")
    parser.add_argument("--versions", type=_versions, default=Versions(), metavar="RANGE", help="2.0.0 or 2.0.0..3.1.0")
    parser.add_argument("--advisory", type=Path, metavar="FILE", help="also write what was found as a signed note")
    parser.add_argument("--key", type=Path, action="append", metavar="PUBKEY", help="an older key of the log; file")
    parser.add_argument("--reason", metavar="TEXT", help="what is the matter, in one line, for the advisory")
    parser.add_argument("--outcome", choices=OUTCOMES, default="shown", help="what came of it (default %(default)s)")


def instant_of_record(text: str) -> str:
    """An RFC 3339 instant from a command line, as records write it."""
    return instant(given(text))


def _code(text: str) -> str:
    if not REASON.fullmatch(text):
        raise argparse.ArgumentTypeError("expected a code, not text: lower-case letters, digits and hyphens")
    return text


def _one_of(known: Mapping[str, str]) -> Callable[[str], str]:
    def code(text: str) -> str:
        try:
            return one_of(known, text)
        except ValueError as problem:
            raise argparse.ArgumentTypeError(str(problem)) from None

    return code


def _listed(known: Mapping[str, str]) -> str:
    return f"one of {', '.join(known)}"


def _decision(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise argparse.ArgumentTypeError("expected the decisionId of an answer, a UUID of 36 characters") from None


def _versions(text: str) -> Versions:
    try:
        return Versions.read(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None
