"""Reading ends at the deadline, at the end of the token's life and at the bounds of its scope."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cds_service.errors import RequestError
from knowledge.chart import Kind
from tests import calls
from tests.stub_fhir import TOKEN, StubFhir
from tests.unit.intake_calls.requests import PLENTY, SANDBOX, gathered, prefetching, reading, references, resource

SOON = 1.0  # seconds, for servers that never answer


@pytest.mark.parametrize("manner", ["hang", "drip"])
def test_at_the_deadline_the_answer_is_made_from_what_has_come(fhir: StubFhir, manner: str) -> None:
    fhir.says("Condition", calls.bundle(resource("Condition")))
    fhir.says("DeviceRequest", calls.bundle(), **{manner: True})
    found = gathered(reading(fhir), seconds=SOON)
    assert "Condition/1" in references(found)
    assert found.incomplete
    assert Kind.CONDITION in found.obtained
    assert Kind.ORDER not in found.obtained


def test_the_pages_that_came_before_the_deadline_are_kept(fhir: StubFhir) -> None:
    fhir.pages("Condition", [[resource("Condition", "1")], [resource("Condition", "2")]])
    fhir.says("Condition?page=1", hang=True)
    found = gathered(reading(fhir), seconds=SOON)
    assert "Condition/1" in references(found)
    assert Kind.CONDITION not in found.obtained


def test_nothing_is_asked_after_the_answer(fhir: StubFhir) -> None:
    for kind in ("Condition", "Observation", "QuestionnaireResponse", f"Patient/{calls.PATIENT}"):
        fhir.says(kind, hang=True)
    with pytest.raises(RequestError):
        gathered(reading(fhir), seconds=SOON)
    before = len(fhir.asked)
    fhir.over.set()
    gathered(prefetching(), seconds=PLENTY)
    assert len(fhir.asked) == before > 0


def test_a_token_that_has_run_out_is_not_used(fhir: StubFhir, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    began = time.monotonic()
    ticks = iter([began, began])
    monkeypatch.setattr(time, "monotonic", lambda: next(ticks, began + 20))
    with pytest.raises(RequestError) as refused:
        gathered(reading(fhir, expires_in=10))
    assert fhir.asked == []
    assert refused.value.status == 412


def test_calls_outside_the_scope_are_skipped(fhir: StubFhir) -> None:
    found = gathered(reading(fhir, scope="user/Patient.read user/Condition.rs user/Observation.s?category=exam"))
    assert fhir.types_asked == ["Condition", "Observation", "Patient"]
    assert found.obtained == {Kind.CONDITION}


@pytest.mark.parametrize("scope", ["user/*.read", "patient/*.rs", "system/*.*", "user/Patient.r user/*.s"])
def test_both_spellings_of_a_scope_ask_for_the_same(fhir: StubFhir, scope: str) -> None:
    gathered(reading(fhir, scope=scope))
    assert len(fhir.types_asked) == 11


def test_a_token_for_another_patient_is_not_used(fhir: StubFhir) -> None:
    with pytest.raises(RequestError) as refused:
        gathered(reading(fhir, patient="somebody-else"))
    assert fhir.asked == []
    assert "fhirAuthorization.patient" in refused.value.diagnostics
    assert gathered(reading(fhir, patient=calls.PATIENT)).resources


def test_an_open_server_is_asked_only_where_the_setting_allows(fhir: StubFhir) -> None:
    request = calls.request(prefetch={}, fhirServer=fhir.url)
    with pytest.raises(RequestError):
        gathered(request)
    assert fhir.asked == []
    gathered(request, replace(SANDBOX, open_servers=True))
    assert len(fhir.asked) == 11
    assert not any("Authorization" in asked.headers for asked in fhir.asked)


def test_the_token_and_the_patient_are_in_no_log(fhir: StubFhir, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "cds_service")
    fhir.says("Observation", status=500)
    gathered(reading(fhir))
    told = "".join(str(vars(record)) for record in caplog.records if record.name.startswith("cds_service"))
    assert "status 500" in told
    assert TOKEN not in told
    assert calls.PATIENT not in told
