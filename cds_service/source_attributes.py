"""The document of source attributes that a certified record system imports: of a release, and of each service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cds_service.services import SERVICES, Service
from knowledge.attributes import PARAGRAPH, intended_use, source_attributes
from knowledge.coverage import coverage
from knowledge.release import Release

REGULATION = f"45 CFR 170.315{PARAGRAPH}"
CITATIONS = f"{PARAGRAPH}(1)"


def document(release: Release, events: Sequence[Mapping[str, Any]], service: Service | None = None) -> dict[str, Any]:
    """The attributes of a release, or of one service with it, complete.

    That of a release has those of its services too; there the citations are named only.
    """
    told: dict[str, Any] = {
        "regulation": REGULATION,
        "knowledge": {"name": release.name, "version": release.version, "digest": release.digest},
        "attributes": source_attributes(release, events, service.hook if service else None),
        "intended_use": intended_use(release),
        "evidence": coverage(release),
    }
    if service:
        return {"service": service.id, "hook": service.hook, **told}
    return {**told, "services": {one.id: _briefly(release, events, one) for one in SERVICES}}


def _briefly(release: Release, events: Sequence[Mapping[str, Any]], service: Service) -> dict[str, Any]:
    told = source_attributes(release, events, service.hook)
    named = [citation["name"] for citation in told[CITATIONS]["citations"]]
    return {"hook": service.hook, "attributes": told | {CITATIONS: told[CITATIONS] | {"citations": named}}}
