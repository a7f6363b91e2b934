"""The command `heel-cds`. Exits 0, 1 when the answer is no, 2 when it was used wrongly or cannot do its work."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from cards import reading
from cards.wording import Wording
from cds_service import (
    audit_cli,
    check_cli,
    feedback_cli,
    knowledge_cli,
    logs,
    migrate_cli,
    replay_cli,
    samples,
    site_pack_cli,
    why_cli,
)
from cds_service.decide import whole_second
from cds_service.errors import HeelCdsError
from cds_service.evaluate_file import Evaluation, evaluate_file
from cds_service.files import content_of, instant
from cds_service.services import HOOKS
from cds_service.settings import LANGUAGE_TAG, Settings
from knowledge.errors import ReleaseError
from knowledge.explain import as_lines, explain
from knowledge.index import version_at
from knowledge.release import load_release

NO_PATIENT = "the file names no patient, so there is nobody to advise on; expected a Patient, or resources about one"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the value is the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that lacks a character is no reason to show no card.
            stream.reconfigure(errors="replace")
    arguments = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        return command(arguments)
    except (HeelCdsError, ReleaseError) as problem:
        print(f"heel-cds: {_told(problem)}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _told(problem: Exception) -> str:
    hint = getattr(problem, "diagnostics", "")
    return f"{problem} {hint}".strip()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="heel-cds", description="Heel-pain decision support for people who run.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _serve_parser(commands.add_parser("serve", help="run the CDS Hooks service"))
    _evaluate_parser(commands.add_parser("evaluate", help="show the cards for one file"))
    sample = commands.add_parser("sample", help="print a made-up patient as a CDS Hooks request")
    sample.add_argument("name", choices=samples.names())
    sample.set_defaults(command=_sample)
    replay_cli.add_command(commands.add_parser("replay", help="make a recorded decision again, offline"))
    why_cli.add_command(commands.add_parser("why", help="why a rule spoke, or why not, and what would flip it"))
    migrate_cli.add_command(commands.add_parser("migrate", help="bring the tables of the database up to date, and end"))
    site_pack_cli.add_command(commands.add_parser("site-pack", help="what a hospital needs to switch the service on"))
    check_cli.add_command(commands.add_parser("check", help="what passes at any CDS Hooks service, and what to mend"))
    knowledge_cli.add_commands(commands.add_parser("knowledge", help="the releases of the knowledge"))
    audit_cli.add_commands(commands.add_parser("audit", help="the decision log"))
    feedback_cli.add_commands(commands.add_parser("feedback", help="what became of the cards"))
    return parser


def _serve_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=_port, default=8000, help="port to listen on (default %(default)s)")
    parser.add_argument("--workers", type=_positive, default=1, help="processes that answer (default %(default)s)")
    parser.set_defaults(command=_serve)


def _evaluate_parser(parser: argparse.ArgumentParser) -> None:
    parser.description = "FILE is a FHIR Bundle, an NDJSON file or a CDS Hooks request; - is standard input."
    parser.add_argument("file", metavar="FILE")
    parser.add_argument(
        "--hook", choices=HOOKS, help="the hook to evaluate for (default: the request's, else patient-view)"
    )
    parser.add_argument("--knowledge", metavar="V", help="version of the knowledge (default: the active one)")
    parser.add_argument("--language", type=_language, metavar="TAG", help="language of the cards (default: en)")
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--at", type=instant, metavar="INSTANT", help="evaluation instant, RFC 3339 (default: now)")
    when.add_argument(
        "--as-of", type=instant, metavar="INSTANT", help="the same, with the release that was in force then"
    )
    parser.add_argument("--explain", action="store_true", help="also show each fact and what came of each rule")
    parser.add_argument("--json", action="store_true", help="print the CDS Hooks response, one a line for each patient")
    parser.set_defaults(command=_evaluate)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; write a number from 1 to 65535")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def _language(text: str) -> str:
    if not LANGUAGE_TAG.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a language tag; write en, es or es-MX")
    return text


def _serve(arguments: argparse.Namespace) -> int:
    from cds_service.counted import counting_together

    with counting_together():
        return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    from cds_service.app import create_app  # evaluate needs no web server, and starts sooner without one
    from cds_service.serve import run

    settings = Settings.from_env(os.environ)
    logs.start(settings.log_level)
    run(create_app(settings), settings, arguments.host, arguments.port, arguments.workers)
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    settings = Settings.from_env(os.environ)
    settings = replace(settings, language=arguments.language or settings.language)
    logs.start(settings.log_level)
    if arguments.as_of and arguments.knowledge:
        raise HeelCdsError("--as-of names the release of that day by itself; use --at with --knowledge")
    then = version_at(arguments.as_of, settings.releases) if arguments.as_of else None
    release = load_release(then or arguments.knowledge or settings.knowledge, settings.releases)
    at = whole_second(arguments.as_of or arguments.at or datetime.now(UTC))
    patients = 0
    for evaluation in evaluate_file(content_of(arguments.file), settings, release, arguments.hook, at):
        if arguments.json:
            print(_as_json(evaluation, arguments.explain))
        else:
            print("\n".join([*([""] if patients else []), *_as_text(evaluation, arguments.explain)]))
        patients += 1
    if not patients:
        print(f"heel-cds: {NO_PATIENT}", file=sys.stderr)
    return 0


def _as_json(evaluation: Evaluation, explained: bool) -> str:
    if not explained:
        return json.dumps(evaluation.response, ensure_ascii=False)
    explanation = explain(evaluation.decision, evaluation.release)
    remarks = {"remarks": evaluation.remarks} if evaluation.remarks else {}
    return json.dumps({"response": evaluation.response, "explanation": explanation | remarks}, ensure_ascii=False)


def _as_text(evaluation: Evaluation, explained: bool) -> list[str]:
    lines = [evaluation.title] if evaluation.title else []
    lines += reading.as_lines(evaluation.response, Wording(evaluation.release, evaluation.language).reasons)
    if explained:
        lines += ["", *as_lines(explain(evaluation.decision, evaluation.release))]
        lines += [f"Data: {remark}" for remark in evaluation.remarks]
    return lines


def _sample(arguments: argparse.Namespace) -> int:
    print(samples.sample(arguments.name, datetime.now(UTC).date()), end="")
    return 0
