"""JSON Schemas of what goes over the wire. They are closed: what they do not name is never sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def schema(name: str) -> dict[str, Any]:
    """The schema of `response` or `discovery`."""
    loaded: dict[str, Any] = json.loads((_FOLDER / f"{name}.schema.json").read_text("utf-8"))
    return loaded
