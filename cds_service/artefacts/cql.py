"""The rules of a release as one library of the Clinical Quality Language (CQL 1.5) over FHIR R4.

Each rule is `"Due: NAME"`, its condition, three-valued; `"Withheld: NAME"`, the first reason that holds it
back while it is due, or null; and `"Speaks: NAME"`, whether it advises. Which hook was called, and that a
topic is told once, is left to whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cds_service.artefacts.concept_sets import has_only_codes_without_site
from cds_service.artefacts.cql_conditions import (
    ConditionWriter,
    facts_told_apart_by_side,
    listed,
    quoted,
    text,
)
from cds_service.artefacts.cql_functions import FACTS, FUNCTIONS
from cds_service.artefacts.publication import canonical
from knowledge.release import Release

LIBRARY = "HeelPainRunner"
_OF_CONDITION = frozenset({"condition", "kind", "standings", "title"})
_OF_MEDICATION = frozenset({"also", "kind", "medication", "title"})
_ALSO = frozenset({"conditions"})


def cql_library(release: Release) -> str:
    """The text of the library; the same release gives the same text."""
    writer = _LibraryWriter(release)
    return "\n".join([*writer.header(), FUNCTIONS, *writer.facts(), *writer.openings(), *writer.rules()])


def facts_read_directly(content: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The facts that the library can read from the record without a finding being established, with their concepts.

    They are told by the codes of a Condition, or of a medicine that is taken, and by nothing else: neither words
    nor body sites, dates or routes.
    """
    facts = content["facts"]
    conditions = [fact["when"] for fact in facts.values() if "when" in fact]
    for rule in content["rules"].values():
        conditions += [rule["when"], *(hold["when"] for hold in rule.get("withhold", ()))]
    sided = facts_told_apart_by_side(facts, conditions)
    told = {name: _concepts(fact) for name, fact in facts.items()}
    return {
        name: concepts
        for name, concepts in told.items()
        if concepts
        and all(has_only_codes_without_site(content["concepts"][concept]) for concept in concepts)
        and (name not in sided or ("condition" not in facts[name] and "also" not in facts[name]))
    }


def _concepts(fact: Mapping[str, Any]) -> tuple[str, ...]:
    if "condition" in fact and fact.keys() <= _OF_CONDITION:
        return (fact["condition"],)
    if "medication" in fact and fact.keys() <= _OF_MEDICATION and fact.get("also", {}).keys() <= _ALSO:
        return fact["medication"], *fact.get("also", {}).values()
    return ()


def established_facts(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The facts that do not follow from others: they are established from the record, or read directly."""
    return {name: fact for name, fact in content["facts"].items() if "when" not in fact and "increase" not in fact}


class _LibraryWriter:
    def __init__(self, release: Release) -> None:
        self._release = release
        self._content = release.content
        self._direct = facts_read_directly(release.content)
        self._conditions = ConditionWriter(release.content["facts"])

    def header(self) -> Iterator[str]:
        version = text(self._release.version)
        yield f"// {self._release.name} {self._release.version}, {self._release.digest}"
        yield f"library {LIBRARY} version {version}\n"
        yield "using FHIR version '4.0.1'\n"
        yield f'valueset "established findings": {text(canonical("ValueSet", FACTS))} version {version}'
        for concept in dict.fromkeys(name for names in self._direct.values() for name in names):
            yield f"valueset {_codes(concept)}: {text(canonical('ValueSet', concept))} version {version}"

    def facts(self) -> Iterator[str]:
        book, facts = self._release.facts, self._content["facts"]
        yield "// Facts: those established, then those that follow from them, each after what it needs"
        for name, fact in ((name, facts[name]) for name in (*book.readers, *book.increases, *book.derived)):
            yield f"\n// {fact['title']}\ndefine {quoted(name)}:\n  {self._fact(name, fact)}"

    def _fact(self, name: str, fact: Mapping[str, Any]) -> str:
        if "when" in fact:
            return self._conditions.write(fact["when"])
        if "increase" in fact:
            rise = "RiseInPercent" if fact.get("unit", "%") == "%" else "Rise"
            return f'"{rise}"({quoted(fact["increase"]["from"])}, {quoted(fact["increase"]["to"])})'
        established = {"presence": "Presence", "number": "Number", "choice": "Choices"}[fact["kind"]]
        read = f'"{established}"({text(name)})'
        if name not in self._direct:
            return read
        return f'if {text(name)} in "Told" then {read}\n  else {self._on_record(fact)}'

    def _on_record(self, fact: Mapping[str, Any]) -> str:
        if "condition" in fact:
            return _listed_as(fact["condition"], fact.get("standings", ["current"]))
        drug = _codes(fact["medication"])
        taken = f'"IsTaken"([MedicationRequest: {drug}], [MedicationStatement: {drug}])'
        also = [_listed_as(concept, ["current"]) for concept in fact.get("also", {}).values()]
        return f"Coalesce({', '.join([taken, *also])})" if also else taken

    def openings(self) -> Iterator[str]:
        yield "\n// While one of these is open, advice that could do harm beside it is held back"
        for closure in self._release.closures:
            topics = sorted(closure.open_topics)
            due = [rule.name for rule in self._release.rules if rule.topic in closure.open_topics]
            opened = " or ".join(f"{_due(name)} is true" for name in due) or "false"
            yield f"\n// {', '.join(topics)}\ndefine {_open(closure.reason)}:\n  {opened}"

    def rules(self) -> Iterator[str]:
        yield "\n// Rules, the most important first"
        for rule in self._release.rules:
            authored = self._content["rules"][rule.name]
            evidence = self._content["evidence"]
            yield f"\n// {authored['statement']}"
            yield from (f"// {evidence[name]['label']}: {evidence[name]['url']}" for name in authored["evidence"])
            yield f"define {_due(rule.name)}:\n  {self._conditions.write(authored['when'])}\n"
            yield f"define {_withheld(rule.name)}:\n  {self._reason(rule.name)}\n"
            yield f"define {speaks(rule.name)}:\n  {_due(rule.name)} is true and {_withheld(rule.name)} is null"

    def _reason(self, name: str) -> str:
        rule = self._release.rule(name)
        tests = [self._hold(hold) for hold in self._content["rules"][name].get("withhold", ())]
        for closure in self._release.closures:
            if rule.kind in closure.closes and rule.topic not in closure.open_topics:
                tests.append(f"when {_open(closure.reason)} then {text(closure.reason)}")
        undue = f"when not ({_due(name)} is true) then null"
        return "\n    ".join(["case", undue, *tests, "else null as String"]) + "\n  end"

    def _hold(self, hold: Mapping[str, Any]) -> str:
        test = "not (({}) is false)" if hold["on"] == "unknown" else "({}) is true"
        return f"when {test.format(self._conditions.write(hold['when']))} then {text(hold['reason'])}"


def _listed_as(concept: str, standings: list[str]) -> str:
    return f'"OnRecord"([Condition: {_codes(concept)}], {listed(standings)})'


def _codes(concept: str) -> str:
    return quoted(f"codes of {concept}")


def _due(rule: str) -> str:
    return quoted(f"Due: {rule}")


def _withheld(rule: str) -> str:
    return quoted(f"Withheld: {rule}")


def _open(reason: str) -> str:
    return quoted(f"Open: {reason}")


def speaks(rule: str) -> str:
    """The CQL expression that tells whether a rule advises."""
    return quoted(f"Speaks: {rule}")
