"""Everything that the cards of one answer are made from, gathered once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cards.audience import Audience
from cards.context import CallContext, DataQuality
from cards.wording import Wording
from knowledge.decision import Decision, Facts
from knowledge.release import Release
from knowledge.truth import Truth


@dataclass(frozen=True)
class Brief:
    """One decision, the release it was made with, who reads it, about whom, on which data."""

    decision: Decision
    release: Release
    audience: Audience
    context: CallContext
    quality: DataQuality

    @cached_property
    def wording(self) -> Wording:
        return Wording(self.release, self.audience.language)

    @property
    def facts(self) -> Facts:
        return self.decision.facts

    @property
    def has_complaint(self) -> bool:
        """Whether the patient is known to have what the release is about."""
        return self.facts[self.release.context_fact].truth is Truth.TRUE
