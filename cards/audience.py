"""How one client takes its cards."""

from __future__ import annotations

from dataclasses import dataclass

from cards.languages import ENGLISH

LEAST_CARDS, MOST_CARDS = 1, 5
INTENTS = ("proposal", "plan", "order")


@dataclass(frozen=True, slots=True)
class Audience:
    """What the calling system shows: how many cards, in which language (English where the release lacks it), and
    which intent its orders may bear.

    `link_hosts` are the hosts it lets a card link to; None: every host of the release's evidence.
    Raises `ValueError` for a number of cards or an intent that no client may ask for.
    """

    max_cards: int = 3
    language: str = ENGLISH
    order_intent: str = "proposal"
    link_hosts: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if not LEAST_CARDS <= self.max_cards <= MOST_CARDS:
            raise ValueError(f"max_cards: found {self.max_cards}, expected {LEAST_CARDS} to {MOST_CARDS}")
        if self.order_intent not in INTENTS:
            raise ValueError(f"order_intent: found {self.order_intent!r}, expected one of {', '.join(INTENTS)}")
