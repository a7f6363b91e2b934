"""The numbers that conditions compare with, and what carries each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from knowledge.release import Release
from knowledge.rules import Rule

Bound = tuple[str, Decimal]  # a fact, and a number it is compared with


def bounds_of(release: Release, rule: Rule) -> tuple[Bound, ...]:
    """Every comparison a rule comes down to, those of its cautions and of derived facts too."""
    derived = release.facts.derived
    beneath = sorted(release.facts.all_beneath(rule.reads()) & derived.keys())
    own = (*rule.when.bounds, *(bound for hold in rule.holds for bound in hold.condition.bounds))
    return tuple(dict.fromkeys((*own, *(bound for name in beneath for bound in derived[name].bounds))))


def told(release: Release, bounds: Iterable[Bound]) -> Iterator[dict[str, Any]]:
    """Each threshold in plain data: `fact`, `title`, `bound`, `unit`, and what carries it.

    `evidence` names the sources that state it, `ours` and `meaning` say in words why it was chosen where none does
    alone. A release of before thresholds were traced tells none of the three.
    """
    for fact, bound in bounds:
        authored = release.content["facts"][fact]
        unit = str(authored.get("unit", ""))
        carried = carried_by(release, fact, bound)
        yield {"fact": fact, "title": authored["title"], "bound": f"{bound:f}", "unit": unit, **carried}


def carried_by(release: Release, fact: str, bound: Decimal) -> Mapping[str, Any]:
    """What the release says of one threshold; empty where it says nothing."""
    of_fact: Mapping[str, Mapping[str, Any]] = release.content.get("thresholds", {}).get(fact, {})
    return of_fact.get(f"{bound:f}", {})
