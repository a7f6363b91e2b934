"""What became of each card, as far as anybody reported it: the rows of an export, and rates with their denominators.

A card nobody reported on is *unknown*: clients send nothing of a card that was ignored, nor where they send no
feedback at all. Of several reports of one card the last counts, by the time the user acted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, select

from cds_service.records.reasons import hl7_code
from cds_service.records.tables import ADVICE, CARDS, FEEDBACK
from cds_service.reports import ACCEPTED, OVERRIDDEN

UNKNOWN, NONE = "unknown", "none"
SIX = ("intervention", "action", "feedback", "user", "date", "location")
FIELDS = (
    *SIX, "nonAdherence", "suggestions", "rule", "release", "card", "decision", "service", "client", "shown"
)  # fmt: skip
GROUPS = ("rule", "release", "site")
_Row = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Fate:
    """One card that was shown, what it carried as (topic, rule), and the last that was reported of it.

    `action` is accepted, overridden or unknown; `date` when that happened or, while unknown, when it was shown.
    """

    shown: _Row
    advice: tuple[tuple[str, str], ...]
    action: str
    date: str
    system: str | None
    reason: str | None
    suggestions: tuple[str, ...]

    @property
    def feedback(self) -> str:
        """The reason given, as `system|code` where a system was sent with it."""
        return "|".join(part for part in (self.system, self.reason) if part) or NONE


def fates(connection: Connection, since: str | None = None, until: str | None = None) -> Iterator[Fate]:
    """Each card shown from an instant (included) to another (not included), as records write them; None: open."""
    wanted = _everything()
    wanted = wanted.where(CARDS.c.at >= since) if since else wanted
    wanted = wanted.where(CARDS.c.at < until) if until else wanted
    rows = connection.execution_options(yield_per=1000).execute(wanted)
    for _, of_one in groupby(rows, key=lambda row: row.card):
        yield _fate(list(of_one))


def _everything() -> Select[*tuple[Any, ...]]:
    """Each card with what it carried and what was reported of it; the reports last in order of time."""
    said = (FEEDBACK.c.outcome, FEEDBACK.c.at.label("acted"), FEEDBACK.c.suggestions.label("accepted"))
    joined = CARDS.join(ADVICE, ADVICE.c.card == CARDS.c.card).outerjoin(FEEDBACK, FEEDBACK.c.card == CARDS.c.card)
    shown = [CARDS.c[name] for name in ("card", "decision", "at", "client", "service", "release", "user", "location")]
    order = (CARDS.c.at, CARDS.c.card, FEEDBACK.c.at, FEEDBACK.c.received, FEEDBACK.c.entry, ADVICE.c.place)
    columns = (*shown, ADVICE.c.topic, ADVICE.c.rule, *said, FEEDBACK.c.reason_system, FEEDBACK.c.reason)
    return select(*columns).select_from(joined).order_by(*order)


def _fate(rows: Sequence[_Row]) -> Fate:
    last = rows[-1]
    accepted = (uuid for row in rows if row.outcome == ACCEPTED for uuid in msgspec.json.decode(row.accepted))
    return Fate(
        shown=last,
        advice=tuple(dict.fromkeys((row.topic, row.rule or NONE) for row in rows)),
        action=last.outcome or UNKNOWN,
        date=f"{last.acted[:19]}Z" if last.acted else last.at,
        system=last.reason_system,
        reason=last.reason,
        suggestions=tuple(dict.fromkeys(accepted)) if last.outcome == ACCEPTED else (),
    )


def exported(connection: Connection, since: str | None, until: str | None) -> Iterator[dict[str, str]]:
    """One row of `FIELDS` for each recommendation of each card, by the date of what became of it."""
    for fate in fates(connection, until=until):
        if (since or "") <= fate.date and (until is None or fate.date < until):
            for topic, rule in fate.advice:
                yield _exported(fate, topic, rule)


def _exported(fate: Fate, topic: str, rule: str) -> dict[str, str]:
    shown = fate.shown
    return {
        "intervention": topic,
        "action": fate.action,
        "feedback": fate.feedback,
        "user": shown.user or UNKNOWN,
        "date": fate.date,
        "location": shown.location or UNKNOWN,
        "nonAdherence": hl7_code(fate.system, fate.reason) or NONE,
        "suggestions": " ".join(fate.suggestions) or NONE,
        "rule": rule,
        "release": shown.release,
        "card": shown.card,
        "decision": shown.decision,
        "service": shown.service,
        "client": shown.client,
        "shown": shown.at,
    }


@dataclass
class Rates:
    """Counts of cards. `accepted`, `overridden` and `unknown` are of `shown`, and each reason of `overridden`."""

    shown: int = 0
    accepted: int = 0
    overridden: int = 0
    unknown: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, fate: Fate) -> None:
        self.shown += 1
        self.accepted += fate.action == ACCEPTED
        self.overridden += fate.action == OVERRIDDEN
        self.unknown += fate.action == UNKNOWN
        if fate.action == OVERRIDDEN:
            self.reasons[fate.reason or NONE] += 1


def rates(found: Iterable[Fate], by: Sequence[str]) -> Mapping[tuple[str, ...], Rates]:
    """The rates in groups by some of `GROUPS`. By rule, a card counts once for each rule that it carries."""
    groups: dict[tuple[str, ...], Rates] = {}
    for fate in found:
        keys = {tuple(_value(name, fate, rule) for name in by) for _, rule in fate.advice}
        for key in keys:
            groups.setdefault(key, Rates()).add(fate)
    return dict(sorted(groups.items()))


def _value(name: str, fate: Fate, rule: str) -> str:
    return str({"rule": rule, "release": fate.shown.release, "site": fate.shown.location or UNKNOWN}[name])
