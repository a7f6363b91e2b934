"""Three-valued logic after Kleene: true, false, unknown.

Written once, here. *Unknown* means that nobody told us; it is never read as *false*.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Truth(StrEnum):
    """What is known about one statement on the patient."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, known: bool | None) -> Truth:
        """Lift a Python answer; ``None`` is *unknown*."""
        if known is None:
            return cls.UNKNOWN
        return cls.TRUE if known else cls.FALSE

    def __bool__(self) -> bool:
        # `if truth:` would silently read unknown as true or as false.
        raise TypeError("a Truth has three values: compare it with `is Truth.TRUE`")


def not_(truth: Truth) -> Truth:
    """True and false change places; unknown stays."""
    if truth is Truth.TRUE:
        return Truth.FALSE
    return Truth.TRUE if truth is Truth.FALSE else Truth.UNKNOWN


def all_(truths: Iterable[Truth]) -> Truth:
    """False if any is false, else unknown if any is unknown, else true."""
    found = Truth.TRUE
    for truth in truths:
        if truth is Truth.FALSE:
            return Truth.FALSE
        if truth is Truth.UNKNOWN:
            found = Truth.UNKNOWN
    return found


def any_(truths: Iterable[Truth]) -> Truth:
    """True if any is true, else unknown if any is unknown, else false."""
    found = Truth.FALSE
    for truth in truths:
        if truth is Truth.TRUE:
            return Truth.TRUE
        if truth is Truth.UNKNOWN:
            found = Truth.UNKNOWN
    return found


def at_least(number: int, truths: Iterable[Truth]) -> Truth:
    """True if `number` of them are true; false if that many can no longer be."""
    members = list(truths)
    certain = sum(truth is Truth.TRUE for truth in members)
    possible = sum(truth is not Truth.FALSE for truth in members)
    if certain >= number:
        return Truth.TRUE
    return Truth.FALSE if possible < number else Truth.UNKNOWN
