"""How long a recall takes in a log of many records: `python -m tests.performance.a_million_records [COUNT]`.

The records are written by a fast path of their own, past the service, as a log of several years would have them.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from cds_service.records.database import open_database
from cds_service.records.forms import canonical, columns_of
from cds_service.records.tree import completed_by, leaf_hash
from knowledge.release import load_release
from tests.auditing import audit, decision, record

RULE, TOPIC = "home-care", "homeCare"
VERSIONS = ("1.0.0", "2.0.0", "2.0.0")
_DAY = 24 * 60 * 60
_AT_ONCE = 10_000


def made(number: int) -> dict[str, Any]:
    """One record of the log: what came of the rule, the version and the day follow from its number."""
    version = VERSIONS[number % len(VERSIONS)]
    others = sorted(set(load_release(version).content["rules"]) - {RULE})
    outcome = ("true", "false", "unknown", "true", "false")[number % 5]
    rules = {"true": others[:3], "false": others[3:-5], "unknown": others[-5:]}
    rules[outcome] = sorted([*rules[outcome], RULE])
    return record(
        number,
        at=at(number),
        knowledge={"name": "heel-pain-runner", "version": version, "digest": "sha256:" + "00" * 32},
        rules=rules,
        shown=[TOPIC] if number % 10 == 0 else [],
    )


def at(number: int) -> str:
    """Each record ten seconds after the one before."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_700_000_000 + 10 * number))


def fill(home: Path, count: int) -> None:
    """Write a whole log of so many records, with its tree."""
    open_database(f"sqlite:///{home / 'heel-cds.db'}").dispose()
    edge: dict[int, bytes] = {}
    forms = [canonical(made(number)).decode() for number in range(30)]  # the outcomes repeat after that many
    with closing(sqlite3.connect(home / "heel-cds.db")) as database:
        database.execute("pragma synchronous=off")
        rows = _rows(count, forms, edge)
        while batch := list(islice(rows, _AT_ONCE)):
            database.executemany(
                "insert into records (position, decision, at, kind, client, service, hook, release, salt, leaf_hash, "
                "body) values (:position, :decision, :at, :kind, :client, :service, :hook, :release, 'aa', :leaf_hash, "
                ":body)",
                [row for row, _ in batch],
            )
            database.executemany("insert into nodes values (?, ?, ?)", [node for _, above in batch for node in above])
            database.commit()


def _rows(
    count: int, forms: list[str], edge: dict[int, bytes]
) -> Iterator[tuple[dict[str, Any], list[tuple[int, int, bytes]]]]:
    columns = [columns_of(made(number)) for number in range(len(forms))]
    for number in range(count):
        form = number % len(forms)
        body = forms[form].replace(decision(form), decision(number)).replace(at(form), at(number))
        leaf = leaf_hash(body.encode())
        above = completed_by(number, leaf, lambda level, _: edge[level])
        edge.update({0: leaf} | {level: hashed for level, _, hashed in above})
        own = {"position": number, "leaf_hash": leaf, "body": body, "decision": decision(number), "at": at(number)}
        yield columns[form] | own, above


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        began = time.perf_counter()
        fill(home, count)
        size = sum(path.stat().st_size for path in home.glob("heel-cds.db*")) / 1e9
        print(f"{count} records of {size:.2f} GB made in {time.perf_counter() - began:.1f} s", flush=True)
        for arguments in (
            ["recall", "--rule", RULE, "--versions", "2.0.0"],
            ["recall", "--rule", RULE, "--outcome", "unknown"],
            ["recall", "--rule", RULE, "--since", at(count // 2), "--until", at(count // 2 + _DAY // 10)],
            ["verify"],
        ):
            began = time.perf_counter()
            told = audit(home, *arguments)
            lines = len(told.out.splitlines())
            took = time.perf_counter() - began
            print(f"audit {' '.join(arguments)}: {took:.1f} s, {lines} lines, exit {told.status}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
