"""The command `heel-cds site-pack`: the pack of a hospital as a file."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from cds_service.errors import HeelCdsError
from cds_service.services import SERVICES
from cds_service.settings import Settings
from knowledge.release import load_release


def add_command(parser: argparse.ArgumentParser) -> None:
    """Complete the parser."""
    parser.description = "Addresses, prefetch, scopes, claims, links, topics and reasons, for an integration team."
    parser.add_argument("--client", metavar="NAME", help="a client of the file HEEL_CDS_CLIENTS")
    parser.add_argument("--to", type=Path, metavar="FILE", help="write it there (default: standard output)")
    parser.add_argument("--json", action="store_true", help="as JSON, not as Markdown")
    parser.set_defaults(command=_run)


def _run(arguments: argparse.Namespace) -> int:
    from cds_service.site_pack import (  # loads what verifies tokens, which other commands need not
        as_markdown,
        site_pack,
    )
    from cds_service.trust.clients_file import read_clients

    settings = Settings.from_env(os.environ)
    clients = {client.name: client for client in read_clients(settings).clients}
    if arguments.client and arguments.client not in clients:
        known = ", ".join(clients) or "none; HEEL_CDS_CLIENTS names the file"
        raise HeelCdsError(f"--client: there is no {arguments.client!r}; known: {known}")
    client = clients.get(arguments.client)
    services = [one for one in SERVICES if settings.services is None or one.id in settings.services]
    version = client.knowledge if client else settings.knowledge
    pack = site_pack(services, load_release(version, settings.releases), client, settings.public_url)
    text = json.dumps(pack, ensure_ascii=False, indent=2) if arguments.json else "\n".join(as_markdown(pack))
    if arguments.to:
        arguments.to.write_text(text + "\n", "utf-8")
    else:
        print(text)
    return 0
