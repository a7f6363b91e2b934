"""Counting what went wrong over all processes that were forked from one."""

from __future__ import annotations

import mmap
import os
import struct
import threading

_PLACES = 256  # a process counts in a place of its own, so that no lock is left behind by one that was killed
_NUMBER = struct.Struct("=Q")


class Tally:
    """A counter, and whether the latest attempt failed, in memory that forked processes share."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _NUMBER.size * (_PLACES + 1))
        self._one_at_a_time = threading.Lock()

    @property
    def count(self) -> int:
        return sum(self._read(place) for place in range(1, _PLACES + 1))

    @property
    def lately(self) -> bool:
        """Whether the latest attempt failed."""
        return self._read(0) != 0

    def add(self) -> None:
        """One more attempt failed."""
        place = 1 + os.getpid() % _PLACES
        with self._one_at_a_time:
            self._write(place, self._read(place) + 1)
            self._write(0, 1)

    def over(self) -> None:
        """An attempt succeeded."""
        if self.lately:
            self._write(0, 0)

    def _read(self, place: int) -> int:
        return int(_NUMBER.unpack_from(self._memory, place * _NUMBER.size)[0])

    def _write(self, place: int, number: int) -> None:
        _NUMBER.pack_into(self._memory, place * _NUMBER.size, number)
