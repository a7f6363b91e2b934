"""What a recommendation rests on for one patient, as plain data that stays equal until the facts change.

A number that grows by itself, such as an age or how long a complaint has lasted, is not part of it: the records
it was read from are. Where it passes a limit another rule speaks, and the rule's name is part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from knowledge.decision import Decision, Fact, Recommended
from knowledge.release import Release

_PASSING = ("age", "due", "since_onset_of", "growing", "activity", "coded_weeks")


def grounds(one: Recommended, decision: Decision, release: Release) -> list[Any]:
    """The rule, and of each fact it rests on the state and the records that say so; lists and texts only."""
    facts = (decision.facts[name] for name in sorted(one.facts))
    return [one.rule, [_state(fact, release.content["facts"][fact.name]) for fact in facts]]


def _state(fact: Fact, defined: Mapping[str, Any]) -> list[Any]:
    number = fact.number if not any(defined.get(name) for name in _PASSING) else None
    records = {(item.reference, str(item.date), item.code, str(item.side)) for item in fact.evidence}
    return [
        fact.name,
        fact.truth.value,
        sorted(fact.choices),
        [_plain(number.low), _plain(number.high)] if number else [],
        sorted(list(record) for record in records),
    ]


def _plain(end: Decimal | None) -> str:
    return "" if end is None else f"{end.normalize():f}"
