"""Every order the release can suggest is sound FHIR R4, by three validators, for each side and each intent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from cards.templates import Template, empties, templates, validate_templates
from knowledge.release import load_release
from tests.contract.validators import google_fhir, invariants

Resource = dict[str, Any]
Validator = Callable[[Sequence[Resource]], list[list[str]]]


@cache
def orders() -> tuple[Template, ...]:
    return tuple(templates(load_release()))


def with_faults() -> dict[str, Resource]:
    """One sound order, and copies of it with one fault each."""
    sound = next(one.resource for one in orders() if one.resource["resourceType"] == "ServiceRequest")
    return {
        "sound": sound,
        "unknown element": {**sound, "colour": "red"},
        "no intent": {name: value for name, value in sound.items() if name != "intent"},
        "code outside its binding": {**sound, "status": "drafty"},
        "reference to a wrong type": {**sound, "subject": {"reference": "Encounter/1"}},
        "broken constraint prr-1": {**sound, "code": sound["code"], "orderDetail": [{"text": "x"}]} | {"code": None},
    }


def test_the_release_has_no_fault_of_its_own() -> None:
    assert validate_templates(load_release()) == []


def test_each_action_of_the_release_is_offered_by_some_recommendation() -> None:
    assert {one.action for one in orders()} == set(load_release().content["actions"])


def test_each_order_is_tried_for_each_side_and_intent() -> None:
    tried = Counter((one.action, one.rule, one.language) for one in orders())
    assert set(tried.values()) == {9}
    assert {one.language for one in orders()} == set(load_release().content["wording"])


def test_the_models_of_the_service_accept_every_order() -> None:
    for one in orders():
        get_fhir_model_class(one.resource["resourceType"]).model_validate(one.resource)


@pytest.mark.parametrize("validate", [google_fhir, invariants])
def test_an_independent_validator_accepts_every_order(validate: Validator) -> None:
    found = validate([one.resource for one in orders()])
    assert {str(one): faults for one, faults in zip(orders(), found, strict=True) if faults} == {}


@pytest.mark.parametrize(
    ("validate", "caught"),
    [
        (google_fhir, ["unknown element", "no intent", "code outside its binding", "reference to a wrong type"]),
        (invariants, ["broken constraint prr-1"]),
    ],
)
def test_the_validators_do_find_faults(validate: Validator, caught: list[str]) -> None:
    cases = with_faults()
    found = dict(zip(cases, validate([without_none(one) for one in cases.values()]), strict=True))
    assert found["sound"] == []
    assert [name for name in caught if not found[name]] == []


def without_none(resource: Resource) -> Resource:
    return {name: value for name, value in resource.items() if value is not None}


def test_nothing_in_an_order_is_null_or_empty() -> None:
    assert [path for one in orders() for path in empties(one.resource, str(one))] == []


def test_an_order_is_a_draft_for_the_patient_without_id_or_requester() -> None:
    for one in orders():
        resource = one.resource
        assert resource["status"] == "draft", str(one)
        assert resource["subject"] == {"reference": "Patient/example"}
        assert resource["encounter"] == {"reference": "Encounter/example"}
        assert not {"id", "requester", "authoredOn"} & set(resource)
        assert resource.get("intent", one.intent) == one.intent


def test_an_order_names_a_side_only_where_one_is_known() -> None:
    for one in orders():
        text = str(one.resource)
        sides = {side for side, code in (("left", "7771000"), ("right", "24028007")) if f"'{code}'" in text}
        assert sides <= {one.side.value}, str(one)


def test_an_order_is_worded_in_plain_text_beside_its_codes() -> None:
    for one in orders():
        resource = one.resource
        worded = (
            resource.get("code") or resource.get("codeCodeableConcept") or resource.get("medicationCodeableConcept")
        )
        assert (worded or {"text": resource.get("payload", [{}])[0].get("contentString")})["text"], str(one)
        assert resource["reasonCode"][0]["text"]
        assert resource["note"][0]["text"]
