"""The orders a card offers."""

from __future__ import annotations

from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from cards import CallContext
from cards.audience import Audience
from knowledge.chart import Side
from knowledge.decision import Fact
from knowledge.truth import Truth
from tests.unit.cards.small import CALL, card_of, changed, decide, drafted, seen


def sided(*sides: Side) -> Fact:
    return Fact("", Truth.TRUE, evidence=tuple(seen(f"squeeze-{place}", side=side) for place, side in enumerate(sides)))


def orders(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["label"]: one["actions"][0]["resource"] for one in card["suggestions"]}


def fracture(side: Fact, **more: Any) -> dict[str, dict[str, Any]]:
    return orders(card_of(decide(heel_pain=True, squeeze=side), **more))


def test_each_suggestion_creates_one_order_and_is_complete_by_label_and_by_description() -> None:
    card = card_of(decide(heel_pain=True, squeeze=True))
    assert card["selectionBehavior"] == "any"
    for suggestion in card["suggestions"]:
        (action,) = suggestion["actions"]
        assert action["type"] == "create"
        assert suggestion["label"]
        assert action["description"]


def test_a_radiograph_of_the_left_heel_is_a_draft_for_the_left_heel() -> None:
    assert fracture(sided(Side.LEFT, Side.UNKNOWN))["Radiograph of the heel"] == {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "proposal",
        "priority": "routine",
        "code": {
            "coding": [{"system": "http://loinc.org", "code": "26101-6", "display": "XR Calcaneus - left Views"}],
            "text": "Radiograph of the heel, left",
        },
        "subject": {"reference": "Patient/runner-1"},
        "encounter": {"reference": "Encounter/visit-1"},
        "bodySite": [
            {
                "coding": [
                    {
                        "system": "http://snomed.info/sct",
                        "code": "80144004",
                        "display": "Bone structure of calcaneum (body structure)",
                    },
                    {"system": "http://snomed.info/sct", "code": "7771000", "display": "Left"},
                ],
                "text": "Bone structure of calcaneum, left",
            }
        ],
        "reasonCode": [{"text": "Suspected broken heel bone, stop running and image"}],
        "note": [{"text": "Radiograph of the heel in two planes (Test trial 2020; heel-pain-runner 0.0.1, fracture)"}],
    }


@pytest.mark.parametrize("sides", [(), (Side.UNKNOWN,), (Side.LEFT, Side.RIGHT), (Side.BOTH,)])
def test_an_order_names_no_side_unless_exactly_one_is_known(sides: tuple[Side, ...]) -> None:
    found = fracture(sided(*sides))
    radiograph = found["Radiograph of the heel"]
    assert radiograph["code"]["coding"][0]["code"] == "24612-4"
    assert radiograph["bodySite"][0]["text"] == "Bone structure of calcaneum"
    assert found["Walking boot"]["codeCodeableConcept"]["text"] == "Walking boot"


def test_the_right_side_has_its_own_code() -> None:
    assert fracture(sided(Side.RIGHT))["Radiograph of the heel"]["code"]["coding"][0]["code"] == "26102-4"


def test_a_device_says_its_side_in_words_and_bears_our_own_code() -> None:
    assert fracture(sided(Side.RIGHT))["Walking boot"]["codeCodeableConcept"] == {
        "coding": [
            {
                "system": "https://w3id.org/heel-pain-cds/CodeSystem/heel-orders",
                "code": "walking-boot",
                "display": "Walking boot",
            }
        ],
        "text": "Walking boot, right",
    }


def test_without_a_visit_an_order_names_none() -> None:
    context = CallContext(CALL.decision_id, "runner-1")
    assert "encounter" not in fracture(sided(), context=context)["Walking boot"]


def test_the_intent_is_the_clients_choice() -> None:
    assert fracture(sided(), audience=Audience(order_intent="order"))["Walking boot"]["intent"] == "order"


def test_what_is_told_to_a_patient_is_a_request_to_communicate() -> None:
    told = orders(card_of(decide(pop=True, gap=True)))["Tell the patient"]
    assert told["resourceType"] == "CommunicationRequest"
    assert told["payload"] == [{"contentString": "Stay off the foot."}]
    assert not {"intent", "code", "category"} & set(told)


def test_a_drug_is_named_by_text_and_never_ticked_beforehand() -> None:
    release = changed("actions.antibiotic.recommended", True)
    card = card_of(decide(release=release, heel_pain=True, redness=True), release=release)
    drug = next(one for one in card["suggestions"] if one["label"] == "Antibiotic")
    assert drug["actions"][0]["resource"]["medicationCodeableConcept"] == {"text": "Antibiotic by local rule"}
    assert drug["actions"][0]["resource"]["category"][0]["text"] == "Outpatient"
    assert "isRecommended" not in drug


def test_one_suggestion_at_most_is_recommended() -> None:
    card = card_of(decide(heel_pain=True, pop=True, gap=True, redness=True))
    assert [one.get("isRecommended") for one in card["suggestions"]] == [True, None, None, None]


def test_an_invasive_treatment_is_never_ticked_beforehand() -> None:
    release = changed("actions.boot.local_code", "plantar-fascia-injection")
    for action in release.content["actions"].values():
        action["recommended"] = action.get("local_code") is not None
    card = card_of(decide(release=release, heel_pain=True, squeeze=True), release=release)
    assert not any("isRecommended" in one for one in card["suggestions"])


def test_an_order_two_recommendations_share_is_offered_once() -> None:
    labels = [one["label"] for one in card_of(decide(heel_pain=True, pop=True, gap=True, redness=True))["suggestions"]]
    assert labels == ["Refer to orthopaedics today", "Tell the patient", "Antibiotic", "Take blood"]


def test_what_is_already_ordered_is_not_offered_again() -> None:
    card = card_of(decide(heel_pain=True, duration=7, physiotherapy_ordered=True))
    assert "suggestions" not in card
    assert "selectionBehavior" not in card


def test_no_more_than_five_reasons_to_decline_are_offered() -> None:
    reasons = card_of(decide(heel_pain=True, duration=7))["overrideReasons"]
    assert [reason["code"] for reason in reasons] == ["done", "declined", "wrong", "later", "known"]
    assert reasons[0] == {"system": "https://example.org/reasons", "code": "done", "display": "Already done"}


def test_without_reasons_none_are_offered() -> None:
    assert "overrideReasons" not in card_of(decide(heel_pain=True, place="outer"))


def test_a_card_about_an_order_offers_what_its_topics_offer() -> None:
    assert "suggestions" not in card_of(decide("order-sign", injection_drafted=drafted("MedicationRequest/a")))


def test_an_order_names_the_condition_it_is_for_where_one_is_on_record() -> None:
    on_record = Fact("", Truth.TRUE, evidence=(seen("squeeze"), seen("squeeze", reference="Condition/fracture-1")))
    for order in fracture(on_record).values():
        assert order["reasonReference"] == [{"reference": "Condition/fracture-1"}]
        get_fhir_model_class(order["resourceType"]).model_validate(order)


def test_an_id_that_looks_like_none_never_becomes_the_reason_of_an_order() -> None:
    odd = Fact("", Truth.TRUE, evidence=(seen("squeeze", reference="Condition/<b>"),))
    assert not any("reasonReference" in order for order in fracture(odd).values())
