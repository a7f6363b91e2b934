"""Which release answers a call: the one in force, or the one the caller pinned.

A caller pins one by the request header `Heel-CDS-Knowledge: heel-pain-runner/1.0.0`. What is pinned and may not be
used is refused in plain words: an answer by another release would be silence about it.
"""

from __future__ import annotations

from dataclasses import replace

from cds_service.decide import InForce
from cds_service.errors import RequestError
from cds_service.intake.concept_maps import CodeMaps
from cds_service.published import Published
from knowledge.errors import ReleaseError
from knowledge.index import NAME, numbered
from knowledge.release import Release

HEADER = "Heel-CDS-Knowledge"


class Pins:
    """The releases a caller may pin, as they were published at start. Each is loaded when it is first asked for."""

    def __init__(self, in_force: InForce, published: Published) -> None:
        self._published = published
        self._status = published.status
        self._loaded = {in_force.release.version: in_force}
        self._in_force = in_force

    @property
    def release(self) -> Release:
        """The one in force."""
        return self._in_force.release

    @property
    def code_maps(self) -> CodeMaps:
        """The maps of the client's local codes."""
        return self._in_force.code_maps

    @property
    def superseded_by(self) -> str | None:
        """The newest active version, where the one in force is older: somebody pinned it by a setting."""
        active = [version for version, status in self._status.items() if status == "active"]
        newest = max(active, key=numbered, default=self._in_force.release.version)
        return newest if numbered(newest) > numbered(self._in_force.release.version) else None

    def of(self, header: str | None) -> InForce:
        """What to decide with. Raises `RequestError` 400 for a pin that cannot be honoured."""
        if header is None:
            return self._in_force
        name, _, version = header.strip().partition("/")
        status = self._status.get(version) if name == NAME else None
        if status != "active":
            raise self._refusal(f"release {version} is {status}" if status else "release does not exist")
        if version not in self._loaded:
            try:
                release = self._published.release(version)
            except ReleaseError:
                raise self._refusal(f"release {version} is damaged or not approved") from None
            self._loaded[version] = replace(self._in_force, release=release)
        return self._loaded[version]

    def _refusal(self, found: str) -> RequestError:
        active = sorted((version for version, status in self._status.items() if status == "active"), key=numbered)
        return RequestError(
            400,
            "not-supported",
            f"The pinned {found}, so it answers nobody.",
            f"{HEADER} takes {NAME}/VERSION with one of {', '.join(active)}; without the header the newest answers.",
        )
