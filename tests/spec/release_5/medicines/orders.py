"""Drug orders and laboratory values as the specification of medicines writes them."""

from __future__ import annotations

from typing import Any

from tests.spec.release_5.clinic import visit

KIDNEY, BLEEDING = "nsaidKidney", "nsaidBleeding"
PREGNANCY, HEART = "nsaidPregnancy", "nsaidCardiovascularAllergy"


def drug(name: str, route: str = "oral", **more: Any) -> dict[str, Any]:
    return {"concept": name, "kind": "medication", "route": route, **more}


IBUPROFEN, GEL = drug("ibuprofen"), drug("nsaid-gel", "topical")


def egfr(value: float) -> list[dict[str, Any]]:
    return [lab("98979-8", value, "mL/min/{1.73_m2}")]


def lab(code: str, value: float, unit: str) -> dict[str, Any]:
    return {"system": "loinc", "code": code, "value": value, "unit": unit}


def urgency(topic: str, *drafts: dict[str, Any], hook: str = "order-sign", **told: Any) -> str | None:
    """How urgent the topic is for these drafts; None where nothing is said of it."""
    seen = visit(hook, drafts=list(drafts) or [IBUPROFEN], **told)
    return seen.about(topic).indicator if topic in seen.advice else None
