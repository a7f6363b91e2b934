"""How long a call may still take."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock of this process, in seconds."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        return cls(time.monotonic() + seconds)

    def remaining(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.at - time.monotonic())

    @property
    def passed(self) -> bool:
        return self.remaining() == 0.0

    def sooner(self, seconds: float) -> Deadline:
        """The moment `seconds` before this one."""
        return Deadline(self.at - seconds)

    def or_before(self, other: Deadline) -> Deadline:
        """Whichever of the two comes first."""
        return min(self, other, key=lambda deadline: deadline.at)
