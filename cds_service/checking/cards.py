"""The duties of a response: rows S, K, G, L, O and T of the checklist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cds_service.checking.findings import Finding, consider, good, mend

INDICATORS = ("info", "warning", "critical")
_ABSOLUTE = re.compile(r"https?://[^\s/]+")
_LONGEST = 140


def of_response(body: Any, place: str) -> Iterator[Finding]:
    """What is to be said of the body of a 200 answer."""
    if not isinstance(body, dict) or not isinstance(body.get("cards"), list):
        yield mend(
            "S-01",
            place,
            "an answer of 200 is an object with a cards array",
            'Send {"cards": []} where there is nothing to say.',
        )
        return
    yield good("S-01", place, f"an answer of 200 is an object with a cards array ({len(body['cards'])} cards)")
    yield from _empty_members(body, place)
    problems = [found for number, card in enumerate(body["cards"]) for found in _card(card, f"{place} cards[{number}]")]
    yield from problems
    if body["cards"] and not problems:
        yield good("K-01", place, "each card has summary, indicator, source, and well-formed suggestions and links")


def _empty_members(body: Any, place: str) -> Iterator[Finding]:
    nulls, empty = set(), set()
    for path, value in _walk(body, ""):
        if value is None:
            nulls.add(path)
        elif value in ("", [], {}) and path != ".cards":
            empty.add(path)
    if nulls:
        yield mend("T-03", place, "no member is null", f"Leave out what has no value; null at {_some(nulls)}.")
    if empty:
        yield mend(
            "T-04", place, "no member but cards is empty", f"Leave out what has no value; empty at {_some(empty)}."
        )
    if not nulls and not empty:
        yield good("T-03", place, "no member is null or empty")


def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        at = f"{path}[{key}]" if isinstance(value, list) else f"{path}.{key}"
        yield at, member
        yield from _walk(member, at)


def _some(paths: set[str]) -> str:
    first = sorted(paths)[:3]
    return ", ".join(first) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")


def _card(card: Any, place: str) -> Iterator[Finding]:
    if not isinstance(card, dict):
        yield mend("K-01", place, "a card is an object", "Send an object with summary, indicator and source.")
        return
    summary = card.get("summary")
    if not isinstance(summary, str) or not summary.strip() or len(summary) >= _LONGEST:
        found = f"{len(summary)} characters" if isinstance(summary, str) else "none"
        yield mend(
            "K-01",
            place,
            "summary is a sentence of fewer than 140 characters",
            f"Found {found}; put the rest into detail.",
        )
    if card.get("indicator") not in INDICATORS:
        yield mend(
            "K-02",
            place,
            "indicator is info, warning or critical",
            "Send one of the three; clients drop a card without it.",
        )
    yield from _source(card.get("source"), place)
    if "detail" in card and (
        not isinstance(card["detail"], str) or re.search(r"<[a-z/!]", card["detail"], re.IGNORECASE)
    ):
        yield consider(
            "K-10",
            place,
            "detail is Markdown without HTML",
            "Write Markdown; many clients show HTML as text, or drop it.",
        )
    if "uuid" not in card:
        yield consider(
            "K-11", place, "a card has a uuid", "Send one; without it no client can report what became of the card."
        )
    yield from _suggestions(card, place)
    yield from _links(card.get("links", []), place)
    reasons = card.get("overrideReasons", [])
    if not all(isinstance(one, dict) and one.get("code") and one.get("display") for one in reasons):
        yield mend(
            "O-02", place, "each override reason has code, system and display", "Send a full Coding for each reason."
        )


def _source(source: Any, place: str) -> Iterator[Finding]:
    if not isinstance(source, dict) or not isinstance(source.get("label"), str) or not source["label"].strip():
        yield mend("K-03", place, "source has a label", "Name the guideline or publication the card rests on.")
        return
    for member, row in (("url", "K-05"), ("icon", "K-06")):
        if member in source and not _is_absolute(source[member]):
            yield mend(row, place, f"source.{member} is an absolute URL", "Begin it with https://.")
    if "topic" in source and not (isinstance(source["topic"], dict) and source["topic"].get("code")):
        yield mend("K-08", place, "source.topic is one Coding", "Send an object with system and code.")


def _suggestions(card: dict[str, Any], place: str) -> Iterator[Finding]:
    if "suggestions" not in card:
        return
    suggestions = card["suggestions"]
    if not isinstance(suggestions, list) or not all(isinstance(s, dict) and s.get("label") for s in suggestions):
        yield mend("G-01", place, "each suggestion is an object with a label", "Give each a label for its button.")
        return
    if card.get("selectionBehavior") not in ("at-most-one", "any"):
        yield mend("G-02", place, "selectionBehavior stands beside suggestions", "Send at-most-one or any.")
    if card.get("selectionBehavior") != "any" and sum(one.get("isRecommended") is True for one in suggestions) > 1:
        yield mend("G-06", place, "at most one suggestion is recommended", "Mark one, or let any be chosen.")
    for action in (action for one in suggestions for action in one.get("actions", [])):
        yield from _action(action, place)


def _action(action: Any, place: str) -> Iterator[Finding]:
    if not isinstance(action, dict) or action.get("type") not in ("create", "update", "delete"):
        yield mend("G-10", place, "an action's type is create, update or delete", "Send one of the three.")
        return
    if not action.get("description"):
        yield mend("G-11", place, "an action has a description", "Say in words what accepting it will do.")
    resource = action.get("resource")
    if action["type"] != "delete" and not (isinstance(resource, dict) and resource.get("resourceType")):
        yield mend("G-12", place, "create and update hold a whole resource", "Send the resource, not a patch or an id.")
    if action["type"] == "delete" and "resourceId" not in action:
        yield consider(
            "G-14", place, "delete names its resource by resourceId", "Send resourceId as Type/id; 1.0 used resource."
        )


def _links(links: Any, place: str) -> Iterator[Finding]:
    for link in links if isinstance(links, list) else [links]:
        if not isinstance(link, dict) or not link.get("label") or link.get("type") not in ("absolute", "smart"):
            yield mend("L-01", place, "a link has label, url and type absolute or smart", "Complete it.")
        elif not _is_absolute(link.get("url")):
            yield mend("L-03", place, "a link's url is absolute", "Begin it with https://.")
        elif link["type"] == "absolute" and "appContext" in link:
            yield mend("L-04", place, "appContext stands on smart links only", "Leave it out of absolute links.")


def _is_absolute(url: Any) -> bool:
    return isinstance(url, str) and bool(_ABSOLUTE.match(url))
