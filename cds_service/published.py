"""Which published releases may answer: approved ones alone, and never by an older history than was accepted before.

The files are looked at again when they change, so what is activated, retired or no longer approved counts from the
next call on, in each process. What is wrong with the newest release does not silence the service: the release before
goes on answering, and `faults_now` says so, to /readyz and /metrics.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from cds_service.errors import ConfigurationError
from cds_service.records.accepted import Accepted
from cds_service.settings import Settings
from cds_service.standing import Standing, look
from knowledge.approvals import APPROVALS, Approvals, read_approvals
from knowledge.errors import ReleaseError
from knowledge.index import NAME, Event, head, numbered, read_index
from knowledge.lifecycle import load_approved
from knowledge.release import Release, digest_of, load_release, release_path
from knowledge.signatures import Named

_Stamp = tuple[tuple[int, int, int] | None, ...]


class Published:
    """The releases of one folder, as a service sees them that last `accepted` a history of them (None: none yet).

    Raises `ConfigurationError` where none of them may answer.
    """

    def __init__(self, settings: Settings, accepted: Accepted | None) -> None:
        self._settings, self._folder = settings, settings.releases
        self._approvals = approvals_file(settings)
        self._accepted = accepted
        self._loaded: dict[Named, Release] = {}
        self._damaged: dict[Named, str] = {}
        self._shadow_faults: dict[str, str] = {}
        self._changing = threading.Lock()
        self._recorded: Callable[[Accepted], None] | None = None
        self._stamp = self._stamped()
        self._standing = self._look(None)
        self._default = self._newest()
        if self._default is None:
            raise ConfigurationError(f"{self._folder}: {self._nothing()}")

    @property
    def events(self) -> tuple[Event, ...]:
        """The history of the index."""
        return self._now().events

    def status(self, version: str) -> str | None:
        """`draft`, `active` or `retired`; None for a version that is not published."""
        return self._now().status(version)

    def release(self, version: str | None) -> Release:
        """An active release (None: the newest that may answer). Raises `ReleaseError` where it may not answer."""
        standing = self._now()
        if version is None:
            if self._default is None:
                raise ReleaseError(self._nothing())
            return self._default
        if self._default and version == self._default.version:
            return self._default
        return self._load(standing.named(version), standing)

    def shadow(self, version: str) -> Release | None:
        """A release to evaluate beside the one that answers, also a draft; None, and a fault, where it is damaged.

        Raises `ReleaseError` where none is published.
        """
        self._now().named(version)
        try:
            return load_release(version, self._folder)
        except ReleaseError as problem:
            self._shadow_faults[version] = f"the shadow release is not evaluated: {problem}"
            return None

    def available(self) -> list[str]:
        """The versions that would answer who pins them."""
        standing = self._now()
        allowed = (named for named in standing.active if standing.problem(named) is None)
        return [named.version for named in allowed if not self._spoilt(named)]

    def now(self) -> Accepted | None:
        """What would be accepted now: the release that answers, who signed it, the history; None while at fault."""
        self._now()
        return self._acceptable()

    def _acceptable(self) -> Accepted | None:
        """As `now`, by what was read last: whoever is reading must not begin to read again."""
        standing, release = self._standing, self._default
        if release is None or self._faults():
            return None
        signers = tuple((key.role, key.name) for key in standing.approvals.signers(_of(release)))
        history = len(standing.events), head(standing.events)
        return Accepted(release.version, release.digest, *history, signers, tuple(sorted(standing.retired)))

    def when_changed(self, record: Callable[[Accepted], None]) -> None:
        """Have what is accepted put on record, now and whenever the files come to say something else."""
        self._recorded = record
        self._tell()

    def faults_now(self) -> list[str]:
        """What needs a person: of the index, of approvals, of the bytes of the releases."""
        standing = self._now()
        spoilt = (self._spoilt(named) for named in standing.active if standing.problem(named) is None)
        faults = [*self._faults(), *self._shadow_faults.values(), *(fault for fault in spoilt if fault)]
        return list(dict.fromkeys(faults))

    def _faults(self) -> list[str]:
        return [*self._standing.faults, *self._newer()]

    def _newer(self) -> Iterator[str]:
        """Why releases that are newer than the one that answers do not."""
        since = numbered(self._default.version) if self._default else ()
        for named in self._standing.active:
            problem = self._standing.problem(named) or self._damaged.get(named)
            if problem and numbered(named.version) > since:
                yield problem
        if self._default is None:
            yield self._nothing()

    def _nothing(self) -> str:
        reasons = [*self._standing.faults, *(self._standing.problem(one) or "" for one in self._standing.active)]
        told = "; ".join(reason for reason in [*reasons, *self._damaged.values()] if reason)
        return f"no release may answer: {told or 'none is active; activate one'}"

    def _spoilt(self, named: Named) -> str | None:
        """What became of the file of a release since it was published; an answer never waits for this."""
        answers = "; what was loaded goes on answering" if named in self._loaded else ""
        try:
            digest = digest_of(release_path(named.version, self._folder).read_bytes())
        except OSError as problem:
            return f"release {named.version} can no longer be read ({type(problem).__name__}){answers}"
        return None if digest == named.digest else f"the file of release {named.version} was changed{answers}"

    def _now(self) -> Standing:
        """What the files say, read again only where they changed."""
        if self._stamped() != self._stamp:
            with self._changing:
                if (stamp := self._stamped()) != self._stamp:
                    self._standing, self._stamp = self._look(self._standing), stamp
                    self._damaged.clear()
                    self._default = self._newest()
                    self._tell()
        return self._standing

    def _tell(self) -> None:
        if self._recorded and (accepted := self._acceptable()) and accepted != self._accepted:
            self._accepted = accepted
            self._recorded(accepted)

    def _stamped(self) -> _Stamp:
        return _stamp_of(self._folder / "index.json"), _stamp_of(self._approvals)

    def _look(self, before: Standing | None) -> Standing:
        faults, events = [], None
        try:
            events = read_index(self._folder)
        except ReleaseError as problem:
            faults.append(str(problem))
        try:
            if before and not self._approvals.exists():
                raise ConfigurationError(f"{self._approvals}: the approvals are gone; what they said goes on counting")
            approvals = approvals_of(self._settings)
        except ConfigurationError as problem:
            if before is None:
                raise
            faults.append(str(problem))
            approvals = before.approvals
        return look(events, approvals, before, self._accepted, faults)

    def _newest(self) -> Release | None:
        """The newest release that may answer; after a rollback the one that answered before, where it still may."""
        standing = self._standing
        candidates = list(standing.active)
        if self._accepted and standing.faults:
            candidates.append(Named(NAME, self._accepted.version, self._accepted.digest))
        for named in reversed(candidates):
            try:
                return self._load(named, standing)
            except ReleaseError as problem:
                self._damaged[named] = str(problem)
        return None

    def _load(self, named: Named, standing: Standing) -> Release:
        """A release that may answer as the files stand. Raises `ReleaseError`."""
        if problem := standing.problem(named):
            raise ReleaseError(problem)
        if named not in self._loaded:
            self._loaded[named] = load_approved(named, standing.approvals, self._folder)
        return self._loaded[named]


def approvals_file(settings: Settings) -> Path:
    """Where the approvals that count here are kept."""
    return settings.approvals or settings.releases / APPROVALS.name


def approvals_of(settings: Settings) -> Approvals:
    """Whose signatures count here. Raises `ConfigurationError`; in production development keys count for nothing."""
    if settings.approvals is None and not settings.sandbox:
        raise ConfigurationError(
            "HEEL_CDS_APPROVALS: not set; production needs a file with the keys of your own clinical author and "
            "independent reviewer and what they signed. Make one: heel-cds knowledge trust, then sign (README)"
        )
    try:
        approvals = read_approvals(approvals_file(settings))
    except ReleaseError as problem:
        raise ConfigurationError(f"HEEL_CDS_APPROVALS: {problem}") from problem
    if settings.sandbox:
        return approvals
    return replace(approvals, keys=tuple(key for key in approvals.keys if not key.development))


def _stamp_of(path: Path) -> tuple[int, int, int] | None:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size, told.st_ino


def _of(release: Release) -> Named:
    return Named(release.name, release.version, release.digest)
