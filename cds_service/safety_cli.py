"""`heel-cds knowledge attributes` and `hazards`: where the knowledge comes from, what it uses, what could go wrong."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from cds_service.errors import HeelCdsError
from cds_service.release_contents import DRAFTED, release_of
from cds_service.services import SERVICES, Service
from cds_service.source_attributes import document
from cds_service.which_releases import add_releases, folder_of
from knowledge.index import active_version, read_index
from knowledge.release import Release
from knowledge.safety_case import Row, has_safety_case, matrix


def add_commands(commands: Any) -> None:
    """Add them to the commands of `heel-cds knowledge`."""
    attributes = commands.add_parser("attributes", help="the 13 source attributes, computed, and the intended use")
    hazards = commands.add_parser("hazards", help="the hazard log, and requirement, rule, hazard and case side by side")
    attributes.add_argument("--service", choices=[service.id for service in SERVICES], help="of one service only")
    for parser, run in ((attributes, _attributes), (hazards, _hazards)):
        parser.add_argument("version", nargs="?", help=f"a version, or {DRAFTED}; default: the active one")
        add_releases(parser)
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.set_defaults(command=run)


def _attributes(arguments: argparse.Namespace) -> int:
    releases = folder_of(arguments)
    release = release_of(arguments.version or active_version(releases), releases)
    told = document(release, read_index(releases), _service(arguments.service))
    print(json.dumps(told, ensure_ascii=False, default=str) if arguments.json else "\n".join(_as_lines(told)))
    return 0


def _service(name: str | None) -> Service | None:
    return next((service for service in SERVICES if service.id == name), None)


def _as_lines(told: Mapping[str, Any]) -> Iterator[str]:
    knowledge = told["knowledge"]
    yield f"{knowledge['name']} {knowledge['version']}  {knowledge['digest']}"
    yield f"Source attributes by {told['regulation']}" + (f", {told['service']}" if "service" in told else "")
    for paragraph, attribute in told["attributes"].items():
        yield f"\n{paragraph} {attribute['name']}" + (_yes_or_no(attribute) if "used" in attribute else "")
        for one in attribute.get("where", ()):
            yield f"  {one['title']} ({', '.join(one['reads'])}): {len(one['rules'])} rules"
        for one in attribute.get("citations", ()):
            yield f"  {one['citation']} {one['url']} ({one['grade']})"
        yield from _members({key: value for key, value in attribute.items() if key not in _TOLD})
    yield "\nWhat the whole release rests on"
    for what, counts in told["evidence"].items():
        yield f"  {what}: " + ", ".join(f"{name} {count}" for name, count in counts.items())
    yield "\nIntended use"
    yield from _members({key: value for key, value in told["intended_use"].items() if key not in _ATTRIBUTED})


_TOLD = frozenset({"name", "used", "where", "citations", "sources", "sources_without_a_date"})
_ATTRIBUTED = frozenset({"developer", "roles", "funding", "interests", "first_released", "revised", "review"})


def _yes_or_no(attribute: Mapping[str, Any]) -> str:
    return ": yes" if attribute["used"] else ": no"


def _members(told: Mapping[str, Any]) -> Iterator[str]:
    for name, value in told.items():
        for one in value if isinstance(value, list) else [value]:
            said = ", ".join(map(str, one.values())) if isinstance(one, Mapping) else one
            yield f"  {name.replace('_', ' ')}: {said}"


def _hazards(arguments: argparse.Namespace) -> int:
    releases = folder_of(arguments)
    release = release_of(arguments.version or active_version(releases), releases)
    if not has_safety_case(release):
        raise HeelCdsError(
            f"release {release.version} has no hazard log; later releases have one, and `{DRAFTED}` does"
        )
    rows = matrix(release)
    if arguments.json:
        knowledge = {"name": release.name, "version": release.version, "digest": release.digest}
        log = {"knowledge": knowledge, "hazards": release.content["hazards"], "matrix": [asdict(row) for row in rows]}
        print(json.dumps(log, ensure_ascii=False))
    else:
        print("\n".join([*_log_lines(release), "", *_matrix_lines(rows)]))
    return 0


def _log_lines(release: Release) -> Iterator[str]:
    yield f"{release.name} {release.version}  {release.digest}\nHazard log; how likely each is has not been estimated"
    for name, hazard in release.content["hazards"].items():
        yield f"\n{name} {hazard['title']} ({hazard['severity']}; {', '.join(hazard['affects'])})"
        yield f"  harm: {hazard['harm']}\n  cause: {hazard['cause']}"
        for one in hazard["mitigations"]:
            by = [f"{kind}: {', '.join(one[kind])}" for kind in ("rules", "cases", "tests") if kind in one]
            yield f"  against it: {one['measure']} [{'; '.join(by)}]"
        yield f"  remains: {hazard['residual']}"


def _matrix_lines(rows: tuple[Row, ...]) -> Iterator[str]:
    yield "Requirement, rule, hazards, cases"
    for row in rows:
        yield f"{row.requirement} {row.asks}\t{row.rule}\t{', '.join(row.hazards)}\t{'; '.join(row.cases)}"
