"""The folder of releases that a command reads: `--releases`, else `HEEL_CDS_RELEASES`, else the package's own."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from cds_service.errors import ConfigurationError
from cds_service.settings import releases_in


def add_releases(parser: argparse.ArgumentParser) -> None:
    """Let a command be told its folder; `folder_of` gives it."""
    parser.add_argument(
        "--releases", type=Path, metavar="FOLDER", help="folder of the releases (default: HEEL_CDS_RELEASES)"
    )


def folder_of(arguments: argparse.Namespace) -> Path:
    """The folder. Raises `ConfigurationError` where it is none."""
    given: Path | None = arguments.releases
    if given is None:
        return releases_in(os.environ)
    if not given.is_dir():
        raise ConfigurationError(f"--releases: {str(given)!r} is not a folder; expected one with an index.json")
    return given
