"""Why a rule spoke, or why not: the parts of its condition, the records, what is missing, and what would flip it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from knowledge import reasoning, thresholds
from knowledge.conditions import Condition
from knowledge.decision import Decision, Fact
from knowledge.engine import recorded_support
from knowledge.explain import state, told_evidence
from knowledge.flipping import smallest_flips
from knowledge.release import Release
from knowledge.review import rests_on
from knowledge.rules import Hold, Rule
from knowledge.truth import Truth


def why(release: Release, decision: Decision, name: str) -> dict[str, Any]:
    """One rule, in plain data.

    `outcome` (true, false, unknown); `result` (shown, told-by-another, held-back, elsewhere, not-due, failed)
    with its `reason`; `condition` with the truth of each of its parts (`knowledge.reasoning`);
    `because` the recorded facts that carry the outcome, each with its records; `cautions` what could hold the
    recommendation back, each with `held`, its condition and the facts that carry it; `missing` what nobody
    recorded and would decide, if known; `thresholds` the numbers compared with, and what carries each;
    `citations`; and `would_flip` the smallest changes that would turn it.
    """
    rule, facts = release.rule(name), decision.facts
    result, reason = _result(rule, decision)
    authored = release.content["rules"][name]
    tree = reasoning.tree_of(release, authored["when"])
    flips = smallest_flips(release, facts, rule)
    bounds = list(thresholds.told(release, thresholds.bounds_of(release, rule)))
    return {
        "rule": name,
        "topic": rule.topic,
        "statement": authored["statement"],
        "outcome": decision.outcomes[name].value,
        "result": result,
        **({"reason": reason} if reason else {}),
        "condition": reasoning.told(tree, release, facts),
        "because": _carrying(release, rule.when, decision),
        "cautions": [
            _caution(release, hold, source["when"], decision)
            for hold, source in zip(rule.holds, authored.get("withhold", []), strict=True)
        ],
        "missing": [_named(fact, release) for fact in reasoning.open_leaves(tree, facts)],
        "thresholds": bounds,
        "citations": [_cited(evidence, release) for evidence in _sources(release, name, bounds)],
        "would_flip": [[_change(answer, release) for answer in answers] for answers in flips],
    }


def _result(rule: Rule, decision: Decision) -> tuple[str, str]:
    if rule.name in decision.failed:
        return "failed", ""
    if decision.outcomes[rule.name] is not Truth.TRUE:
        return "not-due", ""
    if decision.hook not in rule.hooks:
        return "elsewhere", ", ".join(sorted(rule.hooks))
    spoken = {one.topic: one.rule for one in decision.recommended}
    if rule.topic in spoken:
        other = spoken[rule.topic]
        return ("shown", "") if other == rule.name else ("told-by-another", other)
    return "held-back", next((one.reason for one in decision.withheld if one.topic == rule.topic), "")


def _carrying(release: Release, condition: Condition, decision: Decision) -> list[dict[str, Any]]:
    names = dict.fromkeys(recorded_support(release, condition, decision.facts))
    return [_told(decision.facts[name], release) for name in names]


def _caution(release: Release, hold: Hold, source: Any, decision: Decision) -> dict[str, Any]:
    """A caution that is unknown holds back too where it guards a drug or a device."""
    truth = hold.condition.truth(decision.facts)
    tree = reasoning.tree_of(release, source)
    return {
        "reason": hold.reason,
        "held": truth is Truth.TRUE or (hold.on_unknown and truth is Truth.UNKNOWN),
        "condition": reasoning.told(tree, release, decision.facts),
        "because": _carrying(release, hold.condition, decision),
    }


def _told(fact: Fact, release: Release) -> dict[str, Any]:
    title = release.content["facts"][fact.name]["title"]
    return {
        "fact": fact.name,
        "title": title,
        "state": state(fact),
        "evidence": [told_evidence(e) for e in dict.fromkeys(fact.evidence)],
    }


def _named(fact: str, release: Release) -> dict[str, str]:
    """A fact by name and title, and by its code where a clinician can record it as a finding."""
    code = release.facts.findings.get(fact)
    return {"fact": fact, "title": release.content["facts"][fact]["title"], **({"finding": code} if code else {})}


def _change(answer: Fact, release: Release) -> dict[str, str]:
    return {**_named(answer.name, release), "state": state(answer)}


def _sources(release: Release, rule: str, bounds: Iterable[Mapping[str, Any]]) -> list[str]:
    """What a rule rests on, and what states its thresholds, each once."""
    stated = (name for bound in bounds for name in bound.get("evidence", ()))
    return list(dict.fromkeys((*rests_on(rule, release), *stated)))


def _cited(evidence: str, release: Release) -> dict[str, str]:
    source = release.content["evidence"][evidence]
    return {"name": evidence, **{key: source[key] for key in ("label", "url", "grade", "section", "says")}}


def in_plain_words(told: Mapping[str, Any]) -> Iterator[str]:
    """One rule for a reader who has never seen the code."""
    reason = f" ({told['reason']})" if "reason" in told else ""
    yield f"{told['rule']} -> {told['topic']}: {told['result']}{reason}; its condition is {told['outcome']}"
    yield f"  {told['statement']}"
    yield from _indented(reasoning.as_lines(told["condition"]))
    yield from _facts("because", told["because"])
    for caution in told["cautions"]:
        yield from _caution_lines(caution)
    if told["missing"]:
        yield "  not recorded, and would decide: " + "; ".join(one["title"] for one in told["missing"])
    for one in told["thresholds"]:
        yield _threshold_line(one, told["citations"])
    for changes in told["would_flip"]:
        yield "  would flip with: " + " and ".join(_supposed(one) for one in changes)
    if not told["would_flip"]:
        yield "  no change would flip it"
    for source in told["citations"]:
        yield f"  source: {source['label']}, {source['grade']}, {source['url']}"


def _supposed(change: Mapping[str, str]) -> str:
    return f"{change['title']}: {reasoning.in_words(change['state'])}"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    yield from (f"    {line}" for line in lines)


def _facts(word: str, facts: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for fact in facts:
        records = ", ".join(_record(one) for one in fact["evidence"])
        yield f"  {word}: {fact['title']}: {reasoning.in_words(fact['state'])}" + (f" [{records}]" if records else "")


def _record(evidence: Mapping[str, str]) -> str:
    return " ".join(evidence[key] for key in ("reference", "date", "code") if key in evidence)


def _caution_lines(caution: Mapping[str, Any]) -> Iterator[str]:
    """A caution that holds back is told in full, one that does not in a line."""
    if not caution["held"]:
        yield f"  caution {caution['reason']}: does not hold it back"
        return
    yield f"  caution {caution['reason']}: holds it back"
    yield from _indented(reasoning.as_lines(caution["condition"]))
    yield from _facts("  because", caution["because"])


def _threshold_line(one: Mapping[str, Any], citations: Iterable[Mapping[str, str]]) -> str:
    labels = "; ".join(source["label"] for source in citations if source["name"] in one.get("evidence", ()))
    carried = [*([f"by {labels}"] if labels else []), *(one[key] for key in ("ours", "meaning") if key in one)]
    measured = f"  threshold: {one['title']} {one['bound']} {reasoning.in_words(one['unit'])}".rstrip()
    return f"{measured} ({'. '.join(carried)})" if carried else measured
