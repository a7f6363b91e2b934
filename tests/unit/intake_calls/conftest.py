"""What the tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import calls
from tests.stub_fhir import StubFhir, stub_fhir


@pytest.fixture
def fhir() -> Iterator[StubFhir]:
    """A FHIR server that knows our patient, and nothing else until told."""
    with stub_fhir() as stub:
        stub.says(f"Patient/{calls.PATIENT}", calls.patient())
        yield stub
