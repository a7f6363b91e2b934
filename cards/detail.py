"""The body of a card: why, what is not known, what to do, how sure, and what it was made with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from cards.audience import Audience
from cards.context import DataQuality
from cards.evidence import linked, of_topic
from cards.grouping import CRITICAL, Group
from cards.text import day, escaped, joined, link, paragraph, sentence
from cards.wording import Wording
from knowledge.decision import Decision, Fact, Recommended
from knowledge.release import Release
from knowledge.truth import Truth

_MOST_FACTS = 8
_MOST_ASKED = 3
_DIGEST_SHOWN = 12


def detail(
    group: Group, decision: Decision, release: Release, audience: Audience, quality: DataQuality, decision_id: UUID
) -> str:
    """GitHub-flavoured Markdown without HTML or headings, one paragraph for each part."""
    wording = Wording(release, audience.language)
    parts = (
        _why(group, decision, wording),
        _not_known(group, decision, release, wording),
        _do(group, wording),
        _also(group, wording),
        _how_sure(group, release, audience, wording),
        data_quality(quality, wording),
        provenance(release, decision_id, wording),
    )
    return joined(parts, "\n\n")


def data_quality(quality: DataQuality, wording: Wording) -> str:
    """What was wrong with the data, or nothing."""
    counts = {"unread": quality.unread, "strangers": quality.strangers}
    said = [wording.phrase(key, count=count) for key, count in counts.items() if count]
    said += [wording.phrase("incomplete")] if quality.incomplete else []
    return escaped(joined(said, " "))


def provenance(release: Release, decision_id: UUID, wording: Wording) -> str:
    """Which knowledge said so, and the id under which the decision is on record."""
    algorithm, _, digest = release.digest.partition(":")
    decided = f"{wording.phrase('decision')} {decision_id}"
    return escaped(f"{release.name} {release.version} · {algorithm} {digest[:_DIGEST_SHOWN]} · {decided}")


def _why(group: Group, decision: Decision, wording: Wording) -> str:
    names = dict.fromkeys(name for member in group.members for name in member.facts)
    dated: dict[date | None, list[str]] = {}
    for name in list(names)[:_MOST_FACTS]:
        fact = decision.facts[name]
        if phrase := _as_recorded(fact, wording):
            dated.setdefault(_noted(fact), []).append(phrase)
    said = joined((_on(joined(facts), noted, decision, wording) for noted, facts in dated.items()), "; ")
    return paragraph(wording.phrase("why"), escaped(sentence(said))) if said else ""


def _as_recorded(fact: Fact, wording: Wording) -> str | None:
    phrase = wording.fact(fact)
    if phrase and fact.truth is Truth.FALSE and not fact.evidence:
        return wording.phrase("as_far_as_recorded", facts=phrase)
    return phrase


def _noted(fact: Fact) -> date | None:
    return max((item.date for item in fact.evidence if item.date), default=None)


def _on(facts: str, noted: date | None, decision: Decision, wording: Wording) -> str:
    if noted is None:
        return facts
    return wording.phrase("recorded_on", facts=facts, date=day(noted, decision.at.date()))


def _not_known(group: Group, decision: Decision, release: Release, wording: Wording) -> str:
    if decision.facts[release.context_fact].truth is not Truth.TRUE:
        return ""  # what an answer would change is only worked out for a patient with the complaint
    asked = _asks((name for member in group.members for name in member.unknown), wording)
    said = wording.phrase("would_change")
    if not asked:
        asked = _asks(_read_in_vain(group.lead, decision, release), wording)
        said = wording.phrase("would_not_change" if asked else "none_known")
    return paragraph(wording.phrase("not_known"), escaped(joined([sentence(joined(asked, "; ")) if asked else "", said], " ")))


def _asks(names: Iterable[str], wording: Wording) -> list[str]:
    asked = (wording.ask(name) for name in dict.fromkeys(names))
    return [ask for ask in asked if ask][:_MOST_ASKED]


def _read_in_vain(lead: Recommended, decision: Decision, release: Release) -> Iterator[str]:
    """Findings the leading rule looks at and that nobody recorded."""
    for name in release.facts.findings:
        if lead.rule in release.rules_reading.get(name, ()) and decision.facts[name].truth is Truth.UNKNOWN:
            yield name


def _do(group: Group, wording: Wording) -> str:
    words = wording.topic(group.lead.topic)
    title = wording.phrase("do_now" if group.indicator == CRITICAL else "do")
    return paragraph(title, *(escaped(sentence(text)) for text in (*words["do"], *_caution(words))))


def _also(group: Group, wording: Wording) -> str:
    carried = [wording.topic(member.topic) for member in group.members[1:]]
    said = [escaped(sentence(text)) for words in carried for text in (words["also"], *_caution(words))]
    return paragraph(wording.phrase("also"), *said) if said else ""


def _caution(words: Any) -> list[str]:
    return [words["caution"]] if "caution" in words else []


def _how_sure(group: Group, release: Release, audience: Audience, wording: Wording) -> str:
    evidence = of_topic(release, group.lead.topic)
    label = escaped(evidence["label"])
    if linked(evidence["url"], audience):
        label = link(evidence["label"], evidence["url"])
    grade = escaped(sentence(wording.phrase(f"grade_{evidence['grade']}")))
    return paragraph(wording.phrase("how_sure"), escaped(sentence(evidence["says"])), grade, label)
