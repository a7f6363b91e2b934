"""What the words of the knowledge may never say."""

from __future__ import annotations

import re

from tests.spec.release_1.clinic import knowledge


def _topics() -> dict[str, dict[str, object]]:
    topics: dict[str, dict[str, object]] = knowledge().content["wording"]["en"]["topics"]
    return topics


def _text(topic: str) -> str:
    words = _topics()[topic]
    do = words["do"]
    assert isinstance(do, list)
    return " ".join([str(words["headline"]), *map(str, do), str(words["also"]), str(words.get("caution", ""))])


def test_no_card_gives_a_dose_of_a_drug_or_a_supplement() -> None:
    for topic in _topics():
        assert not re.search(r"\d\s*(mg|g|ml|tablets?|capsules?)\b", _text(topic), re.IGNORECASE), topic


def test_no_drug_is_offered_as_an_order() -> None:
    assert all(action["resource"] != "MedicationRequest" for action in knowledge().content["actions"].values())


def test_no_card_promises_a_cure() -> None:
    assert "no quick cure" in _text("plantarCoreCare")
    for topic in _topics():
        assert not re.search(r"(?<!quick )\bcures?\b", _text(topic)), topic


def test_cards_speak_of_tendinopathy_and_not_of_an_inflamed_tendon() -> None:
    for topic in _topics():
        assert not re.search(r"inflammation|tendinitis|tendonitis", _text(topic), re.IGNORECASE), topic


def test_every_card_on_the_achilles_tendon_warns_of_steroid_injection() -> None:
    for topic in ("achillesMidportionCare", "achillesInsertionalCare", "achillesAdjuncts", "achillesRupture"):
        assert "injection" in _text(topic), topic


def test_the_card_on_a_suspected_rupture_forbids_stretching_and_loading() -> None:
    assert "No stretching, massage, loading or injection" in _text("achillesRupture")


def test_turmeric_and_fish_oil_are_named_only_to_advise_against_them() -> None:
    naming = [topic for topic in _topics() if re.search("turmeric|fish oil", _text(topic), re.IGNORECASE)]
    assert naming == ["homeCare"]
    assert "not advised" in _text("homeCare")


def test_the_ten_percent_rule_is_called_a_convention() -> None:
    assert "convention" in _text("weeklyLoadRule")


def test_the_shoe_mileage_is_called_a_convention() -> None:
    assert "300 to 500 miles" in _text("footwearAdvice")
    assert "convention" in _text("footwearAdvice")


def test_orthoses_are_not_said_to_prevent_recurrence() -> None:
    assert "not known to prevent recurrence" in _text("plantarAdjuncts")
