"""Ids of cards and suggestions: the same decision always gives the same ids, no two decisions share one."""

from __future__ import annotations

from uuid import UUID, uuid5


def card_id(decision_id: UUID, group: str) -> str:
    return str(uuid5(decision_id, f"card {group}"))


def suggestion_id(decision_id: UUID, group: str, action: str) -> str:
    return str(uuid5(decision_id, f"suggestion {group} {action}"))
