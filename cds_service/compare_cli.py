"""`heel-cds knowledge diff`, `apply` and `impact`: what one release says that another does not, and to whom."""

from __future__ import annotations

import argparse
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cds_service.errors import HeelCdsError
from cds_service.files import instant
from cds_service.impact import as_data, as_html, as_lines, in_cases, in_charts
from cds_service.release_contents import DRAFTED, content_of, digest_of_content, release_of
from cds_service.settings import Settings
from cds_service.which_releases import add_releases, folder_of
from knowledge.patches import apply, difference, for_people


def add_commands(commands: Any) -> None:
    """Add them to the commands of `heel-cds knowledge`."""
    diff = commands.add_parser("diff", help="what changed from one release to another")
    applied = commands.add_parser("apply", help="apply a patch to a release and tell the digest it gives")
    impact = commands.add_parser("impact", help="whose advice changes from one release to another")
    for parser in (diff, impact):
        for side, name in (("old", "A"), ("new", "B")):
            parser.add_argument(side, metavar=name, help=f"a version, {DRAFTED}, or a folder of other drafts")
    diff.add_argument("--patch", action="store_true", help="as a JSON Patch (RFC 6902) that makes A into B")
    applied.add_argument("old", metavar="A", help="a version")
    applied.add_argument("patch", metavar="PATCH", type=Path, help="what `knowledge diff A B --patch` printed")
    impact.add_argument("path", metavar="PATH", nargs="?", type=Path, help="charts; by default the worked cases")
    impact.add_argument("--drill-down", action="store_true", help="small counts too, and file names with places")
    impact.add_argument("--at", type=instant, metavar="INSTANT", help="evaluation instant, RFC 3339 (default: now)")
    impact.add_argument("--html", type=Path, metavar="FILE", help="also write the report as a page")
    for parser, run in ((diff, _diff), (applied, _apply), (impact, _impact)):
        add_releases(parser)
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.set_defaults(command=run)


def _diff(arguments: argparse.Namespace) -> int:
    old, new = (content_of(version, folder_of(arguments)) for version in (arguments.old, arguments.new))
    if arguments.patch:
        print(json.dumps(difference(old, new), ensure_ascii=False))
        return 0
    lines = list(for_people(old, new))
    if arguments.json:
        print(
            json.dumps(
                {"from": digest_of_content(old), "to": digest_of_content(new), "lines": lines}, ensure_ascii=False
            )
        )
    else:
        print("\n".join(lines) or "no difference")
    return 0


def _apply(arguments: argparse.Namespace) -> int:
    try:
        patch = json.loads(arguments.patch.read_bytes())
    except (OSError, ValueError) as problem:
        raise HeelCdsError(f"{arguments.patch}: cannot be read as JSON ({type(problem).__name__})") from None
    digest = digest_of_content(apply(patch, content_of(arguments.old, folder_of(arguments))))
    print(json.dumps({"digest": digest}) if arguments.json else digest)
    return 0


def _impact(arguments: argparse.Namespace) -> int:
    old, new = (release_of(version, folder_of(arguments)) for version in (arguments.old, arguments.new))
    if arguments.path is None:
        found = in_cases(old, new)
    else:
        found = in_charts(old, new, arguments.path, Settings.from_env(os.environ), arguments.at or datetime.now(UTC))
    report = as_data(found, drill_down=arguments.drill_down or arguments.path is None)
    if arguments.html:
        arguments.html.write_text(as_html(report), "utf-8")
    print(json.dumps(report, ensure_ascii=False) if arguments.json else "\n".join(as_lines(report)))
    return 0
