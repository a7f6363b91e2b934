"""The intake form: only ours, only handed in, however deep its items stand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from knowledge.chart import Entry, Quantity
from knowledge.truth import Truth
from tests.unit.intake.fhir import chart, resource

FORM = "https://w3id.org/heel-pain-cds/Questionnaire/heel-pain-intake"
PLACES = "https://w3id.org/heel-pain-cds/CodeSystem/heel-pain-location"


def response(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    content = {"status": "completed", "questionnaire": FORM, "authored": "2026-11-20T08:00:00Z", "item": list(items)}
    return resource("QuestionnaireResponse", **{**content, **more})


def item(name: str, *values: dict[str, Any]) -> dict[str, Any]:
    return {"linkId": name, "answer": list(values)}


def answers(*items: dict[str, Any], **more: Any) -> dict[str, Entry]:
    return {entry.codings[0].code: entry for entry in chart(response(*items, **more)).entries}


def test_each_answered_item_is_a_finding_under_its_link_id() -> None:
    found = answers(
        item("night-pain", {"valueBoolean": True}),
        item("symptom-duration", {"valueInteger": 7}),
        item("pain-severity", {"valueDecimal": 6.5}),
        item("shoe-distance", {"valueQuantity": {"value": 300, "unit": "miles"}}),
        item("pain-location", {"valueCoding": {"system": PLACES, "code": "calf"}}),
        item("rest-pain", {"valueCoding": {"system": "http://loinc.org", "code": "LA32-8"}}),
        {"linkId": "barefoot-pain"},
    )
    assert found["night-pain"].presence is Truth.TRUE
    assert found["symptom-duration"].quantity == Quantity(Decimal(7), Decimal(7), "")
    assert found["pain-severity"].quantity == Quantity(Decimal("6.5"), Decimal("6.5"), "")
    assert found["shoe-distance"].quantity == Quantity(Decimal(300), Decimal(300), "[mi_i]")
    assert found["pain-location"].choices[0].code == "calf"
    assert found["rest-pain"].presence is Truth.FALSE
    assert "barefoot-pain" not in found
    assert found["night-pain"].reference == "QuestionnaireResponse/x1"
    assert found["night-pain"].noted is not None


def test_items_within_groups_and_within_answers_are_found() -> None:
    inner = item("night-pain", {"valueBoolean": True, "item": [item("rest-pain", {"valueBoolean": False})]})
    found = answers({"linkId": "group", "item": [{"linkId": "deeper", "item": [inner]}]})
    assert found["night-pain"].presence is Truth.TRUE
    assert found["rest-pain"].presence is Truth.FALSE


def test_several_answers_are_all_choices_but_a_yes_and_a_no_are_neither() -> None:
    several = [{"valueCoding": {"system": PLACES, "code": code}} for code in ("calf", "plantar-medial")]
    assert [c.code for c in answers(item("pain-location", *several))["pain-location"].choices] == [
        "calf",
        "plantar-medial",
    ]
    assert (
        answers(item("night-pain", {"valueBoolean": True}, {"valueBoolean": False}))["night-pain"].presence
        is Truth.UNKNOWN
    )


@pytest.mark.parametrize(
    "form", [FORM, f"{FORM}|1.0.0", "http://w3id.org/heel-pain-cds/Questionnaire/heel-pain-intake", {"reference": FORM},
             "Questionnaire/heel-pain-intake"]
)  # fmt: skip
def test_our_form_is_known_by_canonical_in_any_version_and_by_reference(form: Any) -> None:
    assert answers(item("night-pain", {"valueBoolean": True}), questionnaire=form)


@pytest.mark.parametrize("form", [None, "https://example.org/Questionnaire/heel-pain-intake", "Questionnaire/other", 7])
def test_another_form_is_not_read_even_with_the_same_link_ids(form: Any) -> None:
    assert answers(item("night-pain", {"valueBoolean": True}), questionnaire=form) == {}


@pytest.mark.parametrize("status", ["in-progress", "entered-in-error"])
def test_a_form_not_handed_in_or_filled_in_by_mistake_is_not_read(status: str) -> None:
    assert answers(item("night-pain", {"valueBoolean": True}), status=status) == {}
