"""What the invariants are tried on: facts, charts and small rule sets, drawn at random but always the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from knowledge.chart import Chart, Coding, Entry, Kind, Quantity, Side, Span, Standing
from knowledge.decision import Evidence, Fact, Facts, Interval, Method
from knowledge.publish import build
from knowledge.release import Release, compile_release, load_release, read_index
from knowledge.truth import Truth
from tests.calls import HOOKS
from tests.invariants.naive import HALF, Told
from tests.unit.knowledge.small_release import content, rule, small_release

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TRUTHS = {Truth.TRUE: 1.0, Truth.FALSE: 0.0, Truth.UNKNOWN: HALF}


def bounded(examples: int) -> settings:
    return settings(derandomize=True, deadline=None, max_examples=examples)


@lru_cache(maxsize=1)
def real_release() -> Release:
    """The release in force, or what the drafts would publish while there is none."""
    return load_release() if read_index() else build()[0]


@lru_cache(maxsize=1)
def small() -> Release:
    return small_release()


@st.composite
def told(draw: st.DrawFn, release: Release) -> dict[str, Told]:
    """Something told of some of the facts that rules read; of a heel complaint most of the time."""
    facts = {name: fact for name, fact in release.content["facts"].items() if name in release.facts.readers}
    known = {name: Told() for name in facts}
    read = sorted(name for name in facts if name in release.rules_reading)
    for name in draw(st.lists(st.sampled_from(read), unique=True, min_size=min(6, len(read) // 3), max_size=40)):
        known[name] = draw(_told_of(facts[name], release.answers_to(name)))
    complaint = draw(st.sampled_from(["", *sorted(COMPLAINTS & set(facts)) * 4]))
    return known | ({complaint: Told(truth=1.0)} if complaint else {})


COMPLAINTS = {"heel-pain-recorded", "p1"}


def _told_of(fact: dict[str, Any], answers: tuple[Fact, ...]) -> st.SearchStrategy[Told]:
    if fact["kind"] == "choice":
        some = st.lists(st.sampled_from(fact["answers"]), min_size=1, max_size=2, unique=True)
        return some.map(lambda chosen: Told(answers=tuple(chosen)))
    if fact["kind"] == "number":
        numbers = [answer.number.low for answer in answers if answer.number and answer.number.low is not None]
        return st.sampled_from([*numbers, Decimal(5)]).map(lambda number: Told(number=number))
    sides = st.lists(st.sampled_from([side.value for side in Side]), max_size=2)
    return st.tuples(st.sampled_from([1.0, 0.0]), sides).map(lambda drawn: Told(truth=drawn[0], sides=tuple(drawn[1])))


def facts_told(release: Release, known: dict[str, Told]) -> Facts:
    """The same facts as the engine takes them."""
    truths = {value: truth for truth, value in TRUTHS.items()}
    facts: Facts = {}
    for name, item in known.items():
        evidence = tuple(
            Evidence(f"Observation/{n}", None, Method.CODE, side=Side(s)) for n, s in enumerate(item.sides)
        )
        number = None if item.number is None else Interval(item.number, item.number)
        truth = Truth.TRUE if item.number is not None or item.answers else truths[item.truth]
        facts[name] = Fact(name, truth, number, choices=item.answers, evidence=evidence)
    return release.facts.complete(facts)


PRESENCES = ["p1", "p2", "p3", "p4", "d1", "d2"]


def conditions() -> st.SearchStrategy[Any]:
    """Conditions over the facts of `rule_sets`, nested a few levels deep."""
    leaves = st.one_of(
        st.sampled_from(PRESENCES),
        st.builds(
            lambda key, bound: {"number": {"fact": "n1", key: bound}},
            st.sampled_from(["min", "above", "max", "below"]),
            st.integers(2, 8),
        ),
        st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=2, unique=True).map(
            lambda answers: {"choice": {"fact": "c1", "any_of": answers}}
        ),
        st.sampled_from(["p1", "p2", "d1", "n1", "c1"]).map(lambda name: {"unknown": name}),
    )
    return st.recursive(leaves, _compound, max_leaves=8)


def _compound(members: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(members, min_size=1, max_size=3)
    return st.one_of(
        several.map(lambda of: {"all": of}),
        several.map(lambda of: {"any": of}),
        several.map(lambda of: {"none": of}),
        members.map(lambda of: {"not": of}),
        members.map(lambda of: {"recorded": of}),
        st.lists(members, min_size=2, max_size=4).map(lambda of: {"at_least": {"n": 2, "of": of}}),
    )


@st.composite
def rule_sets(draw: st.DrawFn) -> Release:
    """A release with four random rules of random classes, cautions and closures over a few facts."""
    flat = st.one_of(st.sampled_from(PRESENCES[:4]), st.sampled_from(PRESENCES[:4]).map(lambda name: {"not": name}))
    two = st.lists(flat, min_size=2, max_size=2)
    facts = {name: {"title": name, "kind": "presence", "finding": name} for name in PRESENCES[:4]}
    facts["d1"] = {"title": "d1", "kind": "presence", "when": {"any": draw(two)}}
    facts["d2"] = {"title": "d2", "kind": "presence", "when": {"all": [*draw(two), "d1"]}}
    facts["n1"] = {"title": "n1", "kind": "number", "finding": "n1", "unit": "1", "plausible": [0, 10]}
    facts["c1"] = {"title": "c1", "kind": "choice", "finding": "c1", "system": "s", "answers": ["a", "b", "c"]}
    topics = ["one", "two", "three"]
    rules = {}
    for name in ("r1", "r2", "r3", "r4"):
        holds = [
            {"when": draw(conditions()), "on": draw(st.sampled_from(["true", "unknown"])), "reason": f"{name}-{place}"}
            for place in range(draw(st.integers(0, 2)))
        ]
        rules[name] = rule(
            topic=draw(st.sampled_from(topics)),
            hooks=draw(st.sampled_from([["patient-view"], ["patient-view", "order-sign"], ["order-sign"]])),
            indicator=draw(st.sampled_from(["critical", "warning", "info"])),
            rank=draw(st.integers(1, 3)),
            when=draw(conditions()),
            withhold=holds,
            **{"class": draw(st.sampled_from(["danger", "investigate", "order", "care", "load", "prompt"]))},
        )
    closures = [
        {"open": [draw(st.sampled_from(topics))], "closes_class": ["care", "load"], "reason": f"closed-{place}"}
        for place in range(draw(st.integers(0, 2)))
    ]
    whole = content(precedence=closures, context_fact="p1", cases=[])
    whole["facts"], whole["rules"] = facts, rules
    return small_release_of(whole)


def small_release_of(whole: dict[str, Any]) -> Release:
    return compile_release(whole, "sha256:0")


@st.composite
def charts(draw: st.DrawFn, release: Release, *, once: bool = False) -> Chart:
    """A chart of findings, conditions, drugs and orders the release knows; with `once`, one entry of each."""
    findings = sorted((n, f) for n, f in release.content["facts"].items() if "finding" in f)
    concepts = sorted((n, c) for n, c in release.content["concepts"].items() if "codes" in c)
    picked = draw(st.lists(st.sampled_from(findings), max_size=8, unique_by=(lambda f: f[0]) if once else None))
    named = draw(st.lists(st.sampled_from(concepts), max_size=6, unique_by=(lambda c: c[0]) if once else None))
    entries = [draw(_finding(fact, place)) for place, (_, fact) in enumerate(picked)]
    entries += [draw(_record(concept, place)) for place, (_, concept) in enumerate(named)]
    if draw(st.booleans()):
        entries.append(_complaint(release))
    born = draw(st.sampled_from([None, datetime(1980, 5, 1, tzinfo=UTC), datetime(2014, 5, 1, tzinfo=UTC)]))
    return Chart(tuple(entries), birth=Span(born, born) if born else None)


def _complaint(release: Release) -> Entry:
    concept = release.content["concepts"]["heel-pain"]
    [(system, codes), *_] = sorted({**concept.get("prefixes", {}), **concept.get("codes", {})}.items())
    moment = NOW - timedelta(hours=2)
    return Entry(Kind.CONDITION, "Condition/pain", (Coding(system, codes[0]),), noted=Span(moment, moment))


@st.composite
def _finding(draw: st.DrawFn, fact: dict[str, Any], place: int) -> Entry:
    value: dict[str, Any] = {"presence": draw(st.sampled_from(list(Truth)))}
    if fact["kind"] == "choice":
        value = {"choices": (Coding(fact["system"], draw(st.sampled_from(fact["answers"]))),)}
    if fact["kind"] == "number":
        number = Decimal(draw(st.integers(0, 20)))
        value = {"quantity": Quantity(number, number, fact["unit"])}
    return Entry(
        Kind.OBSERVATION,
        f"Observation/{place}",
        (Coding("heel-findings", fact["finding"]),),
        side=draw(st.sampled_from(list(Side))),
        noted=draw(_moments()),
        **value,
    )


@st.composite
def _record(draw: st.DrawFn, concept: dict[str, Any], place: int) -> Entry:
    system, codes = draw(st.sampled_from(sorted(concept["codes"].items())))
    kind = draw(st.sampled_from([Kind.CONDITION, Kind.MEDICATION, Kind.ORDER, Kind.PROCEDURE, Kind.ALLERGY]))
    return Entry(
        kind,
        f"{kind.name.title()}/{place}",
        (Coding(system, draw(st.sampled_from(codes))),),
        standing=draw(st.sampled_from([Standing.CURRENT, *Standing])),
        side=draw(st.sampled_from(list(Side))),
        noted=draw(_moments()),
        began=draw(_moments()),
        route=draw(st.sampled_from(["oral", "injection", "topical"])),
        draft=kind in (Kind.ORDER, Kind.MEDICATION) and draw(st.booleans()),
    )


def _moments() -> st.SearchStrategy[Span | None]:
    """Now, lately, long ago, in the future; to the hour or to the day; or not told."""
    hours = st.sampled_from([-48, 1, 1, 5, 30, 24 * 20, 24 * 300, 24 * 800])
    exact = hours.map(lambda ago: NOW - timedelta(hours=ago)).map(lambda moment: Span(moment, moment))
    days = hours.map(lambda ago: (NOW - timedelta(hours=ago)).replace(hour=0)).map(
        lambda day: Span(day, day + timedelta(hours=24) - timedelta(microseconds=1))
    )
    return st.one_of(exact, exact, days, st.none())


__all__ = [
    "HOOKS",
    "NOW",
    "TRUTHS",
    "bounded",
    "charts",
    "facts_told",
    "real_release",
    "rule_sets",
    "small",
    "told",
]
