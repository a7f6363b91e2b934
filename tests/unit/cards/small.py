"""A small made-up release, and decisions of it, for the tests of the cards."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from cards import CallContext, CardSet, DataQuality, Origin, build_cards
from cards.audience import Audience
from cards.wording import PHRASES
from knowledge.chart import Entry, Kind, Side
from knowledge.decision import Decision, Evidence, Fact, Facts, Interval, Method
from knowledge.engine import judge
from knowledge.release import Release, compile_release
from knowledge.truth import Truth

DIGEST = "sha256:" + "3f9a" * 16
AT = datetime(2026, 11, 25, 10, tzinfo=UTC)
CALL = CallContext(UUID("7c1e0000-0000-4000-8000-000000000001"), "runner-1", "visit-1")
ORIGIN = Origin(CALL.decision_id, {"version": "1.0.0", "digest": "sha256:" + 64 * "e"}, "sha256:" + 64 * "c")
PERFECT = DataQuality()


def content() -> dict[str, Any]:
    """The authored content, a fresh copy each time, with the phrases as `cards.wording` suggests them."""
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "small_release.yaml").read_text("utf-8"))
    loaded["wording"]["en"]["phrases"] = dict(PHRASES)
    return loaded


def release_of(changed: Mapping[str, Any]) -> Release:
    return compile_release(changed, DIGEST)


RELEASE = release_of(content())


def seen(name: str, day: str = "2026-11-24", side: Side = Side.UNKNOWN, reference: str = "") -> Evidence:
    """One record that speaks for a fact."""
    return Evidence(reference or f"Observation/{name}", date.fromisoformat(day), Method.CODE, side=side)


def facts(**known: Fact | bool | int | str) -> Facts:
    """Facts by name, with `_` for `-`: True present, False absent, a number, a choice; all others unknown."""
    names = {name.replace("_", "-"): value for name, value in known.items()}
    found = {name: _fact(name, names.get(name)) for name in RELEASE.facts.readers}
    for name, condition in RELEASE.facts.derived.items():
        found[name] = Fact(name, condition.truth(found))
    return found


def _fact(name: str, value: Fact | bool | int | str | None) -> Fact:
    if isinstance(value, Fact):
        return replace(value, name=name)
    if value is None:
        return Fact(name, Truth.UNKNOWN)
    evidence = (seen(name),)
    if isinstance(value, bool):
        return Fact(name, Truth.of(value), evidence=evidence)
    if isinstance(value, int):
        return Fact(name, Truth.TRUE, Interval(Decimal(value), Decimal(value)), "wk", evidence=evidence)
    return Fact(name, Truth.TRUE, choices=tuple(value.split()), evidence=evidence)


def drafted(*references: str) -> Fact:
    """An injection that is being ordered, in drafts with these references."""
    orders = tuple(Entry(Kind.ORDER, reference, draft=True) for reference in references)
    return Fact("", Truth.TRUE, evidence=(seen("draft"),), orders=orders)


def decide(hook: str = "patient-view", release: Release = RELEASE, **known: Fact | bool | int | str) -> Decision:
    """What the small release makes of these facts."""
    return judge(release, facts(**known), hook, AT)


def cards_of(
    decision: Decision,
    release: Release = RELEASE,
    audience: Audience = Audience(),  # noqa: B008 (frozen)
    context: CallContext = CALL,
    quality: DataQuality = PERFECT,
) -> CardSet:
    return build_cards(decision, release, audience, context, quality)


def card_of(decision: Decision, **more: Any) -> dict[str, Any]:
    """The only card of a decision."""
    (card,) = cards_of(decision, **more).cards
    return card


def changed(path: str, value: Any) -> Release:
    """The small release with one place of its content changed; `path` is dotted, `value` None removes."""
    whole = content()
    *folders, last = path.split(".")
    place = whole
    for folder in folders:
        place = place[folder]
    if value is None:
        del place[last]
    else:
        place[last] = copy.deepcopy(value)
    return release_of(whole)
