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

from knowledge.chart import Coding, Entry, Kind, Standing
from knowledge.decision import Method

# What the words around a mention make of it, when they stand before it in the clause or right after it.
_NOT_SO = re.compile(
    r"\b(?:no|not|den(?:y|ies|ied|ying)|without|w/o|ruled\s+out|excluded|neg(?:ative)?\s+for|family|fhx?|mother|"
    r"father|sibling|brother|sister|risk\s+of|prevent\w*|screen\w*)(?!\w)|\bnon[\s\-]*$",
    re.IGNORECASE,
)
_DOUBTED = re.compile(
    r"\?|\b(?:query|r/o|rules?\s+out|exclude|possibl[ey]|suspect\w*|suspicio\w+|probabl[ey]|likely|presumed|may\s?be|"
    r"could\s+be|might\s+be|vs|versus|differential|ddx|concern(?:ed)?\s+for|evaluate\s+for)(?!\w)",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\b(?:h/o|hx\s+of|history\s+of|previous(?:ly)?|prior|resolved|healed|s/p|status\s+post)(?!\w)", re.IGNORECASE
)
# "Three weeks' history of heel pain" tells of now.
_COURSE = re.compile(r"\b(?:day|week|wk|month|mo|year|yr)s?['’]?[\s\-]+(?:history|hx)\s+of(?!\w)", re.IGNORECASE)
_NOT_SO_AFTER = re.compile(r"[\s,:(\-]{0,3}(?:ruled\s+out|excluded|unlikely|negative|absent)(?!\w)", re.IGNORECASE)
_DOUBTED_AFTER = re.compile(
    r"[\s,:(\-]{0,3}(?:\?|(?:query|possible|suspected|probable|likely|vs|versus)(?!\w))", re.IGNORECASE
)
_OVER_AFTER = re.compile(r"[\s,:(\-]{0,3}(?:resolved|healed)(?!\w)", re.IGNORECASE)
_CLAUSE_END = re.compile(r"(?<!\bvs)\.|[;,\n]|\bbut\b", re.IGNORECASE)
# "MRI of the left heel" is an MRI of the heel.
_SIDE = re.compile(r"(?<![\w/])(?:(?:the|his|her)\s+)?(?:left|right|bilateral|lt|rt|l|r)(?![\w/\-])\.?", re.IGNORECASE)
_LONGEST_TEXT = 8000  # characters of one wording that are looked at; more is a document, not a name
_LONGEST_NAME = 120
_WORDS_BEFORE = 200
_LONGEST_PREFIX = 18  # no code of a system with prefixes is longer; a longer one costs no more
_WORDED_KINDS = frozenset(
    {Kind.CONDITION, Kind.MEDICATION, Kind.ORDER, Kind.PROCEDURE, Kind.ALLERGY, Kind.FAMILY_HISTORY}
)


_RECORDED = ("condition", "allergy", "medication", "order", "procedure", "draft", "count_of", "coded_weeks")


@dataclass(frozen=True, slots=True)
class Match:
    """One concept an entry belongs to, and how that was found.

    `standing` is POSSIBLE or PAST where the words of the entry doubt it or tell of the past, else None.
    """

    concept: str
    method: Method
    system: str = ""
    code: str = ""
    standing: Standing | None = None


def _strength(match: Match) -> int:
    return tuple(Method).index(match.method)


