"""How one client takes its cards."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cards.languages import ENGLISH

LEAST_CARDS, MOST_CARDS = 1, 5
INTENTS = ("proposal", "plan", "order")
ACTION = re.compile(r"(?:create|update|delete)(?::[A-Z][A-Za-z]{0,63})?")


@dataclass(frozen=True, slots=True)
class Audience:
    """What the calling system shows: how many cards, in which language (English where the release lacks it), and
    which intent its orders may bear.

    `link_hosts` are the hosts it lets a card link to; None: every host of the release's evidence. `actions` are those
    it can apply, each a type of CDS Hooks alone or for one FHIR type (create, delete:MedicationRequest); None: all.
    A `silent` one is shown nothing: what it would have been shown is held back.
    `public_url` is where the pages of this service's knowledge can be read: the source of a card is then the page of
    its rule, in the version that spoke. None: the source is the evidence itself.
    Raises `ValueError` for a number of cards, an intent or an action that no client may ask for.
    """

    max_cards: int = 3
    language: str = ENGLISH
    order_intent: str = "proposal"
    link_hosts: frozenset[str] | None = None
    actions: frozenset[str] | None = None
    silent: bool = False
    public_url: str | None = None

    def __post_init__(self) -> None:
        if not LEAST_CARDS <= self.max_cards <= MOST_CARDS:
            raise ValueError(f"max_cards: found {self.max_cards}, expected {LEAST_CARDS} to {MOST_CARDS}")
        if self.order_intent not in INTENTS:
            raise ValueError(f"order_intent: found {self.order_intent!r}, expected one of {', '.join(INTENTS)}")
        if strange := sorted(action for action in self.actions or () if not ACTION.fullmatch(action)):
            raise ValueError(f"actions: found {strange[0]!r}, expected such as create or delete:MedicationRequest")

    def applies(self, action: str, resource_type: str) -> bool:
        """Whether this client can apply an action of this type to a resource of that one."""
        return self.actions is None or not self.actions.isdisjoint((action, f"{action}:{resource_type}"))
