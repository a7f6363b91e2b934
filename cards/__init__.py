"""From a decision to CDS Hooks cards: layout is code here, wording is knowledge of the release."""

from __future__ import annotations

from cards.build import CardSet, build_cards
from cards.context import CallContext, DataQuality
from cards.response import Origin, response

__all__ = ["CallContext", "CardSet", "DataQuality", "Origin", "build_cards", "response"]
