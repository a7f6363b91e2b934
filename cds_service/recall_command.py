"""`heel-cds audit recall`: the decisions a rule had to do with, on a log that was verified for it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from difflib import get_close_matches

from sqlalchemy import Connection

from cds_service.advisory_commands import check_advisory, write_advisory
from cds_service.errors import HeelCdsError
from cds_service.existing_log import existing_log
from cds_service.files import check_window
from cds_service.key_files import read_public_key
from cds_service.records.database import reading
from cds_service.records.log_key import verifying_keys
from cds_service.records.reading import Window, recall, rules_by_version
from cds_service.records.verification import verify_kept
from cds_service.records.versions import Versions
from cds_service.settings import Settings

_MOST_TOLD = 10


def recall_decisions(arguments: argparse.Namespace) -> int:
    """Print what was asked for; where the log was damaged warn, and sign no advisory (1)."""
    settings = Settings.from_env(os.environ)
    check_window(arguments)
    check_advisory(arguments)
    with existing_log(settings) as engine, reading(engine) as connection:
        _check_rule(arguments.rule, arguments.versions, rules_by_version(connection, settings.releases))
        whole = _is_whole(arguments, settings, connection)
        if arguments.advisory and not whole:
            print("heel-cds: no advisory was signed: what is missing may belong in it", file=sys.stderr)
            return 1
        found = _print(arguments, settings, connection)
        if arguments.advisory:
            write_advisory(arguments, settings, connection, found)
    return 0


def _print(arguments: argparse.Namespace, settings: Settings, connection: Connection) -> list[str]:
    window, decisions = Window(arguments.since, arguments.until), []
    for one in recall(connection, arguments.rule, arguments.versions, window, arguments.outcome, settings.releases):
        columns = (one.decision, one.client, one.at, one.release)
        print(json.dumps(asdict(one)) if arguments.json else "\t".join(columns))
        decisions.append(one.decision)
    return decisions


def _is_whole(arguments: argparse.Namespace, settings: Settings, connection: Connection) -> bool:
    keys = [*verifying_keys(None, settings), *(read_public_key(path) for path in arguments.key or ())]
    faults = verify_kept(connection, keys, records_alone=True).faults
    for fault in faults[:_MOST_TOLD]:
        print(f"heel-cds: {fault}", file=sys.stderr)
    if faults:
        print(
            f"heel-cds: the log does not verify ({len(faults)} faults), so what it holds may not be all, or not true; "
            "heel-cds audit verify tells everything",
            file=sys.stderr,
        )
    return not faults


def _check_rule(rule: str, versions: Versions, known: Mapping[str, frozenset[str]]) -> None:
    """Raises `HeelCdsError` where nothing could be found, since no release that is asked for has the rule."""
    having = [version for version, rules in known.items() if rule in rules]
    if not having:
        every = sorted(frozenset().union(*known.values()))
        near = get_close_matches(rule, every, n=3)
        meant = f"did you mean {' or '.join(near)}? " if near else ""
        raise HeelCdsError(f"--rule: no release has a rule {rule!r}; {meant}There are: {', '.join(every)}")
    if not any(version in versions for version in having):
        raise HeelCdsError(f"--versions: {versions} has no rule {rule!r}; it is in {', '.join(having)}")
