"""A response as a person reads it in a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cards.naming import EXTENSION
from cards.text import plain

WIDTH = 100
_LISTED = 8
_SIGNS = {"critical": "CRITICAL", "warning": "WARNING", "info": "INFO"}
_NOTHING = "No card: nothing on record calls for heel-pain advice."
_ALL_HELD = "No card: what would apply is held back."


def as_lines(response: Mapping[str, Any], reasons: Mapping[str, str] | None = None) -> list[str]:
    """Each card with its suggestions and override reasons, then what was held back and what to find out.

    `reasons` are the sentences of a release for its reason codes; without them the codes stand.
    """
    ours = response["extension"][EXTENSION]
    lines: list[str] = []
    for card in response["cards"]:
        lines += [*_card(card), ""]
    if not response["cards"]:
        lines += [_ALL_HELD if "withheld" in ours else _NOTHING]
    lines += _held(ours, reasons or {})
    if "unknown" in ours:
        lines += _wrapped(f"Would change the advice if known: {_first(ours['unknown'])}", "", "  ")
    if "failed" in ours:
        lines += _wrapped("Rules that could not be evaluated: " + ", ".join(ours["failed"]), "", "  ")
    if ours["unread"]:
        lines.append(f"Resources that could not be read: {ours['unread']}")
    knowledge = ours["knowledge"]
    lines.append(f"{knowledge['name']} {knowledge['version']}, evaluated for {ours['evaluatedAt']}")
    return lines


def _card(card: Mapping[str, Any]) -> Iterator[str]:
    yield from _wrapped(card["summary"], f"{_SIGNS[card['indicator']]}  ", "  ")
    for part in card["detail"].split("\n\n"):
        yield from _wrapped(plain(part), "  ", "    ")
    for suggestion in card.get("suggestions", ()):
        sign = "[*]" if suggestion.get("isRecommended") else "[ ]"
        described = suggestion["actions"][0]["description"]
        yield from _wrapped(f"{suggestion['label']}: {described}", f"  {sign} ", "      ")
    if "overrideReasons" in card:
        displays = "; ".join(reason["display"] for reason in card["overrideReasons"])
        yield from _wrapped(f"Reasons to decline: {displays}", "  ", "    ")


def _held(ours: Mapping[str, Any], reasons: Mapping[str, str]) -> Iterator[str]:
    for held in ours.get("withheld", ()):
        yield from _wrapped(f"Held back: {held['topic']} ({reasons.get(held['reason'], held['reason'])})", "", "  ")


def _first(names: Sequence[str]) -> str:
    """The first names of a list, the most important ones, and how many more there are."""
    rest = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {rest} more" if rest > 0 else "")


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
