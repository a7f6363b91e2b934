"""Three-valued logic after Kleene: true, false, unknown.

Written once, here. *Unknown* means that nobody told us; it is never read as *false*.

The same logic is given twice: for one `Truth`, and for `Truths`, one statement in many worlds at once.
A set of worlds is a whole number with one bit a world, so that one `&` decides them all.
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


Truths = tuple[int, int]  # the worlds in which a statement is true, and those in which it is false
NOWHERE: Truths = (0, 0)


def not_in(truths: Truths) -> Truths:
    """`not_`, world by world."""
    return truths[1], truths[0]


def all_in(members: Iterable[Truths], everywhere: int) -> Truths:
    """`all_`, world by world, among the worlds `everywhere`."""
    true, false = everywhere, 0
    for member in members:
        true &= member[0]
        false |= member[1]
    return true, false


def any_in(members: Iterable[Truths], everywhere: int) -> Truths:
    """`any_`, world by world, among the worlds `everywhere`."""
    true, false = 0, everywhere
    for member in members:
        true |= member[0]
        false &= member[1]
    return true, false


def at_least_in(number: int, members: Iterable[Truths], everywhere: int) -> Truths:
    """`at_least`, world by world, among the worlds `everywhere`."""
    certain, possible = [everywhere, *[0] * number], [everywhere, *[0] * number]
    for true, false in members:
        for count in range(number, 0, -1):
            certain[count] |= certain[count - 1] & true
            possible[count] |= possible[count - 1] & ~false
    return certain[number], everywhere & ~possible[number]
