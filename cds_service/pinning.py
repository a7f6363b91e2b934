"""Which release answers a call: the one in force, or the one the caller pinned.

A caller pins one by the request header `Heel-CDS-Knowledge: heel-pain-runner/1.0.0`. What is pinned and may not be
used is refused in plain words: an answer by another release would be silence about it.
"""

from __future__ import annotations

from contextlib import suppress

from cds_service.decide import InForce
from cds_service.errors import RequestError
from cds_service.intake.concept_maps import CodeMaps
from cds_service.published import Published
from knowledge.errors import ReleaseError
from knowledge.index import NAME, numbered
from knowledge.release import Release

HEADER = "Heel-CDS-Knowledge"


class Pins:
    """The releases that may answer one client. `wanted` is the version a setting names for it; None: the newest.

    Raises `ReleaseError` where that may not answer.
    """

    def __init__(
        self, published: Published, code_maps: CodeMaps, wanted: str | None = None, shadow: Release | None = None
    ) -> None:
        self._published = published
        self._wanted = wanted
        self._shadow = shadow
        self.code_maps = code_maps
        self._last = published.release(wanted)

    @property
    def release(self) -> Release:
        """The one in force. Raises `RequestError` 503 where none may answer any more."""
        try:
            self._last = self._published.release(self._wanted)
        except ReleaseError:
            raise RequestError(
                503, "exception", "No release of the knowledge may answer now.", "GET /readyz says what is wrong."
            ) from None
        return self._last

    @property
    def last(self) -> Release:
        """The one in force, or the last that was: what a record of a refusal names."""
        with suppress(RequestError):
            return self.release
        return self._last

    @property
    def problem(self) -> str | None:
        """Why nothing is in force; None while something is."""
        try:
            self._published.release(self._wanted)
        except ReleaseError as problem:
            return str(problem)
        return None

    @property
    def superseded_by(self) -> str | None:
        """The newest version that would answer, where the one in force is older: a setting names that."""
        newest = max(self._published.available(), key=numbered, default=self.last.version)
        return newest if numbered(newest) > numbered(self.last.version) else None

    def of(self, header: str | None) -> InForce:
        """What to decide with. Raises `RequestError` 400 for a pin that cannot be honoured, 503 as `release` does."""
        if header is None:
            return self._with(self.release)
        name, _, version = header.strip().partition("/")
        status = self._published.status(version) if name == NAME else None
        if status != "active":
            raise self._refusal(f"release {version} is {status}" if status else "release does not exist")
        try:
            return self._with(self._published.release(version))
        except ReleaseError:
            raise self._refusal(f"release {version} is damaged or not approved") from None

    def _with(self, release: Release) -> InForce:
        return InForce(release, self.code_maps, self._shadow)

    def _refusal(self, found: str) -> RequestError:
        return RequestError(
            400,
            "not-supported",
            f"The pinned {found}, so it answers nobody.",
            f"{HEADER} takes {NAME}/VERSION with one of {', '.join(self._published.available())}; without the header "
            "the newest answers.",
        )
