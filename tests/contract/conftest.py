"""What the contract tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stub_fhir import StubFhir, stub_fhir


@pytest.fixture
def fhir() -> Iterator[StubFhir]:
    """A FHIR server that knows nothing until told."""
    with stub_fhir() as stub:
        yield stub
