"""From a decision to cards: few, the most urgent first, each complete alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cards.audience import Audience
from cards.besides import told_with
from cards.brief import Brief
from cards.context import CallContext, DataQuality
from cards.detail import detail, incomplete, unread
from cards.evidence import links, of_member, pinned, source
from cards.grouping import CRITICAL, Group, grouped, limited
from cards.identity import card_id
from cards.naming import EXTENSION, is_reference
from cards.suggestions import override_reasons, suggestions
from cards.summary import summary
from cards.telling import told
from cards.text import capital
from knowledge.decision import Decision, Evidence, Fact, Recommended, Withheld
from knowledge.explain import state
from knowledge.release import Release

READER_NOT_CLINICIAN = "reader-not-clinician"
SILENT = "silent"
DECLINED = "declined"
INCOMPLETE = "adviceIncomplete"
UNREAD = "draftNotInterpreted"
ORDER_HOOKS = frozenset({"order-select", "order-sign"})
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
    """The cards for one decision; none for a reader who is not a clinician, or a client that is silent."""
    if context.reader != "practitioner":
        unshown = (Withheld(one.topic, one.rule, READER_NOT_CLINICIAN) for one in decision.recommended)
        return CardSet((), (), (*decision.withheld, *unshown))
    brief = Brief(decision, release, audience, context, quality)
    warnings = [_incomplete(brief)] if _must_warn(brief) else []
    warnings += [_unread(brief)] if decision.hook in ORDER_HOOKS and brief.drafts_unread else []
    due, quiet = _apart(decision, context)
    groups, dropped = limited(grouped(due, release), audience.max_cards - len(warnings))
    kept_back = (*decision.withheld, *quiet, *dropped)
    if audience.silent:
        held = (Withheld(one.topic, one.rule, SILENT) for group in groups for one in group.members)
        return CardSet((), (), (*kept_back, *held))
    cards = [_card(group, brief) for group in groups]
    critical = sum(group.indicator == CRITICAL for group in groups)
    topics = dict.fromkeys(topic for group in groups for topic in group.topics)
    return CardSet((*cards[:critical], *warnings, *cards[critical:]), tuple(topics), kept_back)


def _apart(decision: Decision, context: CallContext) -> tuple[tuple[Recommended, ...], tuple[Withheld, ...]]:
    """What is due, and what is not said again to those who declined it; never so what is critical, or about an order.

    A draft order is another one each time, whatever was said of the last.
    """
    quiet = [
        one
        for one in decision.recommended
        if one.topic in context.declined and one.indicator != CRITICAL and not one.orders
    ]
    due = tuple(one for one in decision.recommended if one not in quiet)
    return due, tuple(Withheld(one.topic, one.rule, DECLINED) for one in quiet)


def _card(group: Group, brief: Brief) -> Card:
    topic = group.lead.topic
    card: Card = {
        "uuid": card_id(brief.context.decision_id, group.key),
        "summary": summary(group, brief),
        "detail": detail(group, brief),
        "indicator": group.indicator,
        "source": source(
            of_member(group.lead, brief.release),
            topic,
            capital(brief.wording.topic(topic)["headline"]),
            pinned(brief, f"/rules/{group.lead.rule}"),
        ),
    }
    offered = suggestions(group, brief)
    card |= {"suggestions": offered, "selectionBehavior": "any"} if offered else {}
    others = {"overrideReasons": override_reasons(group, brief), "links": links(group, brief)}
    card |= {name: members for name, members in others.items() if members}
    card["extension"] = {EXTENSION: _ours(group, brief)}
    return card


def _ours(group: Group, brief: Brief) -> dict[str, Any]:
    facts = [_fact(brief.facts[name]) for name in told(told_with(group, brief), brief.release)]
    return {"recommendations": list(group.topics), **({"facts": facts} if facts else {})}


def _fact(fact: Fact) -> dict[str, Any]:
    evidence = list(_evidence(fact.evidence))
    return {"name": fact.name, "value": state(fact), **({"evidence": evidence} if evidence else {})}


def _evidence(items: tuple[Evidence, ...]) -> Iterator[dict[str, str]]:
    """Ids come from the chart: what does not look like one is left out."""
    for item in items:
        if is_reference(item.reference):
            yield {"reference": item.reference, **({"date": item.date.isoformat()} if item.date else {})}


def _must_warn(brief: Brief) -> bool:
    """A rule broke, for a patient or an order about which it might have had something to say."""
    ordered = any(fact.orders for fact in brief.facts.values())
    return bool(brief.decision.failed) and (brief.has_complaint or ordered)


def _incomplete(brief: Brief) -> Card:
    return _of_ours(INCOMPLETE, brief.wording.phrase("failed_summary"), incomplete(brief), brief)


def _unread(brief: Brief) -> Card:
    return _of_ours(UNREAD, brief.wording.phrase("draft_unread_summary"), unread(brief), brief)


def _of_ours(topic: str, text: str, body: str, brief: Brief) -> Card:
    """A card about the service itself: what it could not do."""
    return {
        "uuid": card_id(brief.context.decision_id, topic),
        "summary": text,
        "detail": body,
        "indicator": "warning",
        "source": source(brief.release.content["source"], topic, text, pinned(brief)),
    }
