"""What every rule, threshold and duration of a release rests on, and whether that is a source or expert consensus.

A threshold in a condition is covered by the evidence of the rules it decides. The limits of a fact itself (how long
a record counts, which values are believed) are covered by the fact's own `evidence`, else by `about.fact_limits`.
Consensus is what still awaits a clinician: evidence marked `unconfirmed`, and nothing else beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.intervals import COMPARISONS
from knowledge.release import Release
from knowledge.review import is_unconfirmed, rests_on

CITED, CONSENSUS, NOTHING = "cited", "consensus", "nothing"
_LIMITS = ("stale_after_days", "within_days", "taken_for_days", "earlier_by_days", "plausible")
_RUNS = ("days", "before_days", "fewest")


@dataclass(frozen=True, slots=True)
class Limit:
    """One number that decides: where it stands, what it says, and the names of the evidence it rests on."""

    where: str
    says: str
    evidence: tuple[str, ...]

    def standing(self, release: Release) -> str:
        return _standing(self.evidence, release)


def limits(release: Release) -> tuple[Limit, ...]:
    """Every threshold and duration of the release, in the rules, in the facts that follow from others, in the facts."""
    return (*_of_rules(release), *_of_derived(release), *_of_facts(release))


def coverage(release: Release) -> dict[str, dict[str, int]]:
    """How many rules and how many limits rest on a source, on consensus alone, or on nothing."""
    rules = (_standing(rests_on(rule.name, release), release) for rule in release.rules)
    return {
        "rules": _counted(rules),
        "limits": _counted(limit.standing(release) for limit in limits(release)),
    }


def coverage_problems(release: Release) -> list[str]:
    """Limits that rest on nothing, and evidence that does not exist; none for a release that does not state them."""
    if "fact_limits" not in release.content.get("about", {}):
        return []
    evidence = release.content["evidence"]
    named = {name: limit.where for limit in limits(release) for name in limit.evidence if name not in evidence}
    return [
        *(f"{where}: {name!r} is not defined among the evidence" for name, where in named.items()),
        *(f"{limit.where}: {limit.says} rests on nothing" for limit in limits(release) if not limit.evidence),
    ]


def _standing(evidence: Iterable[str], release: Release) -> str:
    kinds = {is_unconfirmed(name, release) for name in evidence if name in release.content["evidence"]}
    return CITED if False in kinds else CONSENSUS if kinds else NOTHING


def _counted(standings: Iterable[str]) -> dict[str, int]:
    counts = Counter(standings)
    return {"all": counts.total(), **{standing: counts[standing] for standing in (CITED, CONSENSUS, NOTHING)}}


def _of_rules(release: Release) -> Iterator[Limit]:
    for name, rule in release.content["rules"].items():
        conditions = [rule["when"], *(hold["when"] for hold in rule.get("withhold", ()))]
        conditions += [rule["asked_with"]] if "asked_with" in rule else []
        for condition in conditions:
            for says in _thresholds(condition):
                yield Limit(f"rules.{name}", says, rests_on(name, release))


def _of_derived(release: Release) -> Iterator[Limit]:
    for name, fact in release.content["facts"].items():
        rules = sorted(release.rules_reading.get(name, ()))
        if "when" in fact and rules:
            evidence = fact.get("evidence") or [one for rule in rules for one in rests_on(rule, release)]
            for says in _thresholds(fact["when"]):
                yield Limit(f"facts.{name}", says, tuple(dict.fromkeys(evidence)))


def _of_facts(release: Release) -> Iterator[Limit]:
    common = release.content.get("about", {}).get("fact_limits")
    for name, fact in release.content["facts"].items():
        evidence = tuple(fact.get("evidence", [common] if common else []))
        own = [f"{key} {fact[key]}" for key in _LIMITS if key in fact]
        own += [f"{key} {fact['activity'][key]}" for key in _RUNS if key in fact.get("activity", {})]
        yield from (Limit(f"facts.{name}", says, evidence) for says in own)


def _thresholds(condition: Any) -> Iterator[str]:
    """The comparisons and counts in a condition as authored, other facts' conditions left out."""
    if not isinstance(condition, Mapping):
        return
    [(operator, operand)] = condition.items()
    if operator == "number":
        yield from (f"{operand['fact']} {end} {operand[end]}" for end in COMPARISONS if end in operand)
    elif operator == "at_least":
        yield f"at least {operand['n']} of {len(operand['of'])}"
    members = operand["of"] if operator == "at_least" else operand
    for member in members if isinstance(members, list) else [members] if operator in ("not", "recorded") else []:
        yield from _thresholds(member)
