"""What a recommendation rests on, as the source and the links of a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cards.audience import Audience
from cards.brief import Brief
from cards.grouping import Group
from cards.naming import TOPICS
from knowledge.release import Release


def of_topic(release: Release, topic: str) -> Mapping[str, Any]:
    """The leading evidence of a recommendation: `label`, `url`, `section`, `grade`, `says`."""
    name = release.content["recommendations"][topic]["evidence"]
    evidence: Mapping[str, Any] = release.content["evidence"][name]
    return evidence


def linked(url: str, audience: Audience) -> bool:
    """Whether this client lets a card link there."""
    address = urlsplit(url)
    allowed = audience.link_hosts is None or address.hostname in audience.link_hosts
    return address.scheme == "https" and bool(address.hostname) and allowed


def source(origin: Mapping[str, Any], topic: str, title: str) -> dict[str, Any]:
    """Where the guidance comes from, and the topic by which a client remembers what was overridden."""
    coding = {"system": TOPICS, "code": topic, "display": title}
    return {"label": origin["label"], "url": origin["url"], "topic": coding}


def links(group: Group, brief: Brief) -> list[dict[str, str]]:
    """One link for each piece of evidence the card rests on."""
    found = (of_topic(brief.release, topic) for topic in group.topics)
    by_url = {evidence["url"]: evidence["label"] for evidence in found if linked(evidence["url"], brief.audience)}
    return [{"label": label, "url": url, "type": "absolute"} for url, label in by_url.items()]
