"""Which published releases may answer: approved ones alone, and never by an older history than was accepted before.

What is wrong with the newest release does not silence the service: the release before goes on answering, and
`faults` say so, to /readyz and /metrics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from cds_service.errors import ConfigurationError
from cds_service.records.accepted import Accepted
from cds_service.settings import Settings
from knowledge.approvals import APPROVALS, Approvals, named_by, read_approvals
from knowledge.errors import ReleaseError
from knowledge.index import NAME, Event, head, latest_events, numbered, read_index
from knowledge.lifecycle import load_approved
from knowledge.release import Release, digest_of, release_path
from knowledge.signatures import Named


class Published:
    """The releases of one folder, as a service sees them that last `accepted` a history of them (None: none yet)."""

    def __init__(self, settings: Settings, accepted: Accepted | None) -> None:
        self._folder = settings.releases
        self._approvals = approvals_of(settings)
        self._accepted = accepted
        self._loaded: Callable[[Named], Release] = cache(self._load)
        self.faults: tuple[str, ...] = ()
        self.events = self._history()
        self.status = {event["version"]: event["status"] for event in self.events}
        self.default = self._newest()

    def release(self, version: str | None) -> Release:
        """An active release (None: the newest that may answer). Raises `ReleaseError` where it may not answer."""
        if version is None or version == self.default.version:
            return self.default
        latest = latest_events(self.events)
        if version not in latest:
            raise ReleaseError(f"release {version!r} is not published; known: {', '.join(latest)}")
        if (status := latest[version]["status"]) != "active":
            raise ReleaseError(f"release {version} is {status}; only an active one answers")
        return self._loaded(named_by(latest[version]))

    def now(self) -> Accepted:
        """What would be accepted now: the release in force with who signed it, and the history it stands in."""
        release = self.default
        signers = tuple((key.role, key.name) for key in self._approvals.signers(_of(release)))
        return Accepted(release.version, release.digest, len(self.events), head(self.events), signers)

    def faults_now(self) -> list[str]:
        """What was wrong at start, and what of the files changed since under the running service."""
        return [*self.faults, *(fault for fault in self._changed() if fault not in self.faults)]

    def _changed(self) -> Iterator[str]:
        try:
            if head(read_index(self._folder)[: len(self.events)]) != head(self.events):
                yield "the release index no longer holds the history this service started with"
            if digest_of(release_path(self.default.version, self._folder).read_bytes()) != self.default.digest:
                yield f"the file of release {self.default.version} was changed; what was loaded goes on answering"
        except (ReleaseError, OSError) as problem:
            yield f"the releases can no longer be read ({type(problem).__name__}); what was loaded goes on answering"

    def _history(self) -> list[Event]:
        """The events of the index; where they cannot be read, or were rolled back, that is a fault."""
        try:
            events = read_index(self._folder)
        except ReleaseError as problem:
            self.faults += (str(problem),)
            return []
        accepted = self._accepted
        if accepted and (len(events) < accepted.events or head(events[: accepted.events]) != accepted.head):
            self.faults += (
                f"the release index was rolled back: it does not continue the {accepted.events} events accepted "
                "before; restore it, or accept it by `heel-cds audit accept-index --reason CODE`",
            )
        return events

    def _newest(self) -> Release:
        """The newest release that may answer; after a rollback the one that answered before, where it still may."""
        active = [event for event in latest_events(self.events).values() if event["status"] == "active"]
        candidates = [named_by(event) for event in sorted(active, key=lambda event: numbered(event["version"]))]
        if self._accepted and self.faults:
            candidates.append(Named(NAME, self._accepted.version, self._accepted.digest))
        for named in reversed(candidates):
            try:
                return self._loaded(named)
            except ReleaseError as problem:
                self.faults += (str(problem),)
        raise ConfigurationError(
            f"{self._folder}: no release may answer: {'; '.join(self.faults) or 'none is active; activate one'}"
        )

    def _load(self, named: Named) -> Release:
        return load_approved(named, self._approvals, self._folder)


def approvals_of(settings: Settings) -> Approvals:
    """Whose signatures count here. Raises `ConfigurationError`; in production development keys count for nothing."""
    if settings.approvals is None and not settings.sandbox:
        raise ConfigurationError(
            "HEEL_CDS_APPROVALS: not set; production needs a file with the keys of your own clinical author and "
            "independent reviewer and what they signed. Make one: heel-cds knowledge trust, then sign (README)"
        )
    try:
        approvals = read_approvals(settings.approvals or settings.releases / APPROVALS.name)
    except ReleaseError as problem:
        raise ConfigurationError(f"HEEL_CDS_APPROVALS: {problem}") from problem
    if settings.sandbox:
        return approvals
    return replace(approvals, keys=tuple(key for key in approvals.keys if not key.development))


def _of(release: Release) -> Named:
    return Named(release.name, release.version, release.digest)
