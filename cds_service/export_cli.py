"""The command `heel-cds knowledge export`: a release as FHIR R4."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from cds_service.artefacts import artefacts, as_bundle, standard_artefacts, write_artefacts
from cds_service.errors import HeelCdsError
from cds_service.which_releases import add_releases, folder_of
from knowledge.release import load_release, status_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `heel-cds knowledge export`; `command` gives the exit status."""
    version = parser.add_mutually_exclusive_group()
    version.add_argument("version", nargs="?", help="default: the active one")
    version.add_argument("--knowledge", metavar="V", help="the same, by name")
    parser.add_argument(
        "--fhir",
        action="store_true",
        help="all of the release: recommendations, orders, rules as CQL, value sets, code systems, form and a manifest "
        "(default: the form, its value sets and our code systems)",
    )
    parser.add_argument(
        "--to",
        type=Path,
        metavar="FOLDER",
        help="where to write, one file each; made if need be (with --fhir, default: one Bundle is printed)",
    )
    add_releases(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(command=export)


def export(arguments: argparse.Namespace) -> int:
    """Write or print the artefacts. Raises `HeelCdsError` where it is not told where to write."""
    if arguments.to is None and not arguments.fhir:
        raise HeelCdsError("knowledge export: name the folder to write into by --to, or ask for all of it by --fhir")
    release = load_release(arguments.knowledge or arguments.version, folder_of(arguments))
    event = status_of(release.version, folder_of(arguments))
    chosen = standard_artefacts if arguments.fhir else artefacts
    resources = chosen(release, event["status"], event["at"][:10])
    if arguments.to is None:
        print(json.dumps(as_bundle(resources), ensure_ascii=False))
        return 0
    written = write_artefacts(resources, arguments.to)
    print(json.dumps({"written": [str(path) for path in written]}) if arguments.json else "\n".join(map(str, written)))
    return 0
