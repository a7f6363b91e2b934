"""The orders a card offers, one action each, and the reasons a clinician may give for not following it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cards.audience import Audience
from cards.context import CallContext
from cards.evidence import of_topic
from cards.grouping import Group
from cards.identity import suggestion_id
from cards.orders import Asked, resource, side_worded
from cards.wording import Wording
from knowledge.chart import Side
from knowledge.decision import Decision, Facts, Recommended
from knowledge.release import Release
from knowledge.truth import Truth

MOST_SUGGESTIONS = 4
MOST_REASONS = 5
_DRUG = "MedicationRequest"
_INVASIVE = ("-injection", "-surgery")


def suggestions(
    group: Group, decision: Decision, release: Release, audience: Audience, context: CallContext
) -> list[dict[str, Any]]:
    """Up to four suggestions, those of the leading recommendation first; at most one is recommended."""
    wording = Wording(release, audience.language)
    due = list(_due(group, decision.facts, release).items())[:MOST_SUGGESTIONS]
    preferred = next((name for name, _ in due if may_be_recommended(release.content["actions"][name])), None)
    suggested = []
    for name, member in due:
        words = wording.action(name)
        one = {
            "label": words["label"],
            "uuid": suggestion_id(context.decision_id, group.key, name),
            "actions": [
                {
                    "type": "create",
                    "description": words["description"],
                    "resource": _resource(name, member, decision.facts, release, audience, context),
                }
            ],
        }
        suggested.append(one | ({"isRecommended": True} if name == preferred else {}))
    return suggested


def may_be_recommended(action: Any) -> bool:
    """Marked as the one to tick, and neither a drug nor anything that breaks the skin."""
    invasive = action.get("local_code", "").endswith(_INVASIVE)
    return bool(action.get("recommended")) and action["resource"] != _DRUG and not invasive


def _due(group: Group, facts: Facts, release: Release) -> dict[str, Recommended]:
    """Each action of the group that is not already ordered or done, with the recommendation it belongs to."""
    due: dict[str, Recommended] = {}
    for member in group.members:
        for name in _actions(member, release):
            already = release.content["actions"][name].get("already")
            if already is None or facts[already].truth is not Truth.TRUE:
                due.setdefault(name, member)
    return due


def _actions(member: Recommended, release: Release) -> list[str]:
    return list(release.content["recommendations"][member.topic].get("actions", ()))


def _resource(
    name: str, member: Recommended, facts: Facts, release: Release, audience: Audience, context: CallContext
) -> dict[str, Any]:
    wording = Wording(release, audience.language)
    words = wording.action(name)
    side = affected_side(member, facts)
    label = of_topic(release, member.topic)["label"]
    return resource(
        Asked(
            action=release.content["actions"][name],
            text=words["text"],
            side=side,
            side_word=side_worded(side, wording),
            intent=audience.order_intent,
            patient_id=context.patient_id,
            encounter_id=context.encounter_id,
            reason=wording.topic(member.topic)["headline"],
            note=f"{words['description']} ({label}; {release.name} {release.version}, {member.rule})",
        )
    )


def affected_side(member: Recommended, facts: Facts) -> Side:
    """The one side that the facts speak of; unknown where they name none, or both."""
    present = (facts[name] for name in member.facts if facts[name].truth is Truth.TRUE)
    sides = {item.side for fact in present for item in fact.evidence} - {Side.UNKNOWN}
    return sides.pop() if len(sides) == 1 else Side.UNKNOWN


def override_reasons(group: Group, release: Release, wording: Wording) -> list[dict[str, str]]:
    """The reasons offered, those of the leading recommendation first."""
    return list(_reasons(group, release, wording))[:MOST_REASONS]


def _reasons(group: Group, release: Release, wording: Wording) -> Iterator[dict[str, str]]:
    recommendations = (release.content["recommendations"][topic] for topic in group.topics)
    names = dict.fromkeys(name for one in recommendations for name in one["override_reasons"])
    for name in names:
        code = release.content["override_reasons"][name]
        yield {"system": code["system"], "code": code["code"], "display": wording.override_reason(name)}
