"""What the commands `heel-cds feedback ...` do; each gives the exit status."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from cds_service.existing_log import existing_log
from cds_service.files import check_window
from cds_service.records.database import reading
from cds_service.records.pseudonyms import Pseudonyms
from cds_service.records.reported import FIELDS, NONE, Rates, exported, fates, rates
from cds_service.settings import Settings

DENOMINATORS = {
    "shown": "cards shown in the window, each counted once in a group",
    "accepted": "of shown: a suggestion was taken, by the last report",
    "overridden": "of shown: dismissed, by the last report",
    "overriddenBy": "of overridden: by the code of the reason",
    "unknown": "of shown: nobody reported; not the same as ignored",
}


def _export(arguments: argparse.Namespace) -> int:
    check_window(arguments)
    with existing_log(Settings.from_env(os.environ)) as engine, reading(engine) as connection:
        rows = exported(connection, arguments.since, arguments.until)
        if arguments.format == "csv" and not arguments.json:
            table = csv.DictWriter(sys.stdout, FIELDS, lineterminator="\n")
            table.writeheader()
            table.writerows(rows)
        else:
            for row in rows:
                print(json.dumps(row))
    return 0


def _rates(arguments: argparse.Namespace) -> int:
    check_window(arguments)
    with existing_log(Settings.from_env(os.environ)) as engine, reading(engine) as connection:
        found = rates(fates(connection, arguments.since, arguments.until), arguments.by)
    if arguments.json:
        groups = [dict(zip(arguments.by, key, strict=True)) | _counts(group) for key, group in found.items()]
        print(json.dumps({"denominators": DENOMINATORS, "groups": groups}))
    else:
        print("\n".join(_lines(found, arguments.by)))
    return 0


def _counts(group: Rates) -> dict[str, object]:
    return {
        "shown": group.shown,
        "accepted": group.accepted,
        "overridden": group.overridden,
        "overriddenBy": dict(sorted(group.reasons.items())),
        "unknown": group.unknown,
    }


def _lines(found: Mapping[tuple[str, ...], Rates], by: Sequence[str]) -> Iterator[str]:
    for name, meaning in DENOMINATORS.items():
        yield f"{name}: {meaning}"
    if not found:
        yield "No card was shown."
    for key, group in found.items():
        yield ""
        yield ", ".join(f"{name} {value}" for name, value in zip(by, key, strict=True)) or "all cards"
        yield f"  shown {group.shown}"
        for name in ("accepted", "overridden", "unknown"):
            yield f"  {name} {_part(getattr(group, name), group.shown)}"
            if name == "overridden":
                yield from (f"    {why} {_part(count, group.overridden)}" for why, count in _ordered(group))


def _ordered(group: Rates) -> list[tuple[str, int]]:
    named = {"no reason given" if reason == NONE else reason: count for reason, count in group.reasons.items()}
    return sorted(named.items(), key=lambda item: (-item[1], item[0]))


def _part(count: int, whole: int) -> str:
    return f"{count} of {whole} ({count / whole:.0%})"


def _resolve(arguments: argparse.Namespace) -> int:
    pseudonyms = Pseudonyms.load(arguments.key)
    found = {value: pseudonyms.of(arguments.client, value) for value in arguments.values}
    if arguments.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{value}\t{pseudonym}" for value, pseudonym in found.items()))
    return 0


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {"export": _export, "rates": _rates, "resolve": _resolve}
