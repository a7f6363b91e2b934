"""The command `heel-cds check URL`: what passes at a CDS Hooks service, anybody's, and what is to be mended."""

from __future__ import annotations

import argparse
from pathlib import Path

from cds_service.loaded_late import loaded_late


def add_command(parser: argparse.ArgumentParser) -> None:
    """Complete the parser; the command gives 0 where nothing is to be mended, else 1."""
    parser.description = (
        "URL is the base address of a service or its discovery. Made-up data alone are sent: discovery, whole calls, "
        "faulty prefetch, bad requests and feedback. Lines say what is good, to mend, to consider, or was skipped."
    )
    parser.add_argument("url", metavar="URL")
    parser.add_argument(
        "--service", action="append", default=[], metavar="ID", help="call this service only (repeatable)"
    )
    parser.add_argument("--timeout", type=float, default=10.0, metavar="SECONDS", help="for each request (default 10)")
    parser.add_argument("--issuer", help="iss of the JWT that signs each call")
    parser.add_argument("--kid", help="id of its key")
    parser.add_argument("--token-key", type=Path, metavar="FILE", help="PEM file of its private key")
    parser.add_argument("--audience", metavar="URL", help="base address the service knows itself by (default: URL)")
    parser.add_argument("--algorithm", choices=("ES384", "RS384", "ES256", "RS256"), default="ES384")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(command=loaded_late("cds_service.checking.command", "check"))
