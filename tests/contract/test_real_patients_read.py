"""Charts nobody here wrote: every synthetic patient and bulk file at hand is read without loss."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cds_service.intake.bundles import read_file_resources
from cds_service.intake.chart_reader import READERS, read_chart
from knowledge.chart import Chart
from tests.contract.traps import facts
from tests.shared_material import SHARED, shared

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PATIENTS = sorted(path.relative_to(SHARED).as_posix() for path in (SHARED / "fixtures/patients").rglob("*.json"))
BULK = sorted(path.relative_to(SHARED).as_posix() for path in (SHARED / "fixtures/bulk").rglob("*.*json*"))


def resources_of(path: Path) -> list[dict[str, Any]]:
    return list(read_file_resources(path.read_bytes()).resources)


def patients_of(resources: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in resources if one["resourceType"] == "Patient" and "id" in one]


def charts_of(resources: list[dict[str, Any]]) -> Iterator[Chart]:
    for patient_id in patients_of(resources) or ["nobody"]:
        yield read_chart(resources, patient_id=patient_id, known_at=NOW)


def test_there_are_a_hundred_and_five_patient_files() -> None:
    shared("fixtures/patients")
    assert len(PATIENTS) == 105
    assert len(BULK) == 6


@pytest.mark.parametrize("path", PATIENTS)
def test_a_real_patient_file_is_read_whole(path: str, caplog: pytest.LogCaptureFixture) -> None:
    resources = resources_of(shared(path))
    with caplog.at_level(logging.WARNING):
        made = list(charts_of(resources))
    assert caplog.records == []
    assert [chart.unread for chart in made] == [0] * len(made)


@pytest.mark.parametrize("path", BULK)
def test_a_real_bulk_file_is_read_whole(path: str, caplog: pytest.LogCaptureFixture) -> None:
    resources = resources_of(shared(path))
    subjects = Counter(_subject(resource) for resource in resources)
    with caplog.at_level(logging.WARNING):
        charts = [read_chart(resources, patient_id=patient, known_at=NOW) for patient, _ in subjects.most_common(20)]
    assert caplog.records == []
    assert {chart.unread for chart in charts} == {0}


def _subject(resource: dict[str, Any]) -> str:
    reference = resource.get("subject", resource.get("patient", {})).get("reference", resource.get("id"))
    return str(reference).rpartition("/")[2].removeprefix("urn:uuid:")


@pytest.mark.parametrize("path", [path for path in PATIENTS if "synthea-r4" in path])
def test_a_synthea_patient_keeps_every_record_of_the_kinds_read_and_has_no_heel_complaint(path: str) -> None:
    resources = resources_of(shared(path))
    for chart in charts_of(resources):
        kinds = set(READERS) - {"Encounter"}  # most encounters give no reason
        read = {f"{one['resourceType']}/{one['id']}" for one in resources if one["resourceType"] in kinds}
        assert read <= {entry.reference for entry in chart.entries}
        assert all(entry.noted is not None for entry in chart.entries)
        assert facts(chart)["heel-complaint"].truth != "true"
