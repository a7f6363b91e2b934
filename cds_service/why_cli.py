"""`heel-cds why`: for each rule the facts that carried it, what is missing, and what would flip it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from cds_service import logs
from cds_service.decide import whole_second
from cds_service.evaluate_file import evaluate_file
from cds_service.explaining import rules_told
from cds_service.files import content_of
from cds_service.intake.concept_maps import CodeMaps
from cds_service.replay import replay
from cds_service.replay_cli import add_key, recorded_in
from cds_service.services import HOOKS
from cds_service.settings import Settings
from knowledge.decision import Decision
from knowledge.release import Release, load_release
from knowledge.why import in_plain_words, why


def add_command(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Without --rule the rules that are due are told, with what became of each. FILE is a Bundle, NDJSON or a CDS "
        "Hooks request; with --record it must be the request of that record."
    )
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--record", metavar="RECORD", help="what `heel-cds audit show DECISION` prints")
    add_key(parser)
    parser.add_argument("--rule", metavar="NAME", help="one rule, whatever came of it")
    parser.add_argument("--hook", choices=HOOKS, help="the hook (default: the request's, else patient-view)")
    parser.add_argument("--json", action="store_true", help="print JSON, one line for each patient")
    parser.set_defaults(command=_why)


def _why(arguments: argparse.Namespace) -> int:
    settings = Settings.from_env(os.environ)
    logs.start(settings.log_level)
    same = True
    for decision, release, as_recorded in _decisions(arguments, settings):
        same = same and as_recorded
        told = [
            why(release, decision, name)
            for name in rules_told([arguments.rule] if arguments.rule else [], decision, release)
        ]
        if arguments.json:
            print(json.dumps(told, ensure_ascii=False))
        else:
            print("\n".join(line for one in told for line in in_plain_words(one)) or "no rule is due")
    if not same:
        print("NOT the same answer: see `heel-cds replay` for what differs.", file=sys.stderr)
    return 0 if same else 1


def _decisions(arguments: argparse.Namespace, settings: Settings) -> Iterator[tuple[Decision, Release, bool]]:
    """Each decision, by which release, and whether it is the one that is on record."""
    content = content_of(arguments.file)
    if arguments.record:
        recorded = recorded_in(arguments.record, arguments.key)
        replayed = replay(recorded, content, CodeMaps.load(settings.code_maps), settings.releases)
        yield replayed.answer.decision, replayed.release, replayed.same
        return
    release = load_release(settings.knowledge, settings.releases)
    for one in evaluate_file(content, settings, release, arguments.hook, whole_second(datetime.now(UTC))):
        yield one.decision, release, True
