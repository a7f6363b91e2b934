"""A decision in plain sight: fact by fact what was present, absent or unknown, rule by rule what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

from knowledge.decision import Decision, Evidence, Fact, Interval
from knowledge.differentials import Differential
from knowledge.release import Release
from knowledge.telling_apart import open_differentials
from knowledge.truth import Truth

_PRESENCE = {Truth.TRUE: "present", Truth.FALSE: "absent", Truth.UNKNOWN: "unknown"}
_BOUNDS: Mapping[str, str] = {
    "between": "{low} to {high}",
    "over": "over {low}",
    "at_least": "at least {low}",
    "under": "under {high}",
    "at_most": "at most {high}",
}


def explain(decision: Decision, release: Release) -> dict[str, Any]:
    """The whole reasoning as data: `facts`, `rules`, `recommended`, `withheld`, `unknown`, `failed`.

    `differentials`, where any is open: the causes that both fit and the finding that would tell them apart.
    """
    apart = [_differential(one, release) for one in open_differentials(release, decision)]
    return {
        "at": decision.at.isoformat(),
        "hook": decision.hook,
        "facts": [_fact(decision.facts[name], release) for name in release.content["facts"]],
        "rules": [_rule(name, decision, release) for name in decision.outcomes],
        "recommended": [recommended.topic for recommended in decision.recommended],
        "withheld": [{"topic": w.topic, "rule": w.rule, "reason": w.reason} for w in decision.withheld],
        "unknown": list(decision.unknown),
        "failed": list(decision.failed),
        **({"differentials": apart} if apart else {}),
    }


def _differential(one: Differential, release: Release) -> dict[str, Any]:
    """A pair of causes left open, and how well the finding tells them apart."""
    sources = (release.content["evidence"][name] for name in one.evidence)
    evidence = [{"label": source["label"], "url": source["url"], "says": source["says"]} for source in sources]
    return {"name": one.name, "finding": one.finding, "evidence": evidence}


def _fact(fact: Fact, release: Release) -> dict[str, Any]:
    authored = release.content["facts"][fact.name]
    said: dict[str, Any] = {"name": fact.name, "title": authored["title"], "state": state(fact)}
    if evidence := [told_evidence(item) for item in fact.evidence]:
        said["evidence"] = evidence
    return said


def state(fact: Fact) -> str:
    """`present`, `absent`, `unknown`, or the value with its unit."""
    if fact.number is not None:
        return f"{spelled(fact.number)} {fact.unit}".strip()
    return ", ".join(fact.choices) if fact.choices else _PRESENCE[fact.truth]


def spelled(number: Interval, words: Mapping[str, str] = _BOUNDS) -> str:
    """A number within bounds: `6`, `5 to 6`, `over 60`, `under 15`; `words` say it in another language."""
    low, high = (None if end is None else _figure(end) for end in (number.low, number.high))
    if low is None and high is None:
        return "unknown"
    if high is None:
        said = words["over" if number.low_open else "at_least"]
    elif low is None:
        said = words["under" if number.high_open else "at_most"]
    else:
        said = "{low}" if low == high else words["between"]
    return said.replace("{low}", str(low)).replace("{high}", str(high))


def _figure(end: Decimal) -> str:
    """To one decimal, below 1 to two; to more where it would be rounded up to a whole or a half.

    29.96 said as 30 would stand on the other side of a limit of 30, and 18.46 of one of 18.5.
    """
    exact = round(end, 6)  # what is left of converting a unit is no digit of a measurement
    fewest = 1 if abs(exact) >= 1 else 2
    shown = next(one for places in count(fewest) if (one := round(exact, places)) <= exact or (2 * one) % 1)
    said = f"{shown:f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def told_evidence(item: Evidence) -> dict[str, str]:
    said = {"reference": item.reference, "method": item.method.value}
    if item.date:
        said["date"] = item.date.isoformat()
    if item.code:
        said |= {"system": item.system, "code": item.code}
    return said


def _rule(name: str, decision: Decision, release: Release) -> dict[str, Any]:
    rule = release.rule(name)
    applies = decision.hook in rule.hooks
    return {"name": name, "topic": rule.topic, "outcome": decision.outcomes[name].value, "on_this_hook": applies}


def as_lines(explanation: dict[str, Any]) -> Iterator[str]:
    """The explanation for a terminal, known facts first."""
    yield "Facts"
    for known in (True, False):
        for fact in explanation["facts"]:
            if (fact["state"] != "unknown") is known:
                yield f"  {fact['name']}: {fact['state']}{_sources(fact)}"
    yield "Rules"
    for rule in explanation["rules"]:
        elsewhere = "" if rule["on_this_hook"] else " (not on this hook)"
        yield f"  {rule['name']}: {rule['outcome']} -> {rule['topic']}{elsewhere}"
    for held in explanation["withheld"]:
        yield f"Withheld: {held['topic']} ({held['reason']})"
    if explanation["unknown"]:
        yield "Would change the advice if known: " + ", ".join(explanation["unknown"])
    for one in explanation.get("differentials", ()):
        says = " ".join(f"{source['says']} [{source['label']}]" for source in one["evidence"])
        yield f"Not told apart: {one['name']}; {one['finding']} would. {says}"
    for name in explanation["failed"]:
        yield f"FAILED: rule {name} could not be evaluated; see the service log"


def _sources(fact: dict[str, Any]) -> str:
    sources = (
        f"{e['reference']}{' ' + e['date'] if 'date' in e else ''} by {e['method']}" for e in fact.get("evidence", ())
    )
    joined = "; ".join(sources)
    return f"  [{joined}]" if joined else ""
