"""Every release ever published still answers its own worked cases under the present engine."""

from __future__ import annotations

import pytest

from knowledge.cases import failures
from knowledge.release import load_release, read_index

VERSIONS = sorted({event["version"] for event in read_index()})


@pytest.mark.parametrize("version", VERSIONS)
def test_the_cases_of_a_published_release_hold(version: str) -> None:
    release = load_release(version)
    assert release.content["cases"]
    assert failures(release, release.content["cases"]) == []
