"""The orders a card offers, one action each, and the reasons a clinician may give for not following it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cards.brief import Brief
from cards.evidence import of_member
from cards.grouping import Group, order_key
from cards.identity import suggestion_id
from cards.naming import is_reference
from cards.orders import Asked, resource, side_worded
from cards.text import capital
from knowledge.chart import Side
from knowledge.decision import Facts, Recommended
from knowledge.truth import Truth

MOST_SUGGESTIONS = 4
MOST_REASONS = 5
_DRUG = "MedicationRequest"
_INVASIVE = ("-injection", "-surgery")


def suggestions(group: Group, brief: Brief) -> list[dict[str, Any]]:
    """Up to four suggestions that the client can apply, those of the leading recommendation first.

    At most one is recommended. On a card about a draft order nothing is recommended; to remove that order comes last.
    """
    removal = _removal(group, brief)
    due = list(_due(group, brief).items())[: MOST_SUGGESTIONS - len(removal)]
    actions = brief.release.content["actions"]
    may_tick = not any(member.orders for member in group.members)
    preferred = next((name for name, _ in due if may_tick and may_be_recommended(actions[name])), None)
    return [*(_suggestion(name, member, group, brief, name == preferred) for name, member in due), *removal]


def _removal(group: Group, brief: Brief) -> list[dict[str, Any]]:
    """The removal of the draft the card is about, where the client gave it an id and the advice is to withdraw it."""
    drafts = {entry.reference for member in group.members for entry in member.orders}
    about = next((reference for reference in drafts if group.key == order_key(reference)), "")
    withdrawn = any(brief.release.offer(member.rule).get("withdraw") for member in group.members)
    kind = about.partition("/")[0]
    if not withdrawn or not is_reference(about) or kind == "Appointment":
        return []
    if not brief.audience.applies("delete", kind):
        return []
    words = (brief.wording.phrase("remove_draft"), brief.wording.phrase("remove_draft_description"))
    return [
        {
            "label": words[0],
            "uuid": suggestion_id(brief.context.decision_id, group.key, "remove-draft"),
            "actions": [{"type": "delete", "description": words[1], "resourceId": about}],
        }
    ]


def _suggestion(name: str, member: Recommended, group: Group, brief: Brief, preferred: bool) -> dict[str, Any]:
    words = brief.wording.action(name)
    order = drafted(name, member, affected_side(member, brief.facts), brief)
    action = {"type": "create", "description": words["description"], "resource": order}
    suggestion = {
        "label": words["label"],
        "uuid": suggestion_id(brief.context.decision_id, group.key, name),
        "actions": [action],
    }
    return suggestion | ({"isRecommended": True} if preferred else {})


def may_be_recommended(action: Mapping[str, Any]) -> bool:
    """Marked as the one to tick, and neither a drug nor anything that breaks the skin."""
    invasive = action.get("local_code", "").endswith(_INVASIVE)
    return bool(action.get("recommended")) and action["resource"] != _DRUG and not invasive


def _due(group: Group, brief: Brief) -> dict[str, Recommended]:
    """Each action of the group that is due, with the recommendation it belongs to.

    It is not already ordered or done, and the client can apply it.
    """
    content = brief.release.content
    due: dict[str, Recommended] = {}
    for member in group.members:
        for name in brief.release.offer(member.rule).get("actions", ()):
            action = content["actions"][name]
            already = action.get("already")
            applies = brief.audience.applies("create", action["resource"])
            if applies and (already is None or brief.facts[already].truth is not Truth.TRUE):
                due.setdefault(name, member)
    return due


def drafted(name: str, member: Recommended, side: Side, brief: Brief) -> dict[str, Any]:
    """The FHIR resource of one action of the release, for this patient and side."""
    release, wording, context = brief.release, brief.wording, brief.context
    words = wording.action(name)
    label = of_member(member, release)["label"]
    return resource(
        Asked(
            action=release.content["actions"][name],
            text=words["text"],
            side=side,
            side_word=side_worded(side, wording),
            intent=brief.audience.order_intent,
            patient_id=context.patient_id,
            encounter_id=context.encounter_id,
            reason=capital(wording.advice(member)["headline"]),
            condition=_condition_of(member, brief.facts),
            note=f"{words['description']} ({label}; {release.name} {release.version}, {member.rule})",
        )
    )


def _condition_of(member: Recommended, facts: Facts) -> str | None:
    """The first Condition that the recommendation rests on."""
    present = (facts[name] for name in member.facts if facts[name].truth is Truth.TRUE)
    references = (item.reference for fact in present for item in fact.evidence if is_reference(item.reference))
    return next((reference for reference in references if reference.startswith("Condition/")), None)


def affected_side(member: Recommended, facts: Facts) -> Side:
    """The one side that the facts speak of; unknown where they name none, or both."""
    present = (facts[name] for name in member.facts if facts[name].truth is Truth.TRUE)
    sides = {item.side for fact in present for item in fact.evidence} - {Side.UNKNOWN}
    return sides.pop() if len(sides) == 1 else Side.UNKNOWN


def override_reasons(group: Group, brief: Brief) -> list[dict[str, str]]:
    """Up to five reasons, those of the leading recommendation first."""
    content = brief.release.content
    recommendations = (content["recommendations"][topic] for topic in group.topics)
    names = dict.fromkeys(name for one in recommendations for name in one["override_reasons"])
    codings = ((name, content["override_reasons"][name]) for name in list(names)[:MOST_REASONS])
    return [
        {"system": coding["system"], "code": coding["code"], "display": brief.wording.override_reason(name)}
        for name, coding in codings
    ]
