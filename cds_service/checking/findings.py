"""What one check found: the row of the checklist it stands for, what was asked, and what to do where it fails."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """`MEND`: the standard demands it. `CONSIDER`: it recommends it, or clients do."""

    GOOD = "good"
    MEND = "mend"
    CONSIDER = "consider"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """`row` numbers the duty: T transport, D discovery, R request, P prefetch, S and K response, G suggestions,
    L links, O override reasons, B feedback, C browsers. `place` is the service or address, `advice` what to do.
    """

    row: str
    place: str
    asked: str
    verdict: Verdict
    advice: str = ""

    def line(self) -> str:
        """In plain words, for a terminal."""
        told = f"{self.verdict.value:<8} {self.row:<5} {self.place}: {self.asked}"
        return f"{told}\n                -> {self.advice}" if self.advice else told


def good(row: str, place: str, asked: str) -> Finding:
    return Finding(row, place, asked, Verdict.GOOD)


def mend(row: str, place: str, asked: str, advice: str) -> Finding:
    return Finding(row, place, asked, Verdict.MEND, advice)


def consider(row: str, place: str, asked: str, advice: str) -> Finding:
    return Finding(row, place, asked, Verdict.CONSIDER, advice)


def skipped(row: str, place: str, asked: str, why: str) -> Finding:
    return Finding(row, place, asked, Verdict.SKIPPED, why)
