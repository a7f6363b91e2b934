"""`heel-cds audit recall --advisory` and `heel-cds audit advisory`: a recall as a signed note, and its verification."""

from __future__ import annotations

import argparse
import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from cds_service.errors import HeelCdsError
from cds_service.records.advisories import ANY, Advisory, digest_of_decisions, read_advisory
from cds_service.records.forms import instant
from cds_service.records.log_key import signing_key, verifying_keys
from cds_service.records.stored_tree import StoredTree
from cds_service.records.tree import root
from cds_service.settings import Settings


def check_advisory(arguments: argparse.Namespace) -> None:
    """Raises `HeelCdsError` where an advisory is asked for without its reason."""
    if arguments.advisory and arguments.reason is None:
        raise HeelCdsError("--reason: missing; an advisory says what is the matter, in one line")


def write_advisory(
    arguments: argparse.Namespace, settings: Settings, connection: Connection, found: Sequence[str]
) -> None:
    """Sign what a recall found, and write it to the file of `--advisory`. Raises `HeelCdsError`."""
    tree = StoredTree(connection.dialect)
    size = tree.size(connection)
    count, digest = digest_of_decisions(found)
    advisory = Advisory(
        rule=arguments.rule,
        outcome=arguments.outcome,
        versions=str(arguments.versions),
        since=arguments.since or ANY,
        until=arguments.until or ANY,
        made=instant(datetime.now(UTC)),
        records=str(size),
        root=base64.b64encode(root(size, tree.nodes(connection))).decode(),
        decisions=str(count),
        digest=digest,
        reason=arguments.reason,
    )
    try:
        note = advisory.signed(signing_key(settings))
    except ValueError as problem:
        raise HeelCdsError(f"--advisory: {problem}") from None
    _write(arguments.advisory, note)


def _write(path: Path, note: str) -> None:
    try:
        path.write_text(note, "utf-8")
    except OSError as problem:
        raise HeelCdsError(f"{path}: cannot be written ({problem.strerror}); expected a file") from None


def verify_advisory(arguments: argparse.Namespace, settings: Settings) -> int:
    """Tell what an advisory says, or why it is not to be believed (1)."""
    keys = verifying_keys(arguments.key, settings)
    if not keys:
        raise HeelCdsError("--key: there is no key to verify it; expected the public key's file")
    try:
        advisory = read_advisory(_read(arguments.file), keys)
    except ValueError as problem:
        return _told(arguments, False, [f"The advisory does not verify: {problem}."])
    said = [f"{name}: {value}" for name, value in asdict(advisory).items()]
    other = _other_decisions(advisory, arguments.decisions) if arguments.decisions else ""
    if other:
        return _told(arguments, False, [*said, other], advisory)
    return _told(arguments, True, [*said, "The advisory verifies."], advisory)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise HeelCdsError(f"{path}: cannot be read ({type(problem).__name__}); expected a signed advisory") from None


def _other_decisions(advisory: Advisory, path: Path) -> str:
    """Why a list of decisions, as `heel-cds audit recall` prints it, is not the one of the advisory."""
    count, digest = digest_of_decisions(_ids(_read(path), path))
    same = (str(count), digest) == (advisory.decisions, advisory.digest)
    return "" if same else f"The list is another one: {count} decisions, {digest}."


def _ids(listed: str, path: Path) -> Iterator[str]:
    for number, line in enumerate(listed.splitlines(), 1):
        try:
            if line:
                yield str(json.loads(line)["decision"]) if line.startswith("{") else line.split("\t")[0]
        except (ValueError, LookupError, RecursionError):
            raise HeelCdsError(f"{path}: line {number} is no decision as heel-cds audit recall prints it") from None


def _told(arguments: argparse.Namespace, verifies: bool, lines: list[str], advisory: Advisory | None = None) -> int:
    if arguments.json:
        print(json.dumps({"verifies": verifies, **(asdict(advisory) if advisory else {}), "verdict": lines[-1]}))
    else:
        print("\n".join(lines))
    return 0 if verifies else 1
