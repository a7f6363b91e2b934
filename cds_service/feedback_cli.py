"""The commands `heel-cds feedback ...`: what became of the cards, for the hospital that showed them."""

from __future__ import annotations

import argparse
from pathlib import Path

from cds_service.audit_cli import instant_of_record
from cds_service.loaded_late import loaded_late

FORMATS = ("ndjson", "csv")
GROUPS = ("rule", "release", "site")


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Add the commands to `heel-cds feedback`; each sets `command`, which gives the exit status."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    export = commands.add_parser("export", help="one row for each recommendation shown, and what became of it")
    rates = commands.add_parser("rates", help="how many cards were accepted, overridden and why, or not reported on")
    resolve = commands.add_parser("resolve", help="the pseudonyms of identifiers you know")
    export.description = (
        "The six fields of the export come first: intervention, action, feedback, user, date, location. A card nobody "
        "reported on has the action unknown, and is dated by when it was shown; the window looks at that date."
    )
    rates.description = "The window looks at when a card was shown. By rule, a card counts once for each rule on it."
    resolve.description = (
        "VALUE is what the client's calls hold: Practitioner/12, PractitionerRole/12, Location/7, or the name of a "
        "site as HEEL_CDS_SITE has it. Prints each VALUE with its pseudonym."
    )
    export.add_argument("--format", choices=FORMATS, default="ndjson", help="default %(default)s")
    rates.add_argument("--by", type=_groups, default=(), metavar="GROUPS", help="out of rule,release,site")
    for windowed in (export, rates):
        windowed.add_argument("--since", type=instant_of_record, metavar="INSTANT", help="RFC 3339, included")
        windowed.add_argument("--until", type=instant_of_record, metavar="INSTANT", help="RFC 3339, not included")
    resolve.add_argument("--key", type=Path, required=True, metavar="FILE", help="the key of HEEL_CDS_PSEUDONYM_KEY")
    resolve.add_argument("--client", default="sandbox", metavar="NAME", help="who uses the value (default %(default)s)")
    resolve.add_argument("values", nargs="+", metavar="VALUE")
    for name, command in {"export": export, "rates": rates, "resolve": resolve}.items():
        command.add_argument("--json", action="store_true", help="print JSON")
        command.set_defaults(command=loaded_late("cds_service.feedback_commands", name))


def _groups(text: str) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(text.split(",")))
    if not set(named) <= set(GROUPS):
        raise argparse.ArgumentTypeError(f"{text!r} is not a list out of {','.join(GROUPS)}")
    return named
