"""What is ordered, being written, done, and reported."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.chart import Kind, Side, Standing
from knowledge.truth import Truth
from tests.contract.traps import facts
from tests.unit.intake.fhir import LOINC, SNOMED, chart, concept, entry, resource

ORDERS = "https://w3id.org/heel-pain-cds/CodeSystem/heel-orders"
RESULTS = "https://w3id.org/heel-pain-cds/CodeSystem/heel-imaging-result"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def service(code: dict[str, Any], **more: Any) -> dict[str, Any]:
    return resource(
        "ServiceRequest", **{"status": "active", "intent": "order", "code": code, "authoredOn": "2026-11-20", **more}
    )


@pytest.mark.parametrize(
    ("more", "standing"),
    [
        ({}, Standing.CURRENT),
        ({"status": "on-hold"}, Standing.CURRENT),
        ({"status": "completed"}, Standing.PAST),
        ({"status": "draft"}, Standing.PLANNED),
        ({"intent": "plan"}, Standing.PLANNED),
        ({"intent": "proposal"}, Standing.PLANNED),
        ({"doNotPerform": True}, Standing.NEGATED),
        ({"status": None}, Standing.UNCERTAIN),
    ],
)
def test_an_order_stands_as_its_status_and_intent_say(more: dict[str, Any], standing: Standing) -> None:
    assert entry(service(concept(SNOMED, "308447003"), **more)).standing is standing


@pytest.mark.parametrize("status", ["revoked", "entered-in-error", "cancelled"])
def test_an_order_taken_back_is_no_order(status: str) -> None:
    assert chart(service(concept(SNOMED, "308447003"), status=status)).entries == ()


def test_a_referral_by_specialty_and_a_device_by_reference_are_read() -> None:
    referral = resource(
        "ReferralRequest", status="active", type={"text": "Referral"}, specialty={"text": "Physiotherapy"}
    )
    assert entry(referral).text == "Referral; Physiotherapy"
    device = resource("Device", type={"text": "night splint"}) | {"id": "d9"}
    asked = resource("DeviceRequest", status="active", intent="order", codeReference={"reference": "Device/d9"})
    (found,) = chart(device, asked).entries
    assert (found.kind, found.text) == (Kind.ORDER, "night splint")


def test_a_draft_is_marked_and_only_what_the_user_picked_is_selected() -> None:
    first = service(concept(ORDERS, "shockwave-therapy"), status="draft") | {"id": "one"}
    second = service(concept(ORDERS, "night-splint"), status="draft") | {"id": "two"}
    found = chart(drafts=[first, second], selected=frozenset({"ServiceRequest/one"})).entries
    assert [(e.draft, e.selected, e.standing) for e in found] == [
        (True, True, Standing.PLANNED),
        (True, False, Standing.PLANNED),
    ]
    assert all(e.selected for e in chart(drafts=[first, second]).entries)


def test_a_draft_that_also_stands_among_the_resources_is_read_once_and_as_a_draft() -> None:
    order = service(concept(ORDERS, "shockwave-therapy"), status="draft")
    (found,) = chart(order, drafts=[order]).entries
    assert found.draft


def test_an_order_not_to_do_something_is_not_an_order_being_written() -> None:
    (found,) = chart(drafts=[service(concept(ORDERS, "shockwave-therapy"), doNotPerform=True)]).entries
    assert (found.draft, found.standing) == (False, Standing.NEGATED)


def test_a_strangers_draft_is_dropped_and_counted() -> None:
    order = service(concept(ORDERS, "shockwave-therapy"), subject={"reference": "Patient/p2"})
    found = chart(drafts=[order])
    assert (found.entries, found.strangers) == ((), 1)


@pytest.mark.parametrize(
    "more",
    [
        {"bodySite": [concept(SNOMED, "82474009")]},
        {"bodySite": [{"text": "plantar fascia, left"}]},
        {"reasonCode": [concept(SNOMED, "202882003")]},
        {"reasonReference": [{"reference": "Condition/c1"}]},
        {"reason": [{"reference": {"reference": "Condition/c1"}}]},
        {"note": [{"text": "into the plantar fascia under ultrasound"}]},
    ],
)
def test_the_place_of_an_injection_is_found_in_site_reason_or_note(more: dict[str, Any]) -> None:
    why = resource("Condition", code=concept(SNOMED, "202882003")) | {"id": "c1"}
    said = facts(chart(why, drafts=[service(concept(SNOMED, "59108006", "Injection"), status="draft", **more)]))
    assert said["draft-plantar-steroid-injection"].truth is Truth.TRUE


def test_an_injection_whose_place_is_not_told_is_not_known_to_be_elsewhere() -> None:
    said = facts(chart(drafts=[service(concept(SNOMED, "59108006", "Injection"), status="draft")]))
    assert said["draft-plantar-steroid-injection"].truth is Truth.UNKNOWN


def test_the_site_of_an_injected_drug_is_in_its_dosage() -> None:
    drug = resource(
        "MedicationRequest",
        status="draft",
        intent="order",
        medicationCodeableConcept=concept(RXNORM, "10759", "triamcinolone"),
        dosageInstruction=[{"route": {"text": "intralesional injection"}, "site": {"text": "right plantar fascia"}}],
    )
    (found,) = chart(drafts=[drug]).entries
    assert (found.route, found.site_text, found.side) == ("injection", "right plantar fascia", Side.RIGHT)
    assert facts(chart(drafts=[drug]))["draft-plantar-steroid-injection"].truth is Truth.TRUE


def test_a_reason_that_is_a_strangers_condition_is_not_looked_at() -> None:
    theirs = resource("Condition", code=concept(SNOMED, "202882003"), subject={"reference": "Patient/p2"}) | {
        "id": "c1"
    }
    order = service(concept(SNOMED, "59108006"), reasonReference=[{"reference": "Condition/c1"}])
    (found,) = chart(theirs, order).entries
    assert found.reasons == ()


@pytest.mark.parametrize(
    "more",
    [
        {"performedDateTime": "2026-11-01"},
        {"performedPeriod": {"start": "2026-11-01", "end": "2026-11-01"}},
        {"occurrenceDateTime": "2026-11-01"},
        {"recorded": "2026-11-01"},
    ],
)
def test_when_a_procedure_was_done_is_read_in_every_version(more: dict[str, Any]) -> None:
    found = entry(resource("Procedure", status="completed", code={"text": "heel injection"}, **more))
    assert found.noted is not None
    assert found.noted.earliest.date().isoformat() == "2026-11-01"
    assert found.standing is Standing.PAST


@pytest.mark.parametrize(
    "more", [{"status": "not-done"}, {"status": "entered-in-error"}, {"status": "completed", "notPerformed": True},
             {"status": "completed", "notDone": True}]
)  # fmt: skip
def test_a_procedure_that_was_not_done_says_nothing(more: dict[str, Any]) -> None:
    assert chart(resource("Procedure", code={"text": "heel injection"}, **more)).entries == ()


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"conclusionCode": [concept(RESULTS, "normal")]}, "normal"),
        ({"conclusionCode": [concept(SNOMED, "55260003")]}, "spur"),
        ({"codedDiagnosis": [concept(SNOMED, "55260003")]}, "spur"),
        ({"conclusion": "Plantar calcaneal spur."}, "spur"),
    ],
)
def test_a_radiograph_report_tells_its_result_by_code_or_by_its_conclusion(more: dict[str, Any], answer: str) -> None:
    report = resource(
        "DiagnosticReport", status="final", code=concept(LOINC, "26101-6"), effectiveDateTime="2026-11-10", **more
    )
    found = entry(report)
    assert (found.kind, found.side) == (Kind.REPORT, Side.LEFT)
    assert facts(chart(report))["heel-radiograph-result"].choices == (answer,)


@pytest.mark.parametrize("status", ["registered", "cancelled", "entered-in-error"])
def test_a_report_that_is_not_there_yet_or_no_more_says_nothing(status: str) -> None:
    assert chart(resource("DiagnosticReport", status=status, code=concept(LOINC, "26101-6"))).entries == ()


def test_a_device_in_use_ends_with_its_period() -> None:
    used = resource(
        "DeviceUseStatement",
        status="active",
        device={"display": "heel cup"},
        timingPeriod={"start": "2026-01-01", "end": "2026-02-01"},
    )
    found = entry(used)
    assert (found.kind, found.text, found.standing) == (Kind.DEVICE_USE, "heel cup", Standing.PAST)


def test_a_device_use_in_error_is_none_and_details_of_an_order_count_by_their_code() -> None:
    assert chart(resource("DeviceUsage", status="entered-in-error", device={"concept": {"text": "boot"}})).entries == ()
    detailed = service({"text": "Orthosis"}, orderDetail=[{"text": "heel cup"}, {"parameter": [{"valueString": "x"}]}])
    assert entry(detailed).text == "Orthosis; heel cup"
