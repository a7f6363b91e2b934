"""Where the data fit two causes, the card names the finding that would tell them apart."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from cards import CallContext, DataQuality, build_cards
from cards.audience import Audience
from knowledge.telling_apart import open_differentials
from tests.spec.clinic import Visit
from tests.spec.release_5.clinic import CHILD, knowledge, visit

FASCIITIS: dict[str, Any] = {"conditions": ["plantar-fasciitis"]}
PLANTAR = {"pain-location": "plantar-medial", "first-step-pain": True, "medial-tubercle-tenderness": True}
TENDON = {"pain-location": "achilles-midportion", "achilles-tenderness": True, "worse-after-running": True}
INSERTION = {"pain-location": "achilles-insertion", "achilles-tenderness": True, "worse-after-running": True}


def told_apart(seen: Visit) -> list[str]:
    return [one.name for one in open_differentials(knowledge(), seen.decision)]


def lines(seen: Visit, language: str = "en") -> list[str]:
    """What the cards say of it."""
    audience = Audience(max_cards=5, language=language)
    call = CallContext(UUID(int=0), "runner-1")
    details = [card["detail"] for card in build_cards(seen.decision, knowledge(), audience, call, DataQuality()).cards]
    title = {"en": "**Tells apart** ", "es": "**Los distingue** "}[language]
    return [part.removeprefix(title) for detail in details for part in detail.split("\n\n") if part.startswith(title)]


class TestAStressFractureOrPlantarHeelPain:
    def test_pain_that_rises_through_the_run_fits_both_until_the_heel_bone_is_squeezed(self) -> None:
        seen = visit(findings={**PLANTAR, "worse-through-run": True})
        assert "stress-fracture-or-plantar-heel-pain" in told_apart(seen)
        assert "Calcaneal squeeze test: pain speaks for a stress fracture, no pain for plantar heel pain." in lines(
            seen
        )

    @pytest.mark.parametrize("painful", [True, False])
    def test_the_squeeze_settles_it(self, painful: bool) -> None:
        seen = visit(findings={**PLANTAR, "worse-through-run": True, "calcaneal-squeeze-test": painful})
        assert "stress-fracture-or-plantar-heel-pain" not in told_apart(seen)

    def test_plain_plantar_heel_pain_fits_one(self) -> None:
        assert "stress-fracture-or-plantar-heel-pain" not in told_apart(visit(findings=PLANTAR))


class TestAnAchillesRuptureOrTendinopathy:
    def test_a_pop_in_a_painful_tendon_fits_both_until_the_calf_is_squeezed(self) -> None:
        seen = visit(findings={**TENDON, "sudden-pop": True})
        assert told_apart(seen)[0] == "achilles-rupture-or-tendinopathy"
        assert lines(seen)[0].startswith("Thompson calf squeeze: ")

    def test_a_negative_squeeze_settles_it(self) -> None:
        seen = visit(findings={**TENDON, "sudden-pop": True, "thompson-test": False})
        assert "achilles-rupture-or-tendinopathy" not in told_apart(seen)

    def test_without_a_sign_of_rupture_there_is_nothing_to_tell_apart(self) -> None:
        assert "achilles-rupture-or-tendinopathy" not in told_apart(visit(findings=TENDON))


class TestARuptureOfThePlantarFascia:
    def test_bruising_of_the_sole_in_plantar_heel_pain_is_told_by_touch(self) -> None:
        seen = visit(findings={**PLANTAR, "plantar-ecchymosis": True})
        assert "plantar-fascia-rupture-or-plantar-heel-pain" in told_apart(seen)

    def test_an_intact_fascia_settles_it(self) -> None:
        seen = visit(findings={**PLANTAR, "plantar-ecchymosis": True, "plantar-fascia-defect": False})
        assert "plantar-fascia-rupture-or-plantar-heel-pain" not in told_apart(seen)


class TestTheFatPad:
    def test_pain_worse_barefoot_in_plantar_heel_pain_is_told_by_the_windlass_test(self) -> None:
        central = {"pain-location": "plantar-central", "barefoot-pain": True, "medial-tubercle-tenderness": False}
        assert "fat-pad-or-plantar-heel-pain" in told_apart(visit(findings=central, **FASCIITIS))

    def test_a_recorded_windlass_test_settles_it(self) -> None:
        central = {"pain-location": "plantar-central", "barefoot-pain": True, "medial-tubercle-tenderness": False}
        seen = visit(findings={**central, "windlass-test": False}, **FASCIITIS)
        assert "fat-pad-or-plantar-heel-pain" not in told_apart(seen)


class TestNerves:
    def test_burning_in_plantar_heel_pain_is_told_by_the_dorsiflexion_eversion_test(self) -> None:
        seen = visit(findings={"neuropathic-symptoms": True, "first-step-pain": True}, **FASCIITIS)
        assert "tarsal-tunnel-or-plantar-heel-pain" in told_apart(seen)

    def test_back_pain_with_signs_of_s1_is_told_from_tendinopathy_by_touching_the_tendon(self) -> None:
        findings = {"pain-location": "achilles-midportion", "worse-after-running": True}
        diagnosed = {"conditions": ["achilles-tendinopathy"]}
        seen = visit(findings={**findings, "back-pain": True, "s1-signs": True}, **diagnosed)
        assert "radiculopathy-or-achilles-tendinopathy" in told_apart(seen)


class TestSpondyloarthritis:
    def test_long_morning_stiffness_at_the_insertion_asks_for_the_back(self) -> None:
        seen = visit(findings={**INSERTION, "morning-stiffness-duration": 45, "bilateral-pain": True})
        assert "spondyloarthritis-or-achilles-insertion" in told_apart(seen)

    def test_short_stiffness_in_one_heel_does_not(self) -> None:
        seen = visit(findings={**INSERTION, "morning-stiffness-duration": 10})
        assert "spondyloarthritis-or-achilles-insertion" not in told_apart(seen)


class TestWhoIsToldNothing:
    def test_nothing_is_told_apart_on_an_empty_chart(self) -> None:
        assert told_apart(visit()) == []

    def test_nothing_of_adult_care_is_told_apart_in_a_child(self) -> None:
        seen = visit(born=CHILD, findings={**PLANTAR, "worse-through-run": True})
        assert "stress-fracture-or-plantar-heel-pain" not in told_apart(seen)


def test_the_line_is_said_in_spanish_too() -> None:
    seen = visit(findings={**PLANTAR, "worse-through-run": True})
    assert lines(seen, "es")[0].startswith("Prueba de compresión del calcáneo: ")


def test_each_pair_rests_on_what_is_known_of_its_test() -> None:
    evidence = knowledge().content["evidence"]
    assert "0.96" in evidence["achilles-rupture-examination"]["says"]
    assert "0.88" in evidence["accuracy-matles-and-gap"]["says"]
    assert "0.82" in evidence["accuracy-dorsiflexion-eversion"]["says"]
    assert "0.97" in evidence["accuracy-sever-squeeze"]["says"]
    assert "no study of its accuracy" in evidence["calcaneal-squeeze"]["says"]
    assert all(one.evidence for one in knowledge().differentials)
