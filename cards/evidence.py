"""What a recommendation rests on, as the source and the links of a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cards.audience import Audience
from cards.brief import Brief
from cards.grouping import Group
from cards.naming import TOPICS
from knowledge.decision import Recommended
from knowledge.release import Release
from knowledge.review import is_unconfirmed, rests_on


def of_member(member: Recommended, release: Release) -> Mapping[str, Any]:
    """The evidence that leads one recommendation, by the rule that gave it where that rests on another."""
    evidence: Mapping[str, Any] = release.content["evidence"][leading(member, release)]
    return evidence


def leading(member: Recommended, release: Release) -> str:
    """The name of that evidence."""
    return str(release.offer(member.rule)["evidence"])


def certainty(group: Group, brief: Brief) -> tuple[str, ...]:
    """How certain the leading evidence is, and whether the card says anything no clinician has confirmed yet."""
    first = of_member(group.lead, brief.release)
    if first.get("unconfirmed"):
        return (brief.wording.phrase("unconfirmed"),)
    grade = brief.wording.phrase(f"grade_{first['grade']}")
    return (grade, brief.wording.phrase("partly_unconfirmed")) if _awaits_review(group, brief.release) else (grade,)


def _awaits_review(group: Group, release: Release) -> bool:
    rests = (name for member in group.members for name in rests_on(member.rule, release))
    return any(is_unconfirmed(name, release) for name in rests)


def linked(url: str, audience: Audience) -> bool:
    """Whether this client lets a card link there."""
    address = urlsplit(url)
    allowed = audience.link_hosts is None or address.hostname in audience.link_hosts
    return address.scheme == "https" and bool(address.hostname) and allowed


def source(origin: Mapping[str, Any], topic: str, title: str, page: str | None = None) -> dict[str, Any]:
    """Where the guidance comes from, and the topic by which a client remembers what was overridden.

    `page` is where that can be read instead of at the origin's own address.
    """
    coding = {"system": TOPICS, "code": topic, "display": title}
    return {"label": origin["label"], "url": page or origin["url"], "topic": coding}


def pinned(brief: Brief, part: str = "") -> str | None:
    """The page of the very release that spoke, or of a part of it, where this service publishes its pages."""
    base, release = brief.audience.public_url, brief.release
    return f"{base}/knowledge/{release.name}/{release.version}{part}" if base else None


def links(group: Group, brief: Brief) -> list[dict[str, str]]:
    """One link for each piece of evidence the card rests on."""
    found = (of_member(member, brief.release) for member in group.members)
    by_url = {evidence["url"]: evidence["label"] for evidence in found if linked(evidence["url"], brief.audience)}
    return [{"label": label, "url": url, "type": "absolute"} for url, label in by_url.items()]
