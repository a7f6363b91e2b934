"""The commands `heel-cds knowledge ...`: list, show, verify, publish and export releases."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from cds_service import approval_cli, compare_cli, export_cli, safety_cli
from cds_service.files import instant
from cds_service.which_releases import add_releases, folder_of
from knowledge.authored import DRAFTS
from knowledge.cases import failures
from knowledge.codes import UsedCode, used_codes
from knowledge.errors import ReleaseError
from knowledge.index import NAME, latest_events, read_index, status_of, versions
from knowledge.publish import publish
from knowledge.release import Release, load_release
from knowledge.review import rests_on, unconfirmed_evidence, unconfirmed_rules
from knowledge.review_clock import review_of

Command = Callable[[argparse.Namespace], int]


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Add the commands to `heel-cds knowledge`; each sets `command`, which gives the exit status."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    listed = commands.add_parser("list", help="all releases with status and digest")
    show = commands.add_parser("show", help="one release in plain words")
    verify = commands.add_parser("verify", help="check the digests of all releases and run their cases")
    published = commands.add_parser("publish", help="check the drafts and publish them as the version they name")
    exported = commands.add_parser(
        "export", help="write the intake form and our code systems, or all of a release, as FHIR R4"
    )
    compare_cli.add_commands(commands)
    approval_cli.add_commands(commands)
    safety_cli.add_commands(commands)
    _add_show(show)
    listed.add_argument("--at", type=instant, metavar="INSTANT", help="instant of the review clock (default: now)")
    published.add_argument("--drafts", type=Path, default=DRAFTS / NAME, help="folder of the drafts")
    published.add_argument(
        "--development", action="store_true", help="sign it with two keys made and forgotten now, and activate it"
    )
    export_cli.add_arguments(exported)
    run_by_parser: tuple[tuple[argparse.ArgumentParser, Command], ...] = (
        (listed, _list),
        (show, _show),
        (verify, _verify),
        (published, _publish),
    )
    for command, run in run_by_parser:
        add_releases(command)
        command.add_argument("--json", action="store_true", help="print JSON")
        command.set_defaults(command=run)


def _add_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("version", nargs="?", help="default: the active one")
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--unconfirmed", action="store_true", help="only what awaits clinical review")
    part.add_argument("--codes", action="store_true", help="every code of others it uses, with its source")


def _list(arguments: argparse.Namespace) -> int:
    releases = folder_of(arguments)
    latest = latest_events(read_index(releases))
    at = arguments.at or datetime.now(UTC)
    listed = [event | _review(version, releases, at) for version, event in latest.items()]
    if arguments.json:
        print(json.dumps(listed))
        return 0
    for event in listed:
        overdue = event.get("reviewOverdueSince")
        review = f"  review overdue since {overdue}" if overdue else ""
        print(f"{NAME} {event['version']}  {event['status']:<8} {event['at']}  {event['digest']}{review}")
    return 0


def _review(version: str, releases: Path, at: datetime) -> dict[str, str]:
    """The review clock of a release; nothing of one that cannot be loaded, which `verify` tells of."""
    try:
        return review_of(load_release(version, releases), at)
    except ReleaseError:
        return {}


def _show(arguments: argparse.Namespace) -> int:
    release = load_release(arguments.version, folder_of(arguments))
    if arguments.unconfirmed:
        return _show_unconfirmed(release, arguments.json)
    if arguments.codes:
        return _show_codes(release, arguments.json)
    if arguments.json:
        print(json.dumps(release.content, default=str, ensure_ascii=False))
        return 0
    print(f"{release.name} {release.version}  {release.digest}\n{release.content['title']}\n")
    for rule in release.rules:
        _print_rule(release, rule.name)
        authored = release.content["rules"][rule.name]
        print(f"    strength {authored['strength']}; {'; '.join(rests_on(rule.name, release))}")
    return 0


def _print_rule(release: Release, name: str) -> None:
    authored = release.content["rules"][name]
    number = f", {authored['source_rule']}" if "source_rule" in authored else ""
    print(f"{name} ({authored['indicator']}, {authored['topic']}{number}): {authored['statement']}")


def _show_unconfirmed(release: Release, as_json: bool) -> int:
    """What is expert consensus that no clinician has confirmed yet, and the rules resting on it."""
    evidence = {name: release.content["evidence"][name] for name in unconfirmed_evidence(release)}
    rules = unconfirmed_rules(release)
    codes = [one for one in used_codes(release.content) if one.unconfirmed]
    if as_json:
        told = {"rules": rules, "evidence": evidence, "codes": [_as_json(one) for one in codes]}
        print(json.dumps(told, ensure_ascii=False))
        return 0
    total = f"{len(rules)} of {len(release.rules)} rules rest on expert consensus that awaits clinical review"
    print(f"{release.name} {release.version}: {total}")
    for rule, names in rules.items():
        _print_rule(release, rule)
        print(f"    rests on {'; '.join(names)}")
    if evidence:
        print("\nAwaiting clinical review")
    for name, item in evidence.items():
        print(f"{name} (section {item['section']}): {item['says']}")
    if codes:
        print("\nCodes whose name is still to be confirmed")
    for one in codes:
        print(f"{one.system} {one.code} {one.display}".rstrip() + f": {', '.join(one.used_by)}")
    return 0


def _show_codes(release: Release, as_json: bool) -> int:
    codes = used_codes(release.content)
    if as_json:
        print(json.dumps([_as_json(one) for one in codes], ensure_ascii=False))
        return 0
    for one in codes:
        code = one.code if one.whole else f"{one.code}*"
        source = f"{one.source} (name still to be confirmed)" if one.unconfirmed else one.source
        print("\t".join((one.system, code, one.display, source, ", ".join(one.used_by))))
    return 0


def _as_json(code: UsedCode) -> dict[str, object]:
    return {name: value for name, value in asdict(code).items() if value != ""}


def _verify(arguments: argparse.Namespace) -> int:
    releases = folder_of(arguments)
    cases: dict[str, int] = {}
    faults: dict[str, str] = {}
    published = versions(releases)
    if not published:
        raise ReleaseError(f"{releases}: holds no release; expected an index.json that names some")
    for version in published:
        try:
            cases[version] = _cases_that_hold(load_release(version, releases))
        except ReleaseError as problem:
            faults[version] = str(problem)
    if arguments.json:
        print(json.dumps({"releases": str(releases), "verified": list(cases), "cases": cases, "faults": faults}))
    else:
        print(f"releases in {releases}")
        for version in published:
            held = f"its digest is the one in the index, and its {cases.get(version)} cases hold"
            print(f"{NAME} {version}: {faults.get(version, held)}")
    return 1 if faults else 0


def _cases_that_hold(release: Release) -> int:
    """How many worked cases the release carries. Raises `ReleaseError` where the engine no longer answers them so."""
    cases = release.content["cases"]
    if broken := failures(release, cases):
        raise ReleaseError(f"{len(broken)} faults in its {len(cases)} cases:\n" + "\n".join(broken))
    return len(cases)


def _publish(arguments: argparse.Namespace) -> int:
    from cards.templates import validate_templates  # the FHIR models take a second to load, and only this needs them

    releases = folder_of(arguments)
    digest = publish(arguments.drafts, releases, at=datetime.now(UTC), checks=[validate_templates])
    version = next(event["version"] for event in read_index(releases) if event["digest"] == digest)
    if arguments.development and status_of(version, releases)["status"] == "draft":
        approval_cli.approve_for_development(version, releases)
    status = status_of(version, releases)["status"]
    told = {"version": version, "digest": digest, "status": status}
    print(json.dumps(told) if arguments.json else f"published {version}, {status}, {digest}")
    return 0
