"""What changes for whom when one release takes the place of another, and what version that asks for.

A version means effect: advice that appears, goes, or becomes more or less urgent needs a major version, another
offer or another question a minor one, and words alone a patch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from knowledge.cases import chart_of, instant_of
from knowledge.decision import Decision, Fact, Recommended
from knowledge.engine import evaluate
from knowledge.release import Release
from knowledge.rules import INDICATORS
from knowledge.truth import Truth


class Change(StrEnum):
    """How the advice to one patient differs."""

    APPEARED = "appeared"
    DISAPPEARED = "disappeared"
    MORE_URGENT = "more-urgent"
    LESS_URGENT = "less-urgent"
    OFFER = "offer-changed"
    QUESTION = "questions-changed"


ADVICE = frozenset({Change.APPEARED, Change.DISAPPEARED, Change.MORE_URGENT, Change.LESS_URGENT})
BUMPS = ("patch", "minor", "major")
NEAR, STRIDE = 4, 37  # charts near each case, and how far apart their findings stand in the list


@dataclass(frozen=True, slots=True)
class Flip:
    """One difference for one patient: of a topic and the rule that speaks for it; of questions, of no topic."""

    kind: Change
    topic: str = ""
    rule: str = ""

    def told(self) -> dict[str, str]:
        """As plain data."""
        return {"kind": self.kind.value, "topic": self.topic, "rule": self.rule}

    @property
    def bump(self) -> str:
        return "major" if self.kind in ADVICE else "minor"


def flips(before: Decision, old: Release, after: Decision, new: Release) -> list[Flip]:
    """How the decision of the new release on one chart and hook differs from that of the old one."""
    then, now = ({one.topic: one for one in decision.recommended} for decision in (before, after))
    found = [Flip(Change.DISAPPEARED, topic, one.rule) for topic, one in then.items() if topic not in now]
    found += [Flip(Change.APPEARED, topic, one.rule) for topic, one in now.items() if topic not in then]
    for topic in then.keys() & now.keys():
        found += _changed(then[topic], old, now[topic], new)
    if set(before.unknown) != set(after.unknown):
        found.append(Flip(Change.QUESTION))
    return sorted(found, key=lambda flip: (flip.kind, flip.topic))


def _changed(one: Recommended, old: Release, other: Recommended, new: Release) -> Iterator[Flip]:
    urgency = INDICATORS.index(other.indicator) - INDICATORS.index(one.indicator)
    if urgency:
        yield Flip(Change.MORE_URGENT if urgency < 0 else Change.LESS_URGENT, other.topic, other.rule)
    if _offered(one, old) != _offered(other, new):
        yield Flip(Change.OFFER, other.topic, other.rule)


def _offered(one: Recommended, release: Release) -> list[object]:
    offer = release.offer(one.rule)
    actions = release.content["actions"]
    return [offer.get("withdraw"), *(actions[name] for name in offer.get("actions", ()))]


def flips_in_cases(old: Release, new: Release) -> Iterator[tuple[str, list[Flip]]]:
    """The differences in each worked case of both releases, and in charts near them, by the name of the case.

    Each chart is made with the codes of the release whose case it is.
    """
    for owner in (old, new):
        for case in (*owner.content["cases"], *near_cases(owner)):
            chart, at = chart_of(case, owner), instant_of(case["at"])
            before, after = (evaluate(release, chart, case["hook"], at) for release in (old, new))
            yield f"{case['name']} ({owner.version})", flips(before, old, after, new)


def near_cases(release: Release) -> Iterator[Mapping[str, Any]]:
    """Each case with one more finding, some few of all there are: charts that no author thought of, always the same."""
    answers = [(name, _plain(answer)) for name in release.asked for answer in release.answers_to(name)]
    for place, case in enumerate(release.content["cases"]):
        told = case.get("findings", {})
        for step in range(NEAR):
            name, value = answers[(place * NEAR + step) * STRIDE % len(answers)]
            if name not in told:
                yield {**case, "name": f"{case['name']}, and {name}: {value}", "findings": {**told, name: value}}


def _plain(answer: Fact) -> Any:
    """An answer as a case tells it."""
    if answer.number is not None:
        return answer.number.low
    return answer.choices[0] if answer.choices else answer.truth is Truth.TRUE


def bump_between(old: str, new: str) -> str:
    """Which part of the version was raised: `major`, `minor` or `patch`."""
    before, after = (version.split(".") for version in (old, new))
    return "major" if before[0] != after[0] else "minor" if before[1] != after[1] else "patch"


def too_small_a_step(old: Release, new: Release) -> list[str]:
    """One sentence for each case by which the new version should have been raised further."""
    raised = BUMPS.index(bump_between(old.version, new.version))
    return [
        f"case {case!r}: {flip.kind.value} {flip.topic}".rstrip()
        + f" against {old.version} needs a {flip.bump} version, and {new.version} is only a {BUMPS[raised]} one"
        for case, found in flips_in_cases(old, new)
        for flip in found
        if BUMPS.index(flip.bump) > raised
    ]
