"""Worked cases: small charts in the authors' own words, with what a release must say to them.

They are released with the knowledge. A case names concepts and findings, never codes, so a clinician
can read it; `chart_of` gives it the first code of each concept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from knowledge.chart import Chart, Coding, Entry, Kind, Quantity, Side, Span, Standing, Within
from knowledge.engine import evaluate
from knowledge.errors import ReleaseError
from knowledge.release import Release
from knowledge.truth import Truth


def failures(release: Release, cases: Iterable[Mapping[str, Any]]) -> list[str]:
    """One sentence for each expectation of a case that the release does not meet."""
    return [problem for case in cases for problem in _failures_of(release, case)]


def verify_cases(release: Release) -> None:
    """Run the worked cases of a release on this engine, once a process.

    Raises `ReleaseError` naming those that do not hold.
    """
    if release.digest in _VERIFIED:
        return
    if problems := failures(release, release.content["cases"]):
        raise ReleaseError(
            f"release {release.version}: {len(problems)} of its worked cases do not hold on this engine, so it must "
            "not advise anybody; run the engine it was published with:\n" + "\n".join(problems)
        )
    _VERIFIED.add(release.digest)


_VERIFIED: set[str] = set()  # digests: neither a release nor the engine changes while a process runs


def _failures_of(release: Release, case: Mapping[str, Any]) -> list[str]:
    decision = evaluate(release, chart_of(case, release), case["hook"], instant_of(case["at"]))
    shown = {recommended.topic for recommended in decision.recommended}
    withheld = {(held.topic, held.reason) for held in decision.withheld}
    expect = case["expect"]
    problems = [f"does not show {topic}" for topic in expect.get("shows", ()) if topic not in shown]
    problems += [f"shows {topic}" for topic in expect.get("not", ()) if topic in shown]
    if expect.get("silent") and shown:
        problems.append(f"is not silent but shows {sorted(shown)}")
    problems += [
        f"does not withhold {topic} for {reason} (withheld: {sorted(withheld)})"
        for topic, reason in expect.get("withholds", {}).items()
        if (topic, reason) not in withheld
    ]
    problems += [f"does not ask for {code}" for code in expect.get("asks", ()) if code not in decision.unknown]
    problems += [f"rule {name} failed" for name in decision.failed]
    return [f"case {case['name']!r}: {problem}; shown {sorted(shown)}" for problem in problems]


def chart_of(case: Mapping[str, Any], release: Release) -> Chart:
    """The chart a case describes. Raises `ReleaseError` for a concept or finding that does not exist."""
    at = instant_of(case["at"])
    noted = _span(at - timedelta(hours=1))
    entries = [
        *(entry for code, value in case.get("findings", {}).items() for entry in _finding(code, value, noted, release)),
        *(_condition(item, noted, release) for item in case.get("conditions", ())),
        *(_plain(Kind.MEDICATION, item, noted, release) for item in case.get("medications", ())),
        *(_plain(Kind.PROCEDURE, item, noted, release) for item in case.get("procedures", ())),
        *(_plain(Kind.ORDER, item, noted, release) for item in case.get("orders", ())),
        *(_allergy(item, noted, release) for item in case.get("allergies", ())),
        *(_draft(item, noted, release) for item in case.get("drafts", ())),
        *(_run(item) for item in case.get("runs", ())),
        *(_measurement(item, noted) for item in case.get("observations", ())),
    ]
    entries = [_numbered(entry, place) for place, entry in enumerate(entries, 1)]
    birth = _day(case["born"]) if "born" in case else None
    return Chart(tuple(entries), birth=birth, sex=case.get("sex", "unknown"), obtained=frozenset(Kind))


def _numbered(entry: Entry, place: int) -> Entry:
    return replace(entry, reference=f"{entry.reference}/case-{place}")


def instant_of(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _span(moment: datetime) -> Span:
    return Span(moment, moment)


def _day(text: str) -> Span:
    start = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return Span(start, start + timedelta(days=1) - timedelta(microseconds=1))


def _finding(code: str, value: Any, noted: Span, release: Release) -> list[Entry]:
    fact = release.content["facts"].get(code)
    if fact is None or "finding" not in fact:
        raise ReleaseError(f"cases: there is no finding {code!r}")
    coding = (Coding("heel-findings", fact["finding"]),)
    if fact["kind"] == "choice":
        values = value if isinstance(value, list) else [value]
        return [
            Entry(Kind.OBSERVATION, "Observation", coding, noted=noted, choices=(Coding(fact["system"], v),))
            for v in values
        ]
    if fact["kind"] == "number":
        number = Decimal(str(value))
        return [
            Entry(
                Kind.OBSERVATION,
                "Observation",
                coding,
                noted=noted,
                quantity=Quantity(number, number, fact.get("unit", "")),
            )
        ]
    truth = Truth.UNKNOWN if value == "equivocal" else Truth.of(value)
    return [Entry(Kind.OBSERVATION, "Observation", coding, noted=noted, presence=truth)]


def _coding(concept: str, release: Release) -> tuple[Coding, ...]:
    authored = release.content["concepts"].get(concept)
    if authored is None:
        raise ReleaseError(f"cases: there is no concept {concept!r}")
    groups = {**authored.get("prefixes", {}), **authored.get("codes", {})}
    if not groups and "words" not in authored:
        raise ReleaseError(f"cases: concept {concept!r} has neither a code nor a word of its own to make an entry of")
    return tuple(Coding(system, codes[0]) for system, codes in sorted(groups.items())[:1])


def _worded(concept: str, release: Release) -> str:
    return "" if _coding(concept, release) else str(release.content["concepts"][concept]["words"][0])


def _named(item: Any) -> Mapping[str, Any]:
    return {"concept": item} if isinstance(item, str) else item


def _when(item: Mapping[str, Any], default: Span) -> Span:
    return _day(item["date"]) if "date" in item else default


def _condition(item: Any, noted: Span, release: Release) -> Entry:
    item = _named(item)
    began = _day(item["began"]) if "began" in item else None
    return Entry(
        Kind.CONDITION,
        "Condition",
        _coding(item["concept"], release),
        _worded(item["concept"], release),
        standing=Standing(item.get("standing", "current")),
        side=Side(item.get("side", "unknown")),
        noted=_when(item, noted),
        began=began,
    )


def _allergy(item: Any, noted: Span, release: Release) -> Entry:
    item = _named(item)
    return Entry(
        Kind.ALLERGY,
        "AllergyIntolerance",
        _coding(item["concept"], release),
        _worded(item["concept"], release),
        noted=noted,
        reactions=tuple(item.get("reactions", ())),
    )


def _plain(kind: Kind, item: Any, noted: Span, release: Release) -> Entry:
    item = _named(item)
    return Entry(
        kind,
        "MedicationRequest" if kind is Kind.MEDICATION else "ServiceRequest" if kind is Kind.ORDER else "Procedure",
        _coding(item["concept"], release),
        _worded(item["concept"], release),
        standing=Standing(item.get("standing", "current")),
        noted=_when(item, noted),
        route=item.get("route", "oral"),
    )


def _draft(item: Any, noted: Span, release: Release) -> Entry:
    item = _named(item)
    site = item.get("site")
    return Entry(
        Kind.MEDICATION if item.get("kind") == "medication" else Kind.ORDER,
        "MedicationRequest" if item.get("kind") == "medication" else "ServiceRequest",
        _coding(item["concept"], release),
        _worded(item["concept"], release),
        standing=Standing.PLANNED,
        sites=_coding(site, release) if site else (),
        site_text=_worded(site, release) if site else "",
        noted=noted,
        route=item.get("route", "unknown"),
        draft=True,
        selected=item.get("selected", True),
    )


def _run(item: Mapping[str, Any]) -> Entry:
    start = datetime.fromisoformat(item["date"]).replace(tzinfo=UTC) + timedelta(hours=8)
    distance = Decimal(str(item["km"]))
    coding = (Coding("heel-findings", "run-distance"),)
    return Entry(
        Kind.OBSERVATION, "Observation", coding, noted=_span(start), quantity=Quantity(distance, distance, "km")
    )


def _measurement(item: Mapping[str, Any], noted: Span) -> Entry:
    value = Decimal(str(item["value"]))
    coding = (Coding(item["system"], item["code"]),)
    return Entry(
        Kind.OBSERVATION,
        "Observation",
        coding,
        noted=_when(item, noted),
        quantity=Quantity(value, value, item["unit"]),
        within=Within(item["within"]) if "within" in item else None,
    )
