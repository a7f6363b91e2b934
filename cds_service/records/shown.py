"""The cards of an answer as they are kept: what each carried, for whom it was made under pseudonym, and by which rules.

A card's uuid follows from the decision's id, and cannot be turned round: without this table nobody could tell which
decision a client's feedback is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Dialect, insert

from cards.naming import EXTENSION
from cds_service.records.commitment import committed
from cds_service.records.compiled import Compiled
from cds_service.records.forms import columns_of
from cds_service.records.tables import ADVICE, CARDS
from knowledge.decision import Decision


@dataclass(frozen=True, slots=True)
class Advice:
    """One recommendation on a card. `rule` is None on a card about the service itself; `grounds` is a digest."""

    topic: str
    rule: str | None = None
    grounds: str | None = None


@dataclass(frozen=True, slots=True)
class ShownCard:
    """One card that is about to be shown."""

    card: str
    advice: tuple[Advice, ...]
    suggestions: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """What the record of the decision says of it."""
        advice = [{"topic": one.topic} | ({"rule": one.rule} if one.rule else {}) for one in self.advice]
        offered = {"suggestions": list(self.suggestions)} if self.suggestions else {}
        return {"card": self.card, "advice": advice, **offered}


@dataclass(frozen=True, slots=True)
class Viewing:
    """Who saw the cards, where and about whom: pseudonyms, None where there is none."""

    user: str | None = None
    location: str | None = None
    patient: str | None = None


NOBODY = Viewing()


def tie(card: str, viewing: Viewing, grounds: Sequence[str | None]) -> list[Any]:
    """What stands beside one card and ties it to people; its record commits to that, and it can be erased."""
    return [card, viewing.user, viewing.location, viewing.patient, list(grounds)]


def commitment_to_ties(salt: str, ties: Sequence[Sequence[Any]]) -> str:
    """The keyed hash of all ties of a record, in the order of its cards."""
    return committed(salt, msgspec.json.encode(ties))


def cards_in(
    response: Mapping[str, Any], decision: Decision, grounds: Mapping[str, str | None]
) -> tuple[ShownCard, ...]:
    """The cards of a response, with the rule that gave each topic; `grounds` are digests by topic."""
    rules = {one.topic: one.rule for one in decision.recommended}
    return tuple(
        ShownCard(
            card["uuid"],
            tuple(Advice(topic, rules.get(topic), grounds.get(topic)) for topic in _topics(card)),
            tuple(suggestion["uuid"] for suggestion in card.get("suggestions", ())),
        )
        for card in response["cards"]
    )


def _topics(card: Mapping[str, Any]) -> list[str]:
    ours = card.get("extension", {}).get(EXTENSION)
    return list(ours["recommendations"]) if ours else [card["source"]["topic"]["code"]]


class ShownCards:
    """Adds cards beside the record of their decision, in its transaction."""

    def __init__(self, dialect: Dialect) -> None:
        self._add_card = Compiled(insert(CARDS), dialect)
        self._add_advice = Compiled(insert(ADVICE), dialect)

    def add(
        self, connection: Connection, record: Mapping[str, Any], cards: Sequence[ShownCard], viewing: Viewing
    ) -> None:
        columns = columns_of(record)
        shared = {name: columns[name] for name in ("decision", "at", "client", "service", "release")}
        shared |= {"user": viewing.user, "location": viewing.location, "patient": viewing.patient}
        rows = [{**shared, "card": one.card, "suggestions": _json(one.suggestions)} for one in cards]
        self._add_card.run_each(connection, rows)
        self._add_advice.run_each(connection, list(_advice(cards)))


def _advice(cards: Sequence[ShownCard]) -> Iterator[dict[str, Any]]:
    for one in cards:
        for place, said in enumerate(one.advice):
            yield {"card": one.card, "place": place, "topic": said.topic, "rule": said.rule, "grounds": said.grounds}


def _json(texts: Sequence[str]) -> str:
    return msgspec.json.encode(texts).decode()
