"""Real software of others that some tests compare the service with: where it is, or why a test is skipped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".tools"
COMPONENTS: Mapping[str, Path] = MappingProxyType(
    {
        "node": TOOLS / "node",  # folder with node_modules: Medplum's FHIR router, HL7's definitions, fhirpath
        "google-fhir": TOOLS / "google-fhir" / "bin" / "python",  # a Python that has google-fhir-r4
        "schemathesis": TOOLS / "schemathesis" / "bin" / "schemathesis",  # and openapi-spec-validator beside it
        "healthchain": TOOLS / "healthchain" / "bin" / "python",  # a Python that has HealthChain
    }
)


def require(name: str) -> Path:
    """The path of a component of `COMPONENTS`; skips the test where it is not installed, except in CI."""
    path = COMPONENTS[name]
    # The stamp is written last, so a broken installation does not count.
    if (TOOLS / name / "installed").is_file() and path.exists() and (name != "node" or shutil.which("node")):
        return path
    message = f"the component {name!r} is not installed; run tests/tools/install, and see .tools/{name}.log"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
