"""This patient's resources told from strangers', and from what is no resource at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cds_service.intake.dates import span
from cds_service.intake.elements import Json, Unreadable, members, reference_to
from cds_service.intake.references import belongs_to

_COUNT = re.compile(r"[0-9]{1,18}")
_MASKING = frozenset({"REDACTED", "MASKED", "SUBSETTED"})


@dataclass(slots=True)
class Sorting:
    """`patient` is the Patient resource, `index` holds what may be referred to, the rest are counts."""

    patient_id: str
    patient: Json = field(default_factory=dict)
    index: dict[str, Json] = field(default_factory=dict)
    unread: int = 0
    strangers: int = 0
    masked: int = 0

    def own(self, resources: Iterable[Any], kinds: frozenset[str]) -> list[Json]:
        """The patient's resources of the kinds that are read, each in its newest version."""
        return _newest([one for one in resources if self._keeps(one, kinds)])

    def _keeps(self, resource: Any, kinds: frozenset[str]) -> bool:
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            self.unread += 1
            return False
        kind = resource["resourceType"]
        if kind == "Patient":
            self._meet(resource)
            return False
        try:
            theirs = not belongs_to(resource, self.patient_id)
        except Unreadable:
            self.unread += kind in kinds
            return False
        if theirs:
            self.strangers += kind in kinds
            return False
        self._file(resource)
        return kind in kinds

    def _meet(self, patient: Json) -> None:
        given = patient.get("id")
        if given is None or given == self.patient_id:
            self.patient = self.patient or patient
        else:
            self.strangers += 1

    def _file(self, resource: Json) -> None:
        self.index[reference_to(resource)] = resource
        identity = resource.get("id")
        if isinstance(identity, str):
            # Within a bundle a reference may be the bare id of its target, written as urn:uuid.
            self.index.setdefault(identity.lower(), resource)
        self.masked += _is_masked(resource)


def _newest(resources: list[Json]) -> list[Json]:
    """Each resource once: of several versions the last updated, of equal ones the first met."""
    kept: dict[str, Json] = {}
    nameless = []
    for one in resources:
        reference = reference_to(one)
        if reference.endswith("/?"):
            nameless.append(one)
        elif reference not in kept or _version(one) > _version(kept[reference]):
            kept[reference] = one
    return [*kept.values(), *nameless]


def _meta(resource: Json) -> Json:
    meta = resource.get("meta")
    return meta if isinstance(meta, dict) else {}


def _version(resource: Json) -> tuple[float, int]:
    updated, version = span(_meta(resource).get("lastUpdated")), _meta(resource).get("versionId")
    counted = isinstance(version, str) and _COUNT.fullmatch(version)
    return (updated.latest.timestamp() if updated else 0.0), int(str(version)) if counted else 0


def _is_masked(resource: Json) -> bool:
    meta = _meta(resource)
    if "security" not in meta and "tag" not in meta:
        return False
    labels = [*members(meta.get("security")), *members(meta.get("tag"))]
    return any(isinstance(label, dict) and str(label.get("code")) in _MASKING for label in labels)
