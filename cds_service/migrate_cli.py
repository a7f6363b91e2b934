"""The command `heel-cds migrate`: bring the tables of the database up to date, and end.

A service does so itself when it starts; this is for those who let another account change tables, or who want it done
before many start at once.
"""

from __future__ import annotations

import argparse
import json
import os

from cds_service.errors import HeelCdsError
from cds_service.settings import Settings


def add_command(parser: argparse.ArgumentParser) -> None:
    """Complete the parser; the command gives 1 where the database cannot be brought up to date."""
    parser.description = "The database is that of HEEL_CDS_DATABASE_URL. Nothing is lost, and again changes nothing."
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(command=_migrate)


def _migrate(arguments: argparse.Namespace) -> int:
    from cds_service.records.database import open_database, revision_of  # the database and its kin load slowly

    settings = Settings.from_env(os.environ)
    try:
        engine = open_database(settings.database_url)
        revision = revision_of(engine)
    except HeelCdsError as problem:
        print(json.dumps({"migrated": False, "reason": str(problem)}) if arguments.json else str(problem))
        return 1
    told = {"migrated": True, "revision": revision}
    print(json.dumps(told) if arguments.json else f"the tables are up to date: revision {revision}")
    return 0
