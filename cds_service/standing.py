"""What the files of the releases say: the history of the index, who approved what, and what is wrong with either.

What cannot be read changes nothing and is a fault; what can be read counts. A release that was once seen retired
stays so, whatever an older index says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cds_service.records.accepted import Accepted
from knowledge.approvals import Approvals, named_by
from knowledge.errors import ReleaseError
from knowledge.index import Event, head, latest_events, numbered
from knowledge.signatures import Named


@dataclass(frozen=True)
class Standing:
    """One look at the files: `retired` are the versions that answer nobody again, `faults` what needs a person."""

    events: tuple[Event, ...]
    approvals: Approvals
    retired: frozenset[str] = frozenset()
    faults: tuple[str, ...] = ()
    _problems: dict[Named, str | None] = field(default_factory=dict, compare=False)

    @cached_property
    def latest(self) -> dict[str, Event]:
        """The newest event of each version."""
        return latest_events(self.events)

    @cached_property
    def active(self) -> tuple[Named, ...]:
        """The releases that are active, oldest first, whether or not they were approved."""
        versions = [version for version in self.latest if self.status(version) == "active"]
        return tuple(named_by(self.latest[version]) for version in sorted(versions, key=numbered))

    def status(self, version: str) -> str | None:
        """`draft`, `active` or `retired`; None for a version that is not published."""
        if version not in self.latest:
            return None
        return "retired" if version in self.retired else str(self.latest[version]["status"])

    def named(self, version: str) -> Named:
        """The release of a version. Raises `ReleaseError` where none is published."""
        if version not in self.latest:
            raise ReleaseError(f"release {version!r} is not published; known: {', '.join(self.latest)}")
        return named_by(self.latest[version])

    def problem(self, named: Named) -> str | None:
        """Why a release may not answer, as far as index and approvals tell; None where it may."""
        if named not in self._problems:
            self._problems[named] = next(self._problems_of(named), None)
        return self._problems[named]

    def _problems_of(self, named: Named) -> Iterator[str]:
        status = "retired" if named.version in self.retired else self.status(named.version) or "active"
        if status != "active":
            yield f"release {named.version} is {status}; only an active one answers"
        if problems := self.approvals.problems(named):
            yield "; ".join(problems)


def look(
    events: list[Event] | None,
    approvals: Approvals,
    before: Standing | None,
    accepted: Accepted | None,
    faults: Iterable[str],
) -> Standing:
    """What stands by what was read now: `events` None could not be, of which `faults` tell.

    A history that does not continue the one seen `before`, or the one `accepted`, is a fault; the longer one stands.
    """
    faults = list(faults)
    kept = before.events if before else ()
    if events is not None and head(events[: len(kept)]) != head(kept):
        faults.append(CUT_SHORT)
    elif events is not None:
        kept = tuple(events)
        faults += [ROLLED_BACK.format(accepted.events)] if accepted and not continues(kept, accepted) else []
    once = (before.retired if before else frozenset()) | frozenset(accepted.retired if accepted else ())
    return Standing(kept, approvals, once | _retired(kept), tuple(faults))


def continues(events: Sequence[Event], accepted: Accepted) -> bool:
    """Whether a history goes on from the one that was accepted."""
    return len(events) >= accepted.events and head(events[: accepted.events]) == accepted.head


def _retired(events: Sequence[Event]) -> frozenset[str]:
    return frozenset(event["version"] for event in events if event["status"] == "retired")


ROLLED_BACK = (
    "the release index was rolled back: it does not continue the {} events accepted before; restore it, or accept it "
    "by `heel-cds audit accept-index --reason CODE`"
)
CUT_SHORT = "the release index no longer holds the history this service last saw; restore it"