def concepts_recorded(fact: Mapping[str, Any]) -> list[str]:
    """The names of the concepts of which an authored fact looks for a record: not where it is, nor what it says."""
    named = [fact[key] for key in _RECORDED if key in fact]
    named += [fact["also"]["conditions"]] if "conditions" in fact.get("also", {}) else []
    since = fact.get("since_onset_of", [])
    return [*named, *([since] if isinstance(since, str) else since)]


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
        self._words: list[tuple[str, frozenset[str], re.Pattern[str]]] = []
        self._sited_words: dict[str, tuple[str, str]] = {}
        for name, concept in authored.items():
            self._index(name, concept)
        words = [pattern.pattern for _, _, pattern in self._words]
        self._any_word = re.compile("|".join(words), re.IGNORECASE) if words else None
        self._remembered = lru_cache(maxsize=1024)(self._find_words)

    def _index(self, name: str, concept: Mapping[str, Any]) -> None:
        for system, codes in concept.get("codes", {}).items():
            for code in codes:
                self._exact.setdefault((system, plain_code(system, code)), []).append(name)
        for system, prefixes in concept.get("prefixes", {}).items():
            for prefix in prefixes:
                self._prefix.setdefault(system, {}).setdefault(plain_code(system, prefix), []).append(name)
        self._index_sited(name, concept.get("sited", {}))
        if words := concept.get("words"):
            self._index_words(name, words)

    def _index_words(self, name: str, words: Iterable[str]) -> None:
        begins = frozenset(re.split(r"[\s\-]", word.lower())[0] for word in words)
        self._words.append((name, begins, _word_pattern(words)))

    def _index_sited(self, name: str, sited: Mapping[str, Any]) -> None:
        for key, value in sited.items():
            if key == "prefixes":
                for system, prefixes in value.items():
                    for prefix in prefixes:
                        index = self._sited_prefix.setdefault(system, {})
                        index.setdefault(plain_code(system, prefix), []).append((name, sited["sites"]))
            elif key == "words":
                wording = f"{name} at {sited['sites']}"  # no concept has a space in its name
                self._sited_words[wording] = (name, sited["sites"])
                self._index_words(wording, value)
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
                found[match.concept] = min(found.get(match.concept, match), match, key=_strength)
        if not known and entry.kind in _WORDED_KINDS:
            for name, standing in self._worded(entry).items():
                found.setdefault(name, Match(name, Method.TEXT, standing=standing))
        return tuple(found.values())

    def knows(self, entry: Entry) -> bool:
        """Whether anything tells what the entry is: a code of the release, a class of drugs, or words."""
        named = entry.text or any(coding.display for coding in entry.codings)
        # An ATC code names its drug class by itself, also where no concept of ours holds it.
        return bool(named) or any(coding.system == "atc" for coding in entry.codings) or bool(self.of(entry))

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
        if self._coded(site, entry.sites):
            return True
        displays = " ".join(coding.display for coding in (*entry.sites, *entry.codings))
        return site in self._named_in(f"{entry.site_text} {entry.text} {displays}")

    def names_site(self, entry: Entry, site: str) -> bool:
        """As `is_at`, reading also why it was ordered."""
        return self.is_at(entry, site) or site in self._named_in(entry.reason_text) or self._coded(site, entry.reasons)

    def _coded(self, concept: str, codings: Iterable[Coding]) -> bool:
        return any(concept in self._exact.get((c.system, plain_code(c.system, c.code)), ()) for c in codings)

    def _worded(self, entry: Entry) -> dict[str, Standing | None]:
        """The concepts the entry's wordings name; where they differ, the one that is surest is believed."""
        named: dict[str, Standing | None] = {}
        for text in (entry.text, *(coding.display for coding in entry.codings)):
            for name, standing in self._named_in(text).items():
                if (placed := self._placed(name, entry)) is not None:
                    named[placed] = _surer(standing, named.get(placed, standing))
        return named

    def _placed(self, name: str, entry: Entry) -> str | None:
        """The concept that words stand for; none where they count at a site only and the entry is elsewhere."""
        concept, site = self._sited_words.get(name, (name, None))
        return concept if site is None or self.is_at(entry, site) else None

    def _named_in(self, text: str) -> Mapping[str, Standing | None]:
        # Names of things recur from chart to chart; longer wording is one patient's own and is not kept.
        find = self._remembered if len(text) <= _LONGEST_NAME else self._find_words
        return find(text[:_LONGEST_TEXT])

    def _find_words(self, said: str) -> Mapping[str, Standing | None]:
        text = _SIDE.sub(" ", said)
        if not text or self._any_word is None or not self._any_word.search(text):
            return {}
        lowered = text.lower()
        # To look for a word's beginning costs a hundredth of its pattern, and most are not there.
        likely = ((name, pattern) for name, begins, pattern in self._words if any(b in lowered for b in begins))
        readings = ((name, _reading(pattern, text)) for name, pattern in likely)
        return {
            name: None if said is Standing.CURRENT else said for name, said in readings if said is not Standing.NEGATED
        }


def _starting(index: Mapping[str, list[Any]] | None, code: str) -> Iterable[Any]:
    if not index:
        return ()
    return [name for length in range(1, min(len(code), _LONGEST_PREFIX) + 1) for name in index.get(code[:length], ())]


def _word_pattern(words: Iterable[str]) -> re.Pattern[str]:
    flexible = (re.escape(word).replace(r"\ ", r"[\s\-]+") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(flexible)})(?!\w)", re.IGNORECASE)


_SUREST = (Standing.CURRENT, Standing.POSSIBLE, Standing.PAST, Standing.NEGATED)


def _surer(one: Standing | None, other: Standing | None) -> Standing | None:
    return min(one, other, key=lambda standing: _SUREST.index(standing or Standing.CURRENT))


def _reading(pattern: re.Pattern[str], text: str) -> Standing:
    """The surest of the mentions of the words in the text; NEGATED also where there is none."""
    found = Standing.NEGATED
    for mention in pattern.finditer(text):
        found = min(found, _mentioned(text, mention.start(), mention.end()), key=_SUREST.index)
        if found is Standing.CURRENT:
            break
    return found


def _mentioned(text: str, start: int, end: int) -> Standing:
    before = _CLAUSE_END.split(text[max(0, start - _WORDS_BEFORE) : start])[-1]
    if _NOT_SO.search(before) or _NOT_SO_AFTER.match(text, end):
        return Standing.NEGATED
    if _OVER.search(_COURSE.sub("", before)) or _OVER_AFTER.match(text, end):
        return Standing.PAST
    doubted = _DOUBTED.search(before) or _DOUBTED_AFTER.match(text, end)
    return Standing.POSSIBLE if doubted else Standing.CURRENT
