"""From a decision to cards: few, the most urgent first, each complete alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cards.audience import Audience
from cards.context import CallContext, DataQuality
from cards.detail import data_quality, detail, provenance
from cards.evidence import links, of_topic, source
from cards.grouping import CRITICAL, Group, grouped, limited
from cards.identity import card_id
from cards.naming import EXTENSION
from cards.suggestions import override_reasons, suggestions
from cards.summary import summary
from cards.text import escaped, joined
from cards.wording import Wording
from knowledge.decision import Decision, Evidence, Fact, Withheld
from knowledge.explain import state
from knowledge.release import Release
from knowledge.truth import Truth

READER_NOT_CLINICIAN = "reader-not-clinician"
INCOMPLETE = "adviceIncomplete"
_REFERENCE = re.compile(r"[A-Z][A-Za-z]{1,63}/[A-Za-z0-9.-]{1,64}")
Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CardSet:
    """The cards of one answer, the topics they carry, and all that is held back."""

    cards: tuple[Card, ...]
    topics: tuple[str, ...]
    withheld: tuple[Withheld, ...]


def build_cards(
    decision: Decision, release: Release, audience: Audience, context: CallContext, quality: DataQuality
) -> CardSet:
    """The cards for one decision; none for a reader who is not a clinician."""
    if context.reader != "practitioner":
        held = (Withheld(one.topic, one.rule, READER_NOT_CLINICIAN) for one in decision.recommended)
        return CardSet((), (), (*decision.withheld, *held))
    warnings = [_incomplete(decision, release, audience, context, quality)] if _must_warn(decision, release) else []
    groups, dropped = limited(grouped(decision.recommended, release), audience.max_cards - len(warnings))
    cards = [_card(group, decision, release, audience, context, quality) for group in groups]
    critical = sum(group.indicator == CRITICAL for group in groups)
    topics = dict.fromkeys(topic for group in groups for topic in group.topics)
    return CardSet((*cards[:critical], *warnings, *cards[critical:]), tuple(topics), (*decision.withheld, *dropped))


def _card(
    group: Group, decision: Decision, release: Release, audience: Audience, context: CallContext, quality: DataQuality
) -> Card:
    wording = Wording(release, audience.language)
    evidence = of_topic(release, group.lead.topic)
    headline = wording.topic(group.lead.topic)["headline"]
    card: Card = {
        "uuid": card_id(context.decision_id, group.key),
        "summary": summary(group, decision.facts, wording),
        "detail": detail(group, decision, release, audience, quality, context.decision_id),
        "indicator": group.indicator,
        "source": source(evidence["label"], evidence["url"], group.lead.topic, headline),
    }
    offered = suggestions(group, decision, release, audience, context)
    card |= {"suggestions": offered, "selectionBehavior": "any"} if offered else {}
    others = {"overrideReasons": override_reasons(group, release, wording), "links": links(group, release, audience)}
    card |= {name: members for name, members in others.items() if members}
    card["extension"] = {EXTENSION: _ours(group, decision)}
    return card


def _ours(group: Group, decision: Decision) -> dict[str, Any]:
    names = dict.fromkeys(name for member in group.members for name in member.facts)
    facts = [_fact(decision.facts[name]) for name in names]
    return {"recommendations": list(group.topics), **({"facts": facts} if facts else {})}


def _fact(fact: Fact) -> dict[str, Any]:
    evidence = list(_evidence(fact.evidence))
    return {"name": fact.name, "value": state(fact), **({"evidence": evidence} if evidence else {})}


def _evidence(items: tuple[Evidence, ...]) -> Iterator[dict[str, str]]:
    """Ids come from the chart: what does not look like one is left out."""
    for item in items:
        if _REFERENCE.fullmatch(item.reference):
            yield {"reference": item.reference, **({"date": item.date.isoformat()} if item.date else {})}


def _must_warn(decision: Decision, release: Release) -> bool:
    """A rule broke, for a patient about whom it might have had something to say."""
    concerned = decision.facts[release.context_fact].truth is Truth.TRUE or any(f.orders for f in decision.facts.values())
    return bool(decision.failed) and concerned


def _incomplete(
    decision: Decision, release: Release, audience: Audience, context: CallContext, quality: DataQuality
) -> Card:
    wording = Wording(release, audience.language)
    origin = release.content["source"]
    text = wording.phrase("failed_summary")
    parts = (escaped(wording.phrase("failed_detail")), data_quality(quality, wording))
    return {
        "uuid": card_id(context.decision_id, INCOMPLETE),
        "summary": text,
        "detail": joined((*parts, provenance(release, context.decision_id, wording)), "\n\n"),
        "indicator": "warning",
        "source": source(origin["label"], origin["url"], INCOMPLETE, text),
    }
