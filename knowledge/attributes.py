"""The source attributes of a release: what US certified record systems show of evidence-based decision support.

Thirteen attributes by the paragraph of 45 CFR 170.315(b)(11)(iv)(A) that names them. The first four tell where the
knowledge comes from. The other nine tell which data about a patient it uses, and are computed: a fact uses
what it reads from the chart, and a rule uses all facts beneath it. Nobody types a yes or a no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.codes import codes_of_concept
from knowledge.concepts import concepts_recorded, plain_code
from knowledge.release import Release
from knowledge.review import rests_on
from knowledge.rules import Rule
from knowledge.sightings import Key, creatinine_keys, due_keys, observation_keys

PARAGRAPH = "(b)(11)(iv)(A)"
NOT_STATED = "This release does not state it; later ones do."
_BIRTH, _SEX, _RUNS = "date of birth", "sex", "runs"
_AND_LONGER = "*"  # after a prefix: all codes that begin so


@dataclass(frozen=True, slots=True)
class PatientData:
    """One kind of data about a patient: the elements of the chart and the codes under which it is recorded.

    Codes stand by system; one that begins so counts too. They are those of USCDI, of US Core and of its guide on
    social determinants, and of this project's own findings.
    """

    number: int
    name: str
    elements: frozenset[str] = frozenset()
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


PATIENT_DATA = (
    PatientData(5, "race", codes={"loinc": ("32624-9", "72826-1")}),
    PatientData(6, "ethnicity", codes={"loinc": ("69490-1",)}),
    PatientData(7, "language", codes={"loinc": ("54899-0",)}),
    PatientData(8, "sexual orientation", codes={"loinc": ("76690-7",)}),
    PatientData(9, "gender identity", codes={"loinc": ("76691-5",)}),
    PatientData(10, "sex", frozenset({_SEX}), {"loinc": ("76689-9",)}),
    PatientData(11, "date of birth", frozenset({_BIRTH}), {"loinc": ("21112-8",)}),
    PatientData(
        12,
        "social determinants of health",
        codes={
            "icd-10-cm": tuple(f"Z{number}" for number in range(55, 66)),
            "loinc": ("93025-5", "93039-6", "88121-9", "96777-8", "71802-3"),
        },
    ),
    PatientData(
        13,
        "health status assessments",
        frozenset({_RUNS}),
        {
            # pregnancy, pain, what somebody can do, smoking
            "loinc": (
                "82810-3", "11778-8", "18185-9", "11884-4", "49051-6",
                "72514-3", "38208-5", "38214-3", "75260-0", "61758-9", "72166-2",
            ),
            "icd-10-cm": ("O", "Z33", "Z34", "Z3A"),
            "snomed": ("77386006", "282145008", "285674009"),
            "heel-findings": (
                "pain-severity", "walking-pain-score", "visa-a-score", "visa-a-change", "activities-limited",
                "unable-to-bear-weight", "runs-regularly", "run-distance", "recent-weekly-distance",
                "usual-weekly-distance",
            ),
        },
    ),
)  # fmt: skip


def source_attributes(
    release: Release, events: Sequence[Mapping[str, Any]] = (), hook: str | None = None
) -> dict[str, dict[str, Any]]:
    """The thirteen attributes by paragraph, of the whole release or of its rules on one hook.

    `events` is the release index: it tells when the release was published. A release that does not state an
    attribute says so.
    """
    rules = [rule for rule in release.rules if hook is None or hook in rule.hooks]
    about: Mapping[str, Any] = release.content.get("about", {})
    told: dict[int, dict[str, Any]] = {
        1: {"name": "Bibliographic citations", "citations": list(_citations(release, rules))},
        2: {"name": "Developer", **_stated(about, "developer", "roles")},
        3: {"name": "Funding of the implementation", **_stated(about, "funding", "interests")},
        4: {"name": "Release and revision dates", **_dates(release, rules, events)},
    }
    told |= {data.number: _use(data, release, rules) for data in PATIENT_DATA}
    return {f"{PARAGRAPH}({number})": said for number, said in told.items()}


def intended_use(release: Release) -> dict[str, Any]:
    """What the release is for and not for, who answers for it, and its limits, in plain data."""
    content = release.content
    return {"scope": content["scope"], "not_for": content["not_for"], **content.get("about", {})}


def facts_used(rule: Rule, release: Release) -> set[str]:
    """All facts that can change what a rule says: its condition, what withholds or asks, and what its orders skip."""
    orders = (release.content["actions"][name] for name in release.offer(rule.name).get("actions", ()))
    skipped = [order["already"] for order in orders if "already" in order]
    asked = rule.asked_with.reads if rule.asked_with else ()
    return release.facts.all_beneath((*rule.reads(), *asked, *skipped))


def _citations(release: Release, rules: Iterable[Rule]) -> Iterator[dict[str, Any]]:
    cited: dict[str, list[str]] = {}
    for rule in rules:
        for evidence in rests_on(rule.name, release):
            cited.setdefault(evidence, []).append(rule.name)
    for name in sorted(cited):
        yield {"name": name, **release.content["evidence"][name], "rules": sorted(cited[name])}


def _stated(about: Mapping[str, Any], *members: str) -> dict[str, Any]:
    return {name: about[name] for name in members} if about else {"says": NOT_STATED}


def _dates(release: Release, rules: Iterable[Rule], events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    own = [event for event in events if event["version"] == release.version]
    about: Mapping[str, Any] = release.content.get("about", {})
    evidence = {name for rule in rules for name in rests_on(rule.name, release)}
    sources = {name: release.content["evidence"][name].get("dated", "") for name in sorted(evidence)}
    return {
        **({"published": own[0]["at"], "status": own[-1]["status"]} if own else {}),
        **_stated(about, "first_released", "revised", "review"),
        "sources": {name: dated for name, dated in sources.items() if dated},
        "sources_without_a_date": [name for name, dated in sources.items() if not dated],
    }


def _use(data: PatientData, release: Release, rules: Iterable[Rule]) -> dict[str, Any]:
    """Whether, and where, the rules use one kind of data."""
    reading = {name: reads for name in release.facts.readers if (reads := _read_of(data, name, release))}
    by_fact: dict[str, list[str]] = {}
    for rule in rules:
        for fact in facts_used(rule, release) & reading.keys():
            by_fact.setdefault(fact, []).append(rule.name)
    facts: Mapping[str, Mapping[str, Any]] = release.content["facts"]
    where = [
        {"fact": name, "title": facts[name]["title"], "reads": reading[name], "rules": sorted(by_fact[name])}
        for name in sorted(by_fact)
    ]
    return {"name": f"Use of {data.name}", "used": bool(where), "where": where}


def _read_of(data: PatientData, fact: str, release: Release) -> list[str]:
    """What a fact reads of such data: elements of the chart, and codes."""
    authored = release.content["facts"][fact]
    codes = sorted({f"{system} {code}" for system, code in _codes_of(authored, release) if _is_of(data, system, code)})
    return [*sorted(data.elements & _elements_of(authored)), *codes]


def _is_of(data: PatientData, system: str, code: str) -> bool:
    """Whether a code, or one of those that begin as `code*` says, is among the codes of such data."""
    plain, wide = plain_code(system, code.removesuffix(_AND_LONGER)), code.endswith(_AND_LONGER)
    begins = [plain_code(system, begin) for begin in data.codes.get(system, ())]
    return any(plain.startswith(begin) or (wide and begin.startswith(plain)) for begin in begins)


def _elements_of(fact: Mapping[str, Any]) -> frozenset[str]:
    """What a fact reads of the chart beside its entries: the estimate of a filtration rate needs age and sex."""
    needs = {"age": {_BIRTH}, "creatinine": {_BIRTH, _SEX}, "activity": {_RUNS}}
    return frozenset(element for key, elements in needs.items() if key in fact for element in elements)


def _codes_of(fact: Mapping[str, Any], release: Release) -> Iterator[Key]:
    yield from (*observation_keys(fact), *due_keys(fact), *creatinine_keys(fact))
    for name in concepts_recorded(fact):
        for system, code, whole in codes_of_concept(release.content["concepts"][name]):
            yield system, code if whole else code + _AND_LONGER
