"""Which of the languages of a release a reader is spoken to in."""

from __future__ import annotations

from collections.abc import Collection, Iterable

ENGLISH = "en"


def language_among(wanted: Iterable[str], offered: Collection[str]) -> str:
    """The first of `wanted` (BCP 47 tags, best first) that is among `offered`, else English.

    `es-MX` is served by `es` where there are no words of its own.
    """
    known = {language.lower(): language for language in offered}
    shorter = (one for tag in wanted for one in _ever_shorter(tag.replace("_", "-").lower()))
    return next((known[tag] for tag in shorter if tag in known), ENGLISH)


def _ever_shorter(tag: str) -> Iterable[str]:
    parts = tag.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
