"""How many calls a client makes in a minute, over all processes that were forked from one; without a lock.

Each process counts in a place of its own, so that none waits for another and none leaves a lock behind when it is
killed. A minute is one of the clock, so twice the limit can pass within a minute across its edge.
"""

from __future__ import annotations

import mmap
import os
import time
from collections.abc import Callable, Sequence

_PLACES = 64
_WORDS = 2 * _PLACES  # each place: the minute, and the calls in it
_MINUTE = 60


class Rates:
    """Counts the calls of clients. `limits` are those a minute may have, by the name of a client; 0: any number."""

    def __init__(self, limits: Sequence[tuple[str, int]], now: Callable[[], float] = time.time) -> None:
        self._limits = dict(limits)
        self._rows = {name: row * _WORDS for row, (name, _) in enumerate(limits)}
        self._words = memoryview(mmap.mmap(-1, max(1, len(limits)) * _WORDS * 8)).cast("Q")
        self._now = now

    def wait(self, client: str) -> int:
        """Count one call more. 0 where it may pass, else in how many seconds the client may call again."""
        if not (limit := self._limits[client]):
            return 0
        now = int(self._now())
        minute, row = now // _MINUTE, self._rows[client]
        told = self._words[row : row + _WORDS].tolist()
        if sum(calls for counted, calls in zip(told[::2], told[1::2], strict=True) if counted == minute) >= limit:
            return _MINUTE - now % _MINUTE
        place = 2 * (os.getpid() % _PLACES)
        self._words[row + place + 1] = told[place + 1] + 1 if told[place] == minute else 1
        self._words[row + place] = minute
        return 0
