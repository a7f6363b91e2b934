"""What else is true of a draft order by the same topic as the advice shown.

A topic is shown by its most urgent rule. Of an order, less urgent rules of that topic that hold as well are
told on the same card, where the release has words of their own for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from cards.brief import Brief
from cards.grouping import Group
from knowledge.decision import Recommended
from knowledge.engine import recorded_support
from knowledge.rules import Rule
from knowledge.truth import Truth


def besides(group: Group, brief: Brief) -> tuple[Recommended, ...]:
    """The further recommendations, in the order of the release."""
    return tuple(found for member in group.members for found in _beside(member, brief))


def _beside(member: Recommended, brief: Brief) -> Iterator[Recommended]:
    for rule in brief.release.rules:
        if _holds_too(rule, member, brief):
            facts = tuple(dict.fromkeys(recorded_support(brief.release, rule.when, brief.facts)))
            yield Recommended(rule.topic, rule.name, rule.indicator, facts, ())


def _holds_too(rule: Rule, member: Recommended, brief: Brief) -> bool:
    other = rule.topic == member.topic and rule.name != member.rule and not rule.holds
    said = rule.kind == "order" and brief.decision.hook in rule.hooks and brief.wording.says_itself(rule.name)
    return other and said and brief.decision.outcomes.get(rule.name) is Truth.TRUE


def told_with(group: Group, brief: Brief) -> Group:
    """The group with these beside its own members, for what is told of facts and of advice."""
    return Group(group.key, (*group.members, *besides(group, brief)))
