"""Markdown that stays what it was meant to be: text put into it can make no link, no HTML and no emphasis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ADDRESS = re.compile(r"(?i)(:|www)(//|\.)")
_SPECIAL = re.compile(r"[\\`*_\[\]~|]")
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])*)\]\((https://[^\s()<>]+)\)")
_TITLE = re.compile(r"^\*\*(.+?)\*\*")
_ESCAPED = re.compile(r"\\([\\`*_\[\]~|])")


def escaped(text: str) -> str:
    """Plain text as Markdown that shows exactly it, on one line."""
    text = " ".join(text.split())
    # Some clients turn a bare address into a link; taken apart it is none.
    text = _ADDRESS.sub(lambda found: f"{found.group(1)} {found.group(2)}", text).replace("@", " at ")
    text = _SPECIAL.sub(lambda found: "\\" + found.group(), text)
    return re.sub("[&<>]", lambda found: _ENTITIES[found.group()], text)


def link(label: str, url: str) -> str:
    """A Markdown link; `url` is a checked https address of the release."""
    return f"[{escaped(label)}]({url})"


def paragraph(title: str, *sentences: str) -> str:
    """A bold title and the text after it; `sentences` are Markdown."""
    return f"**{escaped(title)}** {' '.join(sentence for sentence in sentences if sentence)}"


def day(moment: date, today: date, months: Sequence[str]) -> str:
    """`22 Nov`, or with its year where that is not today's; `months` are their twelve short names."""
    text = f"{moment.day} {months[moment.month - 1]}"
    return text if moment.year == today.year else f"{text} {moment.year}"


def sentence(text: str) -> str:
    """With a capital at its start and a stop at its end."""
    text = capital(text)
    return text if text.endswith((".", "?", "!")) else text + "."


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def utf16_length(text: str) -> int:
    """Length as JavaScript counts it, never less than the number of characters."""
    return len(text.encode("utf-16-le")) // 2


def joined(parts: Iterable[str], mark: str = ", ") -> str:
    return mark.join(part for part in parts if part)


def plain(markdown: str) -> str:
    """One paragraph of ours as a person reads it in a terminal, links with their address behind them."""
    text = _TITLE.sub(r"\1:", _LINK.sub(r"\1 (\2)", markdown))
    for character, entity in reversed(_ENTITIES.items()):
        text = text.replace(entity, character)
    return _ESCAPED.sub(r"\1", text)
