"""Two validators of FHIR R4 that nobody here wrote, each in its own environment."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from typing import Any

from tests.components import ROOT, require

SCRIPTS = ROOT / "tests" / "tools"
PATIENCE = 300.0  # seconds; only a hung validator needs them


def google_fhir(resources: Sequence[dict[str, Any]]) -> list[list[str]]:
    """The faults of each resource: elements, cardinalities, types, required codes, references."""
    python = require("google-fhir")
    return _run([str(python), str(SCRIPTS / "validate_google_fhir.py")], resources)


def invariants(resources: Sequence[dict[str, Any]]) -> list[list[str]]:
    """The faults of each resource against HL7's own constraint expressions."""
    modules = require("node") / "node_modules"
    return _run(["node", str(SCRIPTS / "validate_invariants.mjs")], resources, NODE_MODULES=str(modules))


def _run(command: list[str], resources: Sequence[dict[str, Any]], **settings: str) -> list[list[str]]:
    done = subprocess.run(
        command,
        input=json.dumps(list(resources)),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=os.environ | settings,
    )
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout)
    return found
