"""Names of ours that stand in what we send."""

from __future__ import annotations

CANONICAL = "https://w3id.org/heel-pain-cds"
EXTENSION = "org.w3id.heel-pain-cds"
TOPICS = f"{CANONICAL}/CodeSystem/recommendation-topics"
ORDERS = f"{CANONICAL}/CodeSystem/heel-orders"
