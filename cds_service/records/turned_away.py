"""Callers who were turned away. Each is counted; on record comes the first of each kind in an hour.

Anybody can send a bad token, as many and as fast as he likes, so what each of them makes us store must be bounded:
a record for each reason, client and hour, in each process, tells the auditor that it went on, and the counter and
the lines of the service's log how much.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection
from datetime import datetime

from cds_service.engine_identity import engine
from cds_service.errors import NotRecorded, NotTrusted
from cds_service.pinning import Pins
from cds_service.records.forms import refusal_of
from cds_service.records.keeping import Append
from cds_service.records.tally import Tally

LOG = logging.getLogger(__name__)
STATUS = 401


class TurnedAway:
    """Counts those who were turned away, and puts the first of a kind on record through `append`.

    `services` are the ids that may stand in a record, where nothing stands that a stranger wrote.
    """

    def __init__(self, append: Append, pins: Pins, services: Collection[str]) -> None:
        self._append = append
        self._pins = pins
        self._services = services
        self._all = Tally()
        self._hour = ""
        self._this_hour: Counter[tuple[str, str | None]] = Counter()

    @property
    def count(self) -> int:
        """How many since the service started, in all its processes."""
        return self._all.count

    def note(self, problem: NotTrusted, at: datetime, decision: str, service: str | None) -> None:
        """One more. Never fails: that he is turned away stands also where it cannot be recorded."""
        self._all.add()
        told = {"reason": problem.reason} | ({"client": problem.client} if problem.client else {})
        LOG.warning("a caller was turned away", extra=told)
        hour = f"{at:%Y-%m-%dT%H}"
        if hour != self._hour:
            self._hour, self._this_hour = hour, Counter()
        self._this_hour[problem.reason, problem.client] += 1
        if self._this_hour[problem.reason, problem.client] == 1:
            self._put_on_record(problem, at, decision, service)

    def _put_on_record(self, problem: NotTrusted, at: datetime, decision: str, service: str | None) -> None:
        record = refusal_of(
            STATUS,
            problem.reason,
            decision=decision,
            at=at,
            service=service if service in self._services else None,
            client=problem.client,
            release=self._pins.last,
            engine=engine(),
        )
        try:
            self._append(record, None)
        except NotRecorded as failure:
            LOG.error("a refusal could not be recorded", extra={"error": str(failure)})
