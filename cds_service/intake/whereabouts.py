"""Where a call comes from: the place its encounter names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cds_service.intake.bundles import Resource
from cds_service.intake.elements import Json, members
from cds_service.intake.identity import reference_of, typed

_LEFT = frozenset({"completed", "planned", "reserved"})  # of Encounter.location.status


def location_of(resources: Iterable[Resource], encounter_id: str | None) -> str | None:
    """`Location/id` of the encounter with this id among the resources; the last one it has not left."""
    wanted = f"Encounter/{encounter_id}"
    places = [
        place
        for resource in resources
        if reference_of(resource) == wanted
        for place in _objects(resource.get("location"))
        if place.get("status") not in _LEFT
    ]
    named = (typed(one.get("reference")) for place in reversed(places) for one in _objects(place.get("location")))
    return next((reference for reference in named if reference and reference.startswith("Location/")), None)


def _objects(value: Any) -> list[Json]:
    """Those members that are objects: what else stands there is passed over, since no advice hangs on it."""
    return [member for member in members(value) if isinstance(member, dict)]
