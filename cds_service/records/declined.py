"""What was declined for a patient a short while ago, so that it is not said again while nothing has changed.

The patient is known by pseudonym alone, so without the hospital's key nothing is remembered.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Engine, Row, Select, bindparam, select

from cds_service.decide import NOTHING, Occasion
from cds_service.records.database import errors_of
from cds_service.records.pseudonyms import Pseudonyms
from cds_service.records.reasons import LASTING
from cds_service.records.tables import ADVICE, CARDS, FEEDBACK
from cds_service.reports import ACCEPTED, OVERRIDDEN
from cds_service.trust.clients import Client
from knowledge.decision import Decision, Recommended
from knowledge.grounds import grounds
from knowledge.release import Release

LOG = logging.getLogger(__name__)
QUIET = timedelta(days=30)


def grounds_of(decision: Decision, release: Release, pseudonyms: Pseudonyms) -> dict[str, str | None]:
    """For each topic that is due, the digest under the hospital's key of the facts that made its rule true."""
    if not pseudonyms:
        return {}
    return {one.topic: pseudonyms.keyed("grounds", _text(one, decision, release)) for one in decision.recommended}


def _text(one: Recommended, decision: Decision, release: Release) -> str:
    return msgspec.json.encode(grounds(one, decision, release)).decode()


def precisely(at: datetime) -> str:
    """An instant as feedback has it: RFC 3339, UTC, with microseconds, so that texts sort as instants do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _last_words() -> Select[*tuple[Any, ...]]:
    """What was said of each topic shown for one patient since an instant, the latest first."""
    columns = (ADVICE.c.topic, ADVICE.c.grounds, FEEDBACK.c.outcome, FEEDBACK.c.reason_system, FEEDBACK.c.reason)
    joined = CARDS.join(FEEDBACK, FEEDBACK.c.card == CARDS.c.card).join(ADVICE, ADVICE.c.card == CARDS.c.card)
    wanted = (CARDS.c.patient == bindparam("patient")) & (FEEDBACK.c.at > bindparam("since"))
    return (
        select(*columns)
        .select_from(joined)
        .where(wanted)
        .order_by(FEEDBACK.c.at.desc(), FEEDBACK.c.received.desc(), FEEDBACK.c.entry)
    )


class Declines:
    """Remembers what was declined. A database that cannot be asked makes nothing quiet."""

    def __init__(self, engine: Engine, pseudonyms: Pseudonyms) -> None:
        self._engine = engine
        self._pseudonyms = pseudonyms
        self._problems = errors_of(engine)
        self._last_words = _last_words()

    def topics(
        self, occasion: Occasion, client: Client, decision: Decision, release: Release, at: datetime
    ) -> frozenset[str]:
        """The topics due that were declined for a lasting reason on the same facts, and not accepted since."""
        patient = self._pseudonyms.of(client.name, f"Patient/{occasion.patient_id}")
        if patient is None or not decision.recommended:
            return NOTHING
        told: dict[str, bool] = {}
        now = grounds_of(decision, release, self._pseudonyms)
        for topic, then, outcome, system, reason in self._said(patient, at - QUIET):
            declined = outcome == OVERRIDDEN and (system, reason) in LASTING and then == now.get(topic)
            if declined or outcome == ACCEPTED:
                told.setdefault(topic, declined)
        return frozenset(topic for topic, quiet in told.items() if quiet)

    def _said(self, patient: str, since: datetime) -> Sequence[Row[*tuple[Any, ...]]]:
        try:
            with self._engine.connect() as connection:
                given = {"patient": patient, "since": precisely(since)}
                return connection.execute(self._last_words, given).all()
        except self._problems as problem:
            LOG.error("what was declined could not be looked up", extra={"error": type(problem).__name__})
            return []
