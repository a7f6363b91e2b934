"""Named sets of codes, and which of them a chart entry belongs to.

Strongest first: an exact code, a code prefix (ICD), a code added by a site's map, words in the text.
Every coding of an entry is looked at, not only the first. Words count only where no coding is known
to the release: where the code and its display disagree, the code is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from knowledge.chart import Coding, Entry, Kind
from knowledge.decision import Method

# Words that turn a mention into its opposite or into a mere thought, when they come before it in the clause.
_NEGATION = re.compile(
    r"\b(no|not|non|denies|denied|without|w/o|r/o|rule[sd]?\s+out|exclude[sd]?|negative\s+for|neg\s+for|family|fhx|fh|"
    r"mother|father|sibling|query|\?|h/o|hx\s+of|history\s+of|previous|prior|resolved|risk\s+of|prevent\w*|screen\w*)(?=\W|$)|\?",
    re.IGNORECASE,
)
_AFTERWARDS = re.compile(r"^\W{0,3}(\?|ruled\s+out|excluded|unlikely|resolved|negative|absent)", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[.;,\n]|\bbut\b", re.IGNORECASE)
_WORDED_KINDS = frozenset(
    {Kind.CONDITION, Kind.MEDICATION, Kind.ORDER, Kind.PROCEDURE, Kind.ALLERGY, Kind.FAMILY_HISTORY}
)


@dataclass(frozen=True, slots=True)
class Match:
    """One concept an entry belongs to, and how that was found."""

    concept: str
    method: Method
    system: str = ""
    code: str = ""


def plain_code(system: str, code: str) -> str:
    """The code as it is compared: ICD without dots and in capitals, others as they are."""
    return code.replace(".", "").upper() if system.startswith("icd-") else code


class Concepts:
    """All concepts of a release, indexed for one look-up a coding."""

    def __init__(self, authored: Mapping[str, Mapping[str, Any]]) -> None:
        self._exact: dict[tuple[str, str], list[str]] = {}
        self._prefix: dict[str, dict[str, list[str]]] = {}
        self._sited_exact: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self._sited_prefix: dict[str, dict[str, list[tuple[str, str]]]] = {}
        self._words: list[tuple[str, re.Pattern[str]]] = []
        self.flags: dict[str, str] = {}
        for name, concept in authored.items():
            self._index(name, concept)
        words = [pattern.pattern for _, pattern in self._words]
        self._any_word = re.compile("|".join(words), re.IGNORECASE) if words else None
        self._named_in = lru_cache(maxsize=4096)(self._find_words)

    def _index(self, name: str, concept: Mapping[str, Any]) -> None:
        for system, codes in concept.get("codes", {}).items():
            for code in codes:
                self._exact.setdefault((system, plain_code(system, code)), []).append(name)
        for system, prefixes in concept.get("prefixes", {}).items():
            for prefix in prefixes:
                self._prefix.setdefault(system, {}).setdefault(plain_code(system, prefix), []).append(name)
        self._index_sited(name, concept.get("sited", {}))
        if words := concept.get("words"):
            self._words.append((name, _word_pattern(words)))
        if flag := concept.get("flags"):
            self.flags[name] = flag

    def _index_sited(self, name: str, sited: Mapping[str, Any]) -> None:
        for key, value in sited.items():
            if key == "prefixes":
                for system, prefixes in value.items():
                    for prefix in prefixes:
                        index = self._sited_prefix.setdefault(system, {})
                        index.setdefault(plain_code(system, prefix), []).append((name, sited["sites"]))
            elif key != "sites":
                for code in value:
                    self._sited_exact.setdefault((key, plain_code(key, code)), []).append((name, sited["sites"]))

    def of(self, entry: Entry) -> tuple[Match, ...]:
        """The concepts this entry belongs to, each once, by its strongest method."""
        found: dict[str, Match] = {}
        known = False
        for coding in entry.codings:
            method = Method.MAP if coding in entry.mapped else Method.CODE
            matches, recognised = self._by_code(coding, entry, method)
            known = known or recognised
            for match in matches:
                found.setdefault(match.concept, match)
        if not known and entry.kind in _WORDED_KINDS:
            for name in self._worded(entry):
                found.setdefault(name, Match(name, Method.TEXT))
        return tuple(found.values())

    def _by_code(self, coding: Coding, entry: Entry, method: Method) -> tuple[list[Match], bool]:
        system, code = coding.system, plain_code(coding.system, coding.code)
        matches = [Match(name, method, system, coding.code) for name in self._exact.get((system, code), ())]
        by_prefix = Method.PREFIX if method is Method.CODE else method
        matches += [Match(name, by_prefix, system, coding.code) for name in _starting(self._prefix.get(system), code)]
        sited = [*self._sited_exact.get((system, code), ()), *_starting(self._sited_prefix.get(system), code)]
        matches += [Match(name, by_prefix, system, coding.code) for name, site in sited if self.is_at(entry, site)]
        return matches, bool(matches or sited)

    def is_at(self, entry: Entry, site: str) -> bool:
        """Whether the entry's body sites or wording name the site concept."""
        if any(site in self._exact.get((coding.system, coding.code), ()) for coding in entry.sites):
            return True
        displays = " ".join(coding.display for coding in (*entry.sites, *entry.codings))
        return site in self._named_in(f"{entry.site_text} {entry.text} {displays}")

    def names_site(self, entry: Entry, site: str) -> bool:
        """As `is_at`, reading also why it was ordered."""
        if self.is_at(entry, site) or site in self._named_in(entry.reason_text):
            return True
        return any(site in self._exact.get((coding.system, coding.code), ()) for coding in entry.reasons)

    def reason_concepts(self, entry: Entry) -> frozenset[str]:
        """The concepts named as the reason of an order."""
        coded = (self._exact.get((c.system, plain_code(c.system, c.code)), ()) for c in entry.reasons)
        return frozenset(name for names in coded for name in names) | self._named_in(entry.reason_text)

    def _worded(self, entry: Entry) -> frozenset[str]:
        named = self._named_in(entry.text)
        for coding in entry.codings:
            named |= self._named_in(coding.display)
        return named

    def _find_words(self, text: str) -> frozenset[str]:
        if not text or self._any_word is None or not self._any_word.search(text):
            return frozenset()
        return frozenset(name for name, pattern in self._words if _affirmed(pattern, text))


def _starting(index: Mapping[str, list[Any]] | None, code: str) -> Iterable[Any]:
    if not index:
        return ()
    return [name for length in range(1, len(code) + 1) for name in index.get(code[:length], ())]


def _word_pattern(words: Iterable[str]) -> re.Pattern[str]:
    flexible = (re.escape(word).replace(r"\ ", r"[\s\-]+") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(flexible)})(?!\w)", re.IGNORECASE)


def _affirmed(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the text mentions the words at least once without taking them back."""
    for mention in pattern.finditer(text):
        before = _CLAUSE_END.split(text[: mention.start()])[-1]
        if not _NEGATION.search(before) and not _AFTERWARDS.search(text[mention.end() :]):
            return True
    return False
