"""The commands by which people approve a release: `heel-cds knowledge trust | sign | activate | retire`."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cds_service.key_files import make_private_key, read_private_key, read_public_key
from cds_service.records.forms import instant
from cds_service.which_releases import add_releases, folder_of
from knowledge.approvals import APPROVALS, approve, read_approvals, trust
from knowledge.lifecycle import activate, retire
from knowledge.signatures import ROLES, TrustedKey


def add_commands(commands: Any) -> None:
    """Add the commands to `heel-cds knowledge`; each sets `command`, which gives the exit status."""
    trusted = commands.add_parser("trust", help="let a key sign releases in a role")
    signed = commands.add_parser("sign", help="sign published releases in a role")
    activated = commands.add_parser("activate", help="let a draft that two people signed answer from now on")
    retired = commands.add_parser("retire", help="let a release answer no more")
    key = trusted.add_mutually_exclusive_group(required=True)
    key.add_argument("--public", type=Path, metavar="FILE", help="PEM file of an Ed25519 public key")
    key.add_argument("--new-key", type=Path, metavar="FILE", help="make a key pair; the private half goes to this file")
    signed.add_argument("versions", nargs="+", metavar="VERSION")
    signed.add_argument("--key", type=Path, required=True, metavar="FILE", help="PEM file of the private key")
    for named in (trusted, signed):
        named.add_argument("--role", choices=ROLES, required=True)
        named.add_argument("--name", required=True, help="the person who answers for the signature")
    for one in (activated, retired):
        one.add_argument("version", metavar="VERSION")
    runs = ((trusted, _trust), (signed, _sign), (activated, _activate), (retired, _retire))
    for command, run in runs:
        add_releases(command)
        command.add_argument(
            "--approvals", type=Path, metavar="FILE", help="default: approvals.json among the releases"
        )
        command.add_argument("--json", action="store_true", help="print JSON")
        command.set_defaults(command=run)


def approve_for_development(version: str, releases: Path) -> None:
    """Sign with two keys made now, forgotten at once and marked as development keys, and activate."""
    path, at = releases / APPROVALS.name, datetime.now(UTC)
    for role in ROLES:
        key, name = Ed25519PrivateKey.generate(), f"development key, {role}, {instant(at)}"
        trust(TrustedKey(role, name, key.public_key().public_bytes_raw(), development=True), path)
        approve(version, role, name, key, instant(at), releases, path)
    activate(version, read_approvals(path), at, releases)


def _path(arguments: argparse.Namespace) -> Path:
    given: Path | None = arguments.approvals
    return given or folder_of(arguments) / APPROVALS.name


def _trust(arguments: argparse.Namespace) -> int:
    if arguments.new_key:
        public = make_private_key(arguments.new_key).public_key()
    else:
        public = read_public_key(arguments.public)
    trust(TrustedKey(arguments.role, arguments.name, public.public_bytes_raw()), _path(arguments))
    return _told(arguments, {"role": arguments.role, "name": arguments.name}, "may sign from now on")


def _sign(arguments: argparse.Namespace) -> int:
    key = read_private_key(arguments.key, "--key")
    for version in arguments.versions:
        at = instant(datetime.now(UTC))
        approve(version, arguments.role, arguments.name, key, at, folder_of(arguments), _path(arguments))
    return _told(arguments, {"versions": arguments.versions, "role": arguments.role}, "signed")


def _activate(arguments: argparse.Namespace) -> int:
    activate(arguments.version, read_approvals(_path(arguments)), datetime.now(UTC), folder_of(arguments))
    return _told(arguments, {"version": arguments.version, "status": "active"}, "activated")


def _retire(arguments: argparse.Namespace) -> int:
    retire(arguments.version, datetime.now(UTC), folder_of(arguments))
    return _told(arguments, {"version": arguments.version, "status": "retired"}, "retired")


def _told(arguments: argparse.Namespace, told: dict[str, Any], done: str) -> int:
    about = ", ".join(", ".join(value) if isinstance(value, list) else value for value in told.values())
    print(json.dumps(told) if arguments.json else f"{about}: {done}")
    return 0
