"""Resources come out of whatever wraps them, and what cannot be taken is counted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cds_service.errors import RequestError
from cds_service.intake.bundles import read_file_resources, unpack
from tests import calls
from tests.shared_material import SHARED, shared

A = {"resourceType": "Condition", "id": "a"}
B = {"resourceType": "Observation", "id": "b"}
PATIENT_FILES = sorted((SHARED / "fixtures/patients").rglob("*.json"))
BULK_FILES = sorted((SHARED / "fixtures/bulk").rglob("*.ndjson"))


def outcome(severity: str | None, code: str = "") -> dict[str, Any]:
    issue: dict[str, Any] = {"code": "processing", "details": {"coding": [{"code": code}]}}
    return {"resourceType": "OperationOutcome", "issue": [issue | ({"severity": severity} if severity else {})]}


@pytest.mark.parametrize("kind", ["searchset", "collection", "transaction", "batch", "document", "history", "strange"])
def test_a_bundle_of_any_type_gives_its_resources(kind: str) -> None:
    assert unpack(calls.bundle(A, B, kind=kind)).resources == (A, B)


@pytest.mark.parametrize(
    "value",
    [
        {"resourceType": "Bundle", "entry": [{"resource": A}, {"resource": B}]},
        {"resourceType": "Bundle", "entry": [A, B]},
        [A, B],
        [{"resource": A}, {"resource": B}],
        calls.bundle(calls.bundle(A), calls.bundle(calls.bundle(B))),
        {"resourceType": "Bundle", "entry": [{"resource": A}, {"request": {"method": "DELETE", "url": "C/1"}}, B]},
        {"resourceType": "Bundle", "entry": [{"resource": A}, {"response": {"status": "201 Created"}}, B]},
    ],
)
def test_resources_are_found_in_each_wrapping(value: Any) -> None:
    found = unpack(value)
    assert (found.resources, found.unread, found.failed) == ((A, B), 0, False)


def test_one_resource_is_itself() -> None:
    assert unpack(A).resources == (A,)


@pytest.mark.parametrize(
    "entry", [None, 7, "x", [], {}, {"resource": None}, {"resource": []}, {"resource": {"id": "1"}}]
)
def test_an_entry_without_a_resource_is_counted_and_costs_no_other(entry: Any) -> None:
    found = unpack({"resourceType": "Bundle", "entry": [{"resource": A}, entry, {"resource": B}]})
    assert (found.resources, found.unread) == ((A, B), 1)


@pytest.mark.parametrize("value", [None, 7, "x", {}, {"resourceType": 7}, {"resourceType": ""}])
def test_what_is_no_resource_is_counted(value: Any) -> None:
    assert (unpack(value).resources, unpack(value).unread) == ((), 1)


@pytest.mark.parametrize("severity", ["error", "fatal", "ERROR", None, "grave"])
def test_an_outcome_that_tells_of_an_error_marks_the_whole(severity: str | None) -> None:
    assert unpack(calls.bundle(A, outcome(severity))).failed


@pytest.mark.parametrize("told", [outcome("warning"), outcome("information"), outcome("error", "59022")])
def test_an_outcome_that_only_remarks_or_found_nothing_marks_nothing(told: dict[str, Any]) -> None:
    assert not unpack(calls.bundle(A, told)).failed


def test_a_failed_part_of_a_batch_marks_the_whole() -> None:
    assert unpack({"resourceType": "Bundle", "entry": [{"response": {"status": "403 Forbidden"}}]}).failed


def test_the_next_page_is_named_by_its_link() -> None:
    links = [{"relation": "self", "url": "s"}, None, {"relation": "next"}, {"relation": "next", "url": "n"}]
    assert unpack(calls.bundle(A) | {"link": links}).next_url == "n"
    assert unpack(calls.bundle(A) | {"link": "n"}).next_url is None


def test_references_by_urn_come_to_name_the_resource_they_mean() -> None:
    patient = {
        "fullUrl": "urn:uuid:d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "resource": {"resourceType": "Patient", "id": "p"},
    }
    condition = {"resource": A | {"subject": {"reference": patient["fullUrl"]}}}
    found = unpack({"resourceType": "Bundle", "entry": [condition, patient]})
    assert found.resources[0]["subject"] == {"reference": "Patient/p"}


def test_a_resource_without_an_id_takes_it_from_its_full_url() -> None:
    entry = {"fullUrl": "urn:uuid:d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "resource": {"resourceType": "Patient"}}
    found = unpack({"resourceType": "Bundle", "entry": [entry]})
    assert found.resources[0]["id"] == "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"


def test_a_file_may_be_lines_of_resources() -> None:
    lines = [json.dumps(A), "", "{broken", json.dumps(B), "[]"]
    found = read_file_resources("\r\n".join(lines).encode())
    assert (found.resources, found.unread) == ((A, B), 2)


@pytest.mark.parametrize("content", [A, [A], {"data": [A]}, calls.bundle(A)])
def test_a_file_may_be_a_resource_a_list_or_a_wrapper(content: Any) -> None:
    assert read_file_resources(b"\xef\xbb\xbf" + json.dumps(content, indent=1).encode()).resources == (A,)


def test_an_empty_bundle_is_a_file_without_resources() -> None:
    assert read_file_resources(json.dumps(calls.bundle()).encode()).resources == ()


@pytest.mark.parametrize("content", [b"", b"{", b"hello\nworld", b"{}", b"[]", b"7", b'{"data": 1}', b"\xff\xfe"])
def test_a_file_without_any_resource_is_refused_with_what_was_expected(content: bytes) -> None:
    with pytest.raises(RequestError) as refused:
        read_file_resources(content)
    assert refused.value.diagnostics


def test_the_105_real_patient_files_are_here() -> None:
    assert len(list(shared("fixtures/patients").rglob("*.json"))) == 105


@pytest.mark.parametrize("path", PATIENT_FILES, ids=lambda path: path.stem[:40])
def test_each_real_patient_file_is_read_in_full(path: Any) -> None:
    found = read_file_resources(path.read_bytes())
    assert found.resources
    assert (found.unread, found.failed) == (0, False)


@pytest.mark.parametrize("path", BULK_FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_each_line_of_the_bulk_files_is_a_resource(path: Any) -> None:
    lines = [line for line in path.read_bytes().split(b"\n") if line.strip()]
    found = read_file_resources(path.read_bytes())
    assert (len(found.resources), found.unread) == (len(lines), 0)
