"""From drafts to a release: check everything that can be checked, then write one canonical file.

What is checked: the shape of every file, that every name used exists, that each source statement is
traced, that nothing fires on an empty chart, that all worked cases hold. A published file is never
written again; the index only grows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import rfc8785

from knowledge.authored import DRAFTS, read_drafts
from knowledge.cases import failures
from knowledge.chart import Chart
from knowledge.codes import code_problems
from knowledge.compare import too_small_a_step
from knowledge.concepts import concepts_recorded
from knowledge.coverage import coverage_problems
from knowledge.engine import evaluate
from knowledge.errors import ReleaseError
from knowledge.form import form_problems
from knowledge.index import event_of, numbered, record, versions, write_whole
from knowledge.languages import untranslated
from knowledge.release import (
    NAME,
    RELEASES,
    Release,
    compile_release,
    digest_of,
    load_release,
    read_index,
    release_path,
)
from knowledge.safety_case import safety_problems
from knowledge.verdict import CAUTION_FAILED, RED_FLAG_FAILED

Check = Callable[[Release], list[str]]
_MOST_TOLD = 20
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
STATEMENTS = tuple(f"S{number}" for number in range(1, 105))


def build(drafts: Path = DRAFTS / NAME, checks: Iterable[Check] = ()) -> tuple[Release, bytes]:
    """Compile and check the drafts; the release and the bytes that would be published.

    `checks` are further ones, of whoever uses the release: each gives one sentence a fault. Raises
    `ReleaseError` listing what is wrong.
    """
    content = read_drafts(drafts)
    published: bytes = rfc8785.dumps(content)
    release = compile_release(json.loads(published, parse_float=Decimal), digest_of(published))
    problems = [problem for one in (check, *checks) for problem in one(release)]
    if problems:
        raise ReleaseError(f"{drafts}: {len(problems)} problems:\n" + "\n".join(problems))
    return release, published


def check(release: Release) -> list[str]:
    """Everything wrong with a compiled release, one sentence each."""
    return [
        *_dangling(release.content),
        *_untraced(release.content),
        *form_problems(release.content),
        *_fires_on_nothing(release),
        *failures(release, release.content["cases"]),
        *safety_problems(release),
        *coverage_problems(release),
    ]


def publish(
    drafts: Path = DRAFTS / NAME, releases: Path = RELEASES, *, at: datetime, checks: Iterable[Check] = ()
) -> str:
    """Publish the drafts as the version they name, once `check` and `checks` find no fault, and return its digest.

    It is a draft until it is approved and activated (`knowledge.lifecycle`).

    Publishing the same bytes again changes nothing. Raises `ReleaseError` when the version already
    exists with other content, or the drafts have faults.
    """
    # Drafts may run ahead of their translations and of the table of codes; a release may not.
    release, published = build(drafts, (untranslated, _unlisted_codes, *checks))
    path, index = release_path(release.version, releases), read_index(releases)
    known = {event["digest"] for event in index if event["version"] == release.version}
    written = {digest_of(path.read_bytes())} if path.exists() else set()
    if (known | written) - {release.digest}:
        raise ReleaseError(
            f"{path}: version {release.version} is published and never changes; raise the version in release.yaml"
        )
    if not known and (problems := _too_small_a_step(release, releases)):
        told = "\n".join(problems[:_MOST_TOLD])
        raise ReleaseError(f"{drafts}: {len(problems)} cases show that the version must be raised further:\n{told}")
    releases.mkdir(parents=True, exist_ok=True)
    if not written:
        write_whole(path, published)
    if not known:
        record(event_of(release.version, "draft", release.digest, at), releases)
    return release.digest


def _too_small_a_step(release: Release, releases: Path) -> list[str]:
    """How the advice differs from that of the release before, more than the version says."""
    before = [version for version in versions(releases) if numbered(version) < numbered(release.version)]
    return too_small_a_step(load_release(before[-1], releases), release) if before else []


def _unlisted_codes(release: Release) -> list[str]:
    return list(code_problems(release.content))


def _dangling(content: Mapping[str, Any]) -> Iterator[str]:
    """Names used that nothing defines, and topics that nothing recommends."""
    yield from _missing("reasons", [RED_FLAG_FAILED, CAUTION_FAILED], content["reasons"])
    for name, rule in content["rules"].items():
        yield from _missing(f"rules.{name}.topic", [rule["topic"]], content["recommendations"])
        yield from _missing(f"rules.{name}.evidence", rule["evidence"], content["evidence"])
        holds = [hold["reason"] for hold in rule.get("withhold", [])]
        yield from _missing(f"rules.{name}.withhold", holds, content["reasons"])
    for closure in content["precedence"]:
        yield from _missing("precedence.open", closure["open"], content["recommendations"])
        yield from _missing("precedence.reason", [closure["reason"]], content["reasons"])
    for name, concept in content["concepts"].items():
        sites = [concept["sited"]["sites"]] if "sited" in concept else []
        yield from _missing(f"concepts.{name}.sited.sites", sites, content["concepts"])
    for name, fact in content["facts"].items():
        yield from _missing(f"facts.{name}", _concepts_named(fact), content["concepts"])
    for one in content.get("differentials", ()):
        yield from _missing(f"differentials.{one['name']}.evidence", one["evidence"], content["evidence"])
    yield from _dangling_advice(content)
    yield from _unworded(content)


def _dangling_advice(content: Mapping[str, Any]) -> Iterator[str]:
    recommended = {rule["topic"] for rule in content["rules"].values()}
    for topic, recommendation in content["recommendations"].items():
        where = f"recommendations.{topic}"
        reasons = recommendation["override_reasons"]
        for offer in (recommendation, *recommendation.get("by_rule", {}).values()):
            yield from _missing(f"{where}.actions", offer.get("actions", []), content["actions"])
            yield from _missing(
                f"{where}.evidence", [offer[e] for e in ("evidence",) if e in offer], content["evidence"]
            )
        of_topic = [name for name, rule in content["rules"].items() if rule["topic"] == topic]
        yield from _missing(f"{where}.by_rule", list(recommendation.get("by_rule", {})), dict.fromkeys(of_topic))
        yield from _missing(f"{where}.override_reasons", reasons, content["override_reasons"])
        if topic not in recommended:
            yield f"{where}: no rule recommends it"
    presences = {name for name, fact in content["facts"].items() if fact["kind"] == "presence"}
    for name, action in content["actions"].items():
        if "already" in action and action["already"] not in presences:
            yield f"actions.{name}.already: {action['already']!r} is not a presence fact"


def _concepts_named(fact: Mapping[str, Any]) -> list[str]:
    sites = [fact[key] for key in ("sites", "observed_at") if key in fact]
    reports = fact.get("reports", {})
    answers = reports.get("answers", {}).values()
    return [*concepts_recorded(fact), *sites, *([reports["concept"]] if reports else []), *answers]


def _missing(where: str, names: list[str], defined: Mapping[str, Any]) -> Iterator[str]:
    for name in names:
        if name not in defined:
            yield f"{where}: {name!r} is not defined"


def _unworded(content: Mapping[str, Any]) -> Iterator[str]:
    words = content["wording"]["en"]
    yield from _missing("wording.en.rules", list(words.get("rules", {})), content["rules"])
    yield from _missing("wording.en.topics", list(content["recommendations"]), words["topics"])
    yield from _missing("wording.en.actions", list(content["actions"]), words["actions"])
    yield from _missing("wording.en.override_reasons", list(content["override_reasons"]), words["override_reasons"])
    shown = [name for name, fact in content["facts"].items() if "when" not in fact]
    yield from _missing("wording.en.facts", shown, words["facts"])
    named = [one["name"] for one in content.get("differentials", ())]
    yield from _missing("wording.en.differentials", named, words.get("differentials", {}))
    for name, fact in content["facts"].items():
        if fact["kind"] == "choice" and name in words["facts"]:
            yield from _missing(f"wording.en.facts.{name}.answers", fact["answers"], words["facts"][name]["answers"])


def _untraced(content: Mapping[str, Any]) -> Iterator[str]:
    """Source statements with no place in the release, and traces that lead nowhere."""
    trace = content["trace"]
    targets = {"rule": content["rules"], "wording": content["wording"]["en"]["topics"], "evidence": content["evidence"]}
    yield from _missing("trace", list(STATEMENTS), trace)
    for statement, places in trace.items():
        for kind, defined in targets.items():
            names = places.get(kind, [])
            yield from _missing(f"trace.{statement}.{kind}", [names] if isinstance(names, str) else names, defined)
        if not set(places) & {*targets, "background"} or not all(places.values()):
            yield f"trace.{statement}: expected rule, wording, evidence or background with its reason"


def _fires_on_nothing(release: Release) -> Iterator[str]:
    """A rule that holds for a patient about whom nothing is known is a fault."""
    for hook in sorted({hook for rule in release.rules for hook in rule.hooks}):
        decision = evaluate(release, Chart(), hook, _EPOCH)
        for recommended in decision.recommended:
            yield f"rules.{recommended.rule}: fires on an empty chart at {hook}"
        for name in decision.failed:
            yield f"rules.{name}: cannot be evaluated on an empty chart"
