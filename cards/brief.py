"""Everything that the cards of one answer are made from, gathered once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cards.audience import Audience
from cards.context import CallContext, DataQuality
from cards.wording import Wording
from knowledge.chart import Entry
from knowledge.decision import Decision, Facts
from knowledge.differentials import Differential
from knowledge.release import Release
from knowledge.telling_apart import open_differentials
from knowledge.truth import Truth

DRAFT_UNREAD = "draft-drug-unread"


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

    @cached_property
    def differentials(self) -> tuple[Differential, ...]:
        """The pairs of causes that the decision leaves open."""
        return open_differentials(self.release, self.decision)

    @property
    def facts(self) -> Facts:
        return self.decision.facts

    @property
    def drafts_unread(self) -> tuple[Entry, ...]:
        """The drugs being ordered that nothing tells the name of; none where the release does not ask."""
        fact = self.facts.get(DRAFT_UNREAD)
        return fact.orders if fact else ()

    @property
    def has_complaint(self) -> bool:
        """Whether the patient is known to have what the release is about."""
        return self.facts[self.release.context_fact].truth is Truth.TRUE
