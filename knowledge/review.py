"""What no clinician has confirmed yet, and the rules that rest on it."""

from __future__ import annotations

from knowledge.release import Release


def rests_on(rule: str, release: Release) -> tuple[str, ...]:
    """The evidence of a rule and of the recommendation it makes, by name."""
    return tuple(dict.fromkeys((*release.content["rules"][rule]["evidence"], release.offer(rule)["evidence"])))


def is_unconfirmed(evidence: str, release: Release) -> bool:
    return bool(release.content["evidence"][evidence].get("unconfirmed", False))


def unconfirmed_rules(release: Release) -> dict[str, tuple[str, ...]]:
    """Rules that rest on something unconfirmed, each with what that is, the most urgent first."""
    found = {
        rule.name: tuple(name for name in rests_on(rule.name, release) if is_unconfirmed(name, release))
        for rule in release.rules
    }
    return {rule: evidence for rule, evidence in found.items() if evidence}


def unconfirmed_evidence(release: Release) -> tuple[str, ...]:
    """Everything unconfirmed, whether or not a rule rests on it."""
    return tuple(name for name in release.content["evidence"] if is_unconfirmed(name, release))
