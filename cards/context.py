"""What a card must know of the call it answers, and of the data it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CallContext:
    """The call: whose chart is open, and who will read the cards (`practitioner` or `patient`).

    `declined` are the topics that were declined for this patient a short while ago, on the same facts.
    """

    decision_id: UUID
    patient_id: str
    encounter_id: str | None = None
    reader: str = "practitioner"
    declined: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DataQuality:
    """What was wrong with the data: resources not readable, of another patient, or not to be had."""

    unread: int = 0
    strangers: int = 0
    incomplete: bool = False
