"""The body of a card: why, what is not known, what to do, how sure, and what it was made with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cards.besides import besides, told_with
from cards.brief import Brief
from cards.differential import tells_apart
from cards.doubtful import check, doubts_on
from cards.evidence import certainty, leading, linked, of_member
from cards.grouping import CRITICAL, Group
from cards.telling import told, weighed
from cards.text import day, escaped, joined, link, paragraph, sentence
from knowledge.conditions import Condition
from knowledge.decision import Fact
from knowledge.review_clock import overdue_since
from knowledge.truth import Truth

MOST_WORDS = 130  # marks included: some 120 words as they are read, in ten seconds
_DIGEST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class _Length:
    """How much is said of what could be left out: never what to do, or what not to."""

    facts: int
    asked: int
    evidence: bool  # what the source says, beside its name and how certain it is


# Tried in turn until the card is short enough.
_LENGTHS = (_Length(6, 2, True), _Length(6, 2, False), _Length(4, 2, False), _Length(3, 1, False))
_SHORTEST = _Length(2, 1, False)  # where doubts take up room


def detail(group: Group, brief: Brief) -> str:
    """GitHub-flavoured Markdown without HTML or headings, one paragraph for each part, of about 120 words."""
    apart, do, also, adults = (part(group, brief) for part in (tells_apart, _do, _also, _for_adults))
    said = ""
    for length in (*_LENGTHS, *((_SHORTEST,) if doubts_on(group, brief) else ())):
        why, unknown = _why(group, brief, length.facts), _not_known(group, brief, length.asked)
        known = (why, unknown, check(group, brief, length.asked, unknown))
        said = joined((*known, apart, do, also, _how_sure(group, brief, length.evidence), adults), "\n\n")
        if len(said.split()) <= MOST_WORDS:
            break
    return joined((said, *closing(brief, [member.rule for member in group.members])), "\n\n")


def incomplete(brief: Brief) -> str:
    """The body of the card that says that rules broke."""
    return joined((escaped(brief.wording.phrase("failed_detail")), *closing(brief)), "\n\n")


def unread(brief: Brief) -> str:
    """The body of the card that says that a drug being ordered was not understood."""
    return joined((escaped(brief.wording.phrase("draft_unread_detail")), *closing(brief)), "\n\n")


def closing(brief: Brief, rules: Iterable[str] = ()) -> tuple[str, str, str]:
    """What was wrong with the data, if anything, whether a review is overdue, and what the card was made with."""
    return _data_quality(brief), _review(brief, rules), _provenance(brief)


def _for_adults(group: Group, brief: Brief) -> str:
    """That the age is not known well enough, where advice would have been held back from a child."""
    holds = (hold for member in group.members for hold in brief.release.rule(member.rule).holds)
    unsure = any(_turns_on_age(hold.condition, brief) for hold in holds)
    return escaped(brief.wording.phrase("age_unknown")) if unsure else ""


def _turns_on_age(condition: Condition, brief: Brief) -> bool:
    """Whether what is known of the age leaves the condition open: nothing, or a year of birth that allows for both."""
    facts = brief.release.content["facts"]
    ages = [brief.facts[name] for name in brief.release.facts.all_beneath(condition.reads) if facts[name].get("age")]
    if any(age.truth is Truth.UNKNOWN for age in ages):
        return True
    between = any(age.number and age.number.low != age.number.high for age in ages)
    return between and condition.truth(brief.facts) is Truth.UNKNOWN


def _data_quality(brief: Brief) -> str:
    counts = {"unread": brief.quality.unread, "strangers": brief.quality.strangers}
    said = [brief.wording.phrase(key, count=count) for key, count in counts.items() if count]
    said += [brief.wording.phrase("incomplete")] if brief.quality.incomplete else []
    said += [brief.wording.phrase("draft_unread", count=len(brief.drafts_unread))] if brief.drafts_unread else []
    return escaped(joined(said, " "))


def _review(brief: Brief, rules: Iterable[str]) -> str:
    since = overdue_since(brief.release, brief.decision.at, rules)
    return escaped(brief.wording.phrase("review_overdue", date=since.isoformat())) if since else ""


def _provenance(brief: Brief) -> str:
    release = brief.release
    algorithm, _, digest = release.digest.partition(":")
    decided = f"{brief.wording.phrase('decision')} {brief.context.decision_id}"
    return escaped(f"{release.name} {release.version} · {algorithm} {digest[:_DIGEST_SHOWN]} · {decided}")


def _why(group: Group, brief: Brief, most: int) -> str:
    dated: dict[date | None, list[str]] = {}
    for name in told(told_with(group, brief), brief.release)[:most]:
        fact = brief.facts[name]
        if phrase := _as_recorded(fact, brief):
            dated.setdefault(_noted(fact), []).append(phrase)
    said = joined((_on(joined(dict.fromkeys(facts)), noted, brief) for noted, facts in dated.items()), "; ")
    return paragraph(brief.wording.phrase("why"), escaped(sentence(said))) if said else ""


def _as_recorded(fact: Fact, brief: Brief) -> str | None:
    phrase = brief.wording.fact(fact)
    if phrase and fact.truth is Truth.FALSE and not fact.evidence:
        return brief.wording.phrase("as_far_as_recorded", facts=phrase)
    return phrase


def _noted(fact: Fact) -> date | None:
    return max((item.date for item in fact.evidence if item.date), default=None)


def _on(facts: str, noted: date | None, brief: Brief) -> str:
    if noted is None:
        return facts
    said = day(noted, brief.decision.at.date(), brief.wording.months)
    return brief.wording.phrase("recorded_on", facts=facts, date=said)


def _not_known(group: Group, brief: Brief, most: int) -> str:
    if not brief.has_complaint:
        return ""  # what an answer would change is only worked out for a patient with the complaint
    checked = {doubt.fact for doubt in doubts_on(group, brief)}
    wanted = (name for member in group.members for name in member.unknown if name not in checked)
    asked = _asks(wanted, brief, most)
    said = "would_change"
    if not asked:
        asked = _asks((name for name in _read_in_vain(group, brief) if name not in checked), brief, most)
        said = "would_not_change" if asked else "none_known"
    missing = [escaped(sentence(joined(asked, "; ")))] if asked else []
    if not missing and checked:
        return ""  # what is to be checked could change it
    return paragraph(brief.wording.phrase("not_known"), *missing, escaped(brief.wording.phrase(said)))


def _asks(names: Iterable[str], brief: Brief, most: int) -> list[str]:
    asked = (brief.wording.ask(name) for name in dict.fromkeys(names))
    return [ask for ask in asked if ask][:most]


def _read_in_vain(group: Group, brief: Brief) -> Iterator[str]:
    """Findings the leading rule alone of its topic looks at and that nobody recorded."""
    release = brief.release
    looked_at = weighed(group.lead, release)
    others = {rule.name for rule in release.rules if rule.topic == group.lead.topic} - {group.lead.rule}
    for name in release.facts.findings:
        if name in looked_at and brief.facts[name].truth is Truth.UNKNOWN and not others & release.rules_reading[name]:
            yield name


def _do(group: Group, brief: Brief) -> str:
    words = brief.wording.advice(group.lead)
    title = brief.wording.phrase("do_now" if group.indicator == CRITICAL else "do")
    return paragraph(title, *(escaped(sentence(text)) for text in (*words["do"], *_caution(words))))


def _also(group: Group, brief: Brief) -> str:
    carried = [brief.wording.advice(member) for member in (*group.members[1:], *besides(group, brief))]
    said = [escaped(sentence(text)) for words in carried for text in (words["also"], *_caution(words))]
    return paragraph(brief.wording.phrase("also"), *said) if said else ""


def _caution(words: Mapping[str, Any]) -> list[str]:
    return [words["caution"]] if "caution" in words else []


def _how_sure(group: Group, brief: Brief, told: bool) -> str:
    evidence = of_member(group.lead, brief.release)
    label, url = evidence["label"], evidence["url"]
    shown = link(label, url) if linked(url, brief.audience) else escaped(label)
    source = (brief.wording.evidence(leading(group.lead, brief.release)),) if told else ()
    said = (*source, *certainty(group, brief))
    return paragraph(brief.wording.phrase("how_sure"), *(escaped(sentence(text)) for text in said), shown)
