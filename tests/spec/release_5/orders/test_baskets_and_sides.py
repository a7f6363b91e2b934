"""What is ordered together is taken together, and of two sides the worse decides."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.release_5.clinic import visit
from tests.spec.release_5.medicines.orders import BLEEDING, HEART, IBUPROFEN, drug, urgency

QUINOLONE = "fluoroquinoloneOrderRisk"


@pytest.mark.parametrize("other", ["anticoagulant"])
def test_an_nsaid_and_an_anticoagulant_in_one_basket_are_a_bleeding_risk(other: str) -> None:
    assert urgency(BLEEDING, IBUPROFEN, drug(other)) == "warning"
    assert urgency(BLEEDING, IBUPROFEN, drug("paracetamol")) is None


@pytest.mark.parametrize("other", ["lithium", "methotrexate", "calcineurin-inhibitor"])
def test_and_so_are_the_drugs_it_must_not_meet(other: str) -> None:
    assert urgency(HEART, IBUPROFEN, drug(other)) == "warning"


def test_two_factors_of_one_basket_count_as_two() -> None:
    assert urgency(BLEEDING, IBUPROFEN, drug("corticosteroid"), drug("ssri-or-snri")) == "warning"


def test_a_quinolone_meets_a_steroid_of_the_same_basket() -> None:
    told: dict[str, Any] = {"conditions": ["heel-pain"]}
    assert urgency(QUINOLONE, drug("fluoroquinolone"), drug("corticosteroid"), **told) == "warning"


@pytest.mark.parametrize("finding", ["ankle-brachial-index", "ankle-pressure", "toe-pressure"])
def test_a_poor_circulation_of_one_leg_speaks_for_compression_of_either(finding: str) -> None:
    poor, good = {"ankle-brachial-index": (0.5, 1.0), "ankle-pressure": (50, 120), "toe-pressure": (20, 90)}[finding]
    draft = ["compression-therapy"]
    for left, right in ((poor, good), (good, poor)):
        seen = visit("order-sign", drafts=draft, left={finding: left}, right={finding: right})
        assert "modalityCaution" in seen.advice
    assert (
        "modalityCaution" not in visit("order-sign", drafts=draft, left={finding: good}, right={finding: good}).advice
    )


def test_two_past_ulcers_at_two_places_are_two_episodes() -> None:
    past = [{"concept": name, "standing": "past"} for name in ("gastric-ulcer", "duodenal-ulcer")]
    assert urgency(BLEEDING, IBUPROFEN, conditions=past) == "critical"
    assert urgency(BLEEDING, IBUPROFEN, conditions=past[1:]) == "warning"


@pytest.mark.parametrize("sign", ["plantar-ecchymosis", "palpable-mass"])
def test_shockwave_waits_until_a_rupture_or_a_lesion_is_settled(sign: str) -> None:
    told: dict[str, Any] = {"conditions": ["plantar-fasciitis"], "findings": {sign: True, "core-care-duration": 12}}
    assert urgency("shockwaveCaution", "shockwave-therapy", **told) == "warning"


def test_a_suspected_rupture_of_the_fascia_stops_a_steroid_beneath_it() -> None:
    injection = {"concept": "injection", "site": "plantar-heel-site"}
    told: dict[str, Any] = {"conditions": ["plantar-fasciitis"], "findings": {"symptom-duration": 20}}
    bruised = {**told["findings"], "plantar-ecchymosis": True}
    assert urgency("plantarSteroidCaution", injection, **told) is None
    assert urgency("plantarSteroidCaution", injection, **(told | {"findings": bruised})) == "warning"


def test_aspirin_of_any_dose_is_forbidden_after_a_reaction_to_it() -> None:
    assert urgency(HEART, drug("aspirin"), conditions=["analgesic-allergy"]) == "critical"
    assert urgency(HEART, drug("aspirin")) is None


def test_a_drug_that_suppresses_the_immune_system_makes_a_red_heel_an_infection_to_exclude() -> None:
    red = {"heel-erythema": True}
    told: dict[str, Any] = {"conditions": ["heel-pain"], "findings": red}
    assert visit(**told, medications=["immunosuppressant"]).about("heelInfection").indicator == "critical"
    assert "heelInfection" not in visit(**told).advice
