"""A range of versions of the knowledge, as an auditor writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_VERSION = re.compile(r"\d+\.\d+\.\d+")
Version = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions of the knowledge from one to another, both included; None: open."""

    least: Version | None = None
    most: Version | None = None

    @classmethod
    def read(cls, text: str) -> Versions:
        """Read `2.0.0`, `2.0.0..3.1.0`, `2.0.0..` or `..3.1.0`. Raises `ValueError`."""
        first, dots, last = text.partition("..")
        if not (first or last) or not all(_VERSION.fullmatch(part) for part in (first, last) if part):
            raise ValueError(f"{text!r} is no range of versions; write 2.0.0, 2.0.0..3.1.0, 2.0.0.. or ..3.1.0")
        least, most = _version(first), _version(last) if dots else _version(first)
        if least and most and most < least:
            raise ValueError(f"{text!r} ends before it begins; write {last}..{first}")
        return cls(least, most)

    def __str__(self) -> str:
        """The range as `read` takes it; `any` where it is open on both sides."""
        least, most = (".".join(map(str, end)) if end else "" for end in (self.least, self.most))
        return least if least == most and least else f"{least}..{most}" if least or most else "any"

    def __contains__(self, version: str) -> bool:
        number = _version(version) or ()
        return (self.least is None or self.least <= number) and (self.most is None or number <= self.most)


def _version(text: str) -> Version | None:
    return tuple(int(part) for part in text.split(".")) if text else None
