"""FHIR ids, and `Type/id`, in the spellings that clients use."""

from __future__ import annotations

import re
from typing import Any

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_TYPED = re.compile(rf"(?:^|/)([A-Z][A-Za-z]+)/({_ID.pattern})(?:/_history/[^/]*)?$")


def is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def typed(value: Any) -> str | None:
    """`Type/id` of a relative or absolute reference, without its version; `None` for anything else."""
    found = _TYPED.search(value) if isinstance(value, str) else None
    return f"{found[1]}/{found[2]}" if found and value == value.strip() else None


def reference_of(resource: dict[str, Any]) -> str | None:
    """`Type/id` of a resource itself; `None` when it has no usable id."""
    kind, identity = resource.get("resourceType"), resource.get("id")
    return f"{kind}/{identity}" if isinstance(kind, str) and is_id(identity) else None
