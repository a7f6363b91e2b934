"""Names of ours that stand in what we send, and what the names of others must look like."""

from __future__ import annotations

import re

CANONICAL = "https://w3id.org/heel-pain-cds"
EXTENSION = "org.w3id.heel-pain-cds"
TOPICS = f"{CANONICAL}/CodeSystem/recommendation-topics"
ORDERS = f"{CANONICAL}/CodeSystem/heel-orders"
_REFERENCE = re.compile(r"[A-Z][A-Za-z]{1,63}/[A-Za-z0-9.-]{1,64}")


def is_reference(text: str) -> bool:
    """Whether text from a chart is `Type/id` and nothing else."""
    return _REFERENCE.fullmatch(text) is not None
