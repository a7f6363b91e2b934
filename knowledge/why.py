"""Why a rule spoke, or why not: what carried its outcome, what is missing, the thresholds, and what would flip it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from knowledge.decision import Decision, Fact, Facts
from knowledge.engine import recorded_support
from knowledge.explain import state, told_evidence
from knowledge.release import Release
from knowledge.review import rests_on
from knowledge.rules import Rule
from knowledge.truth import Truth
from knowledge.verdict import judge_of, judged
from knowledge.worlds import is_known

MOST_FLIPS = 5


def why(release: Release, decision: Decision, name: str) -> dict[str, Any]:
    """One rule, in plain data.

    `outcome` (true, false, unknown); `result` (shown, told-by-another, held-back, elsewhere, not-due, failed)
    with its `reason`;
    `because` the recorded facts that carry the outcome, each with its records; `missing` the findings nobody
    recorded that the rule looks at; `thresholds` the numbers compared with; `citations`; and `would_flip` the
    smallest changes of findings that would turn it.
    """
    rule, facts = release.rule(name), decision.facts
    result, reason = _result(rule, decision)
    carrying = dict.fromkeys(recorded_support(release, rule.when, facts))
    missing = (fact for fact in _findings(release, rule) if is_known(facts[fact]) is Truth.UNKNOWN)
    flips = smallest_flips(release, facts, rule)
    return {
        "rule": name,
        "topic": rule.topic,
        "statement": release.content["rules"][name]["statement"],
        "outcome": decision.outcomes[name].value,
        "result": result,
        **({"reason": reason} if reason else {}),
        "because": [_told(facts[fact], release) for fact in carrying],
        "missing": [_asked(fact, release) for fact in missing],
        "thresholds": list(_thresholds(release, rule)),
        "citations": [_cited(evidence, release) for evidence in rests_on(name, release)],
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


def _findings(release: Release, rule: Rule) -> list[str]:
    """The findings a rule looks at, through derived facts too."""
    beneath = release.facts.all_beneath(rule.when.reads)
    return [fact for fact in release.facts.findings if fact in beneath]


def _told(fact: Fact, release: Release) -> dict[str, Any]:
    title = release.content["facts"][fact.name]["title"]
    return {
        "fact": fact.name,
        "title": title,
        "state": state(fact),
        "evidence": [told_evidence(e) for e in fact.evidence],
    }


def _asked(fact: str, release: Release) -> dict[str, str]:
    return {"finding": release.facts.findings[fact], "title": release.content["facts"][fact]["title"]}


def _change(answer: Fact, release: Release) -> dict[str, str]:
    return {**_asked(answer.name, release), "state": state(answer)}


def _thresholds(release: Release, rule: Rule) -> Iterator[dict[str, str]]:
    derived = release.facts.derived
    beneath = sorted(release.facts.all_beneath(rule.when.reads) & derived.keys())
    bounds = (*rule.when.bounds, *(bound for name in beneath for bound in derived[name].bounds))
    for fact, bound in dict.fromkeys(bounds):
        authored = release.content["facts"][fact]
        yield {"fact": fact, "title": authored["title"], "bound": f"{bound:f}", "unit": str(authored.get("unit", ""))}


def _cited(evidence: str, release: Release) -> dict[str, str]:
    source = release.content["evidence"][evidence]
    return {key: source[key] for key in ("label", "url", "grade", "section", "says")}


def smallest_flips(release: Release, facts: Facts, rule: Rule) -> list[tuple[Fact, ...]]:
    """The fewest answers to findings, one or two, that would make a rule true that is not, or the other way round.

    At most `MOST_FLIPS` of them; none where it takes more than two.
    """
    now = rule.when.truth(facts) is Truth.TRUE
    answers = [answer for fact in _findings(release, rule) for answer in release.answers_to(fact)]
    answers = [answer for answer in answers if state(answer) != state(facts[answer.name])]
    single: list[tuple[Fact, ...]] = [(one,) for one in answers if _turns(release, facts, rule, (one,), now)]
    return (single or _pairs(release, facts, rule, answers, now))[:MOST_FLIPS]


def _pairs(release: Release, facts: Facts, rule: Rule, answers: list[Fact], now: bool) -> list[tuple[Fact, ...]]:
    """All pairs that turn the rule: for each first answer the second is found in all worlds of it at once."""
    judge = judge_of(release)
    found: dict[frozenset[str], tuple[Fact, ...]] = {}
    for first in answers:
        read = {name: first if name == first.name else facts[name] for name in release.facts.readers}
        worlds, _ = judge.worlds(read)
        true = judged(rule.when, worlds)[0][0]
        turned = worlds.everywhere & ~true if now else true
        for second in answers:
            if second.name != first.name and is_known(facts[second.name]) is Truth.UNKNOWN:
                there = next(world for world, one in judge.suppositions.answers[second.name] if one is second)
                if there & turned:
                    key = frozenset({f"{one.name} {state(one)}" for one in (first, second)})
                    found.setdefault(key, (first, second))
    known = [answer for answer in answers if is_known(facts[answer.name]) is Truth.TRUE]
    both = [some for some in combinations(known, 2) if some[0].name != some[1].name]
    return [*found.values(), *(some for some in both if _turns(release, facts, rule, some, now))]


def _turns(release: Release, facts: Facts, rule: Rule, answers: tuple[Fact, ...], now: bool) -> bool:
    supposed = facts
    for answer in answers:
        supposed = release.facts.suppose(supposed, answer)[0]
    return (rule.when.truth(supposed) is Truth.TRUE) is not now


def in_plain_words(told: dict[str, Any]) -> Iterator[str]:
    """One rule for a reader who has never seen the code."""
    reason = f" ({told['reason']})" if "reason" in told else ""
    yield f"{told['rule']} -> {told['topic']}: {told['result']}{reason}; its condition is {told['outcome']}"
    yield f"  {told['statement']}"
    for fact in told["because"]:
        records = ", ".join(_record(one) for one in fact["evidence"])
        yield f"  because: {fact['title']}: {fact['state']}" + (f" [{records}]" if records else "")
    if told["outcome"] == "unknown":
        yield "  not recorded: " + "; ".join(one["title"] for one in told["missing"])
    for one in told["thresholds"]:
        yield f"  threshold: {one['title']} {one['bound']} {one['unit']}".rstrip()
    for changes in told["would_flip"]:
        yield "  would flip with: " + " and ".join(f"{one['title']}: {one['state']}" for one in changes)
    if not told["would_flip"]:
        yield "  no answer to one or two findings would flip it"
    for source in told["citations"]:
        yield f"  source: {source['label']}, {source['grade']}, {source['url']}"


def _record(evidence: dict[str, str]) -> str:
    return " ".join(evidence[key] for key in ("reference", "date", "code") if key in evidence)
