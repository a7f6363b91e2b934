"""Suspected complete rupture of the Achilles tendon (R01)."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.spec.release_5.clinic import CHILD, knowledge, visit
from tests.spec.release_5.harmless import HARMLESS_CARE

BEHIND = {"pain-location": "achilles-midportion"}
POP = {"sudden-pop": True}
SIGNS: list[dict[str, bool]] = [
    {"palpable-gap": True},
    {"matles-test": True},
    {"plantarflexion-weakness": True},
    {"single-leg-heel-raise-unable": True, "sudden-pop": True},
]


def test_a_positive_calf_squeeze_alone_is_a_suspected_rupture() -> None:
    assert "achillesRupture" in visit(findings={**BEHIND, "thompson-test": True}).advice


@pytest.mark.parametrize("hook", ["patient-view", "encounter-start", "problem-list-item-create", "order-select"])
def test_a_suspected_rupture_is_critical_wherever_it_is_said(hook: str) -> None:
    assert visit(hook, findings={**BEHIND, "thompson-test": True}).about("achillesRupture").indicator == "critical"


@pytest.mark.parametrize("pair", list(combinations(SIGNS, 2)))
def test_any_two_other_signs_are_a_suspected_rupture(pair: tuple[dict[str, bool], dict[str, bool]]) -> None:
    assert "achillesRupture" in visit(findings={**BEHIND, **pair[0], **pair[1]}).advice


@pytest.mark.parametrize("sign", SIGNS)
def test_one_other_sign_is_not_enough(sign: dict[str, bool]) -> None:
    assert "achillesRupture" not in visit(findings={**BEHIND, **sign}).advice


def test_matles_test_and_excess_dorsiflexion_count_as_one_sign() -> None:
    signs = {"matles-test": True, "excess-passive-dorsiflexion": True}
    assert "achillesRupture" not in visit(findings={**BEHIND, **signs}).advice


def test_no_heel_raise_counts_only_with_a_pop() -> None:
    signs = {"single-leg-heel-raise-unable": True, "plantarflexion-weakness": True, "sudden-pop": False}
    assert "achillesRupture" not in visit(findings={**BEHIND, **signs}).advice


def test_two_signs_outweigh_a_negative_calf_squeeze() -> None:
    signs = {"palpable-gap": True, "plantarflexion-weakness": True, "thompson-test": False}
    assert "achillesRupture" in visit(findings={**BEHIND, **signs}).advice


def test_a_calf_squeeze_that_was_not_done_is_not_positive() -> None:
    assert "achillesRupture" not in visit(findings={**BEHIND, **POP}).advice


def test_an_unclear_calf_squeeze_is_not_positive() -> None:
    assert "achillesRupture" not in visit(findings={**BEHIND, **POP, "thompson-test": "equivocal"}).advice


@pytest.mark.parametrize("place", ["achilles-midportion", "achilles-insertion", "retrocalcaneal", "posterior", "calf"])
def test_the_pain_may_be_anywhere_from_heel_to_calf(place: str) -> None:
    signs = {"palpable-gap": True, "matles-test": True}
    assert "achillesRupture" in visit(findings={"pain-location": place, **signs}).advice


def test_a_third_of_ruptures_do_not_hurt_so_no_place_of_pain_is_needed() -> None:
    assert "achillesRupture" in visit(findings={"thompson-test": True}).advice


def test_a_positive_calf_squeeze_with_pain_only_under_the_heel_is_looked_at_again() -> None:
    seen = visit(findings={"pain-location": "plantar-medial", "first-step-pain": True, "thompson-test": True})
    assert "seekCare" in seen.advice
    assert not seen.advice & {"achillesRupture", *HARMLESS_CARE}


def test_nobody_is_asked_for_a_calf_squeeze_first_when_the_pain_is_under_the_heel() -> None:
    seen = visit(conditions=["plantar-fasciitis"], findings={"pain-location": "plantar-medial"})
    assert seen.about("plantarCoreCare").unknown[0] != "thompson-test"


def test_weakness_with_pain_only_under_the_heel_is_not_an_achilles_rupture() -> None:
    signs = {"plantarflexion-weakness": True, "single-leg-heel-raise-unable": True, "sudden-pop": True}
    assert "achillesRupture" not in visit(findings={"pain-location": "plantar-medial", **signs}).advice


def test_a_positive_squeeze_on_one_side_is_not_undone_by_a_negative_one_on_the_other() -> None:
    seen = visit(findings=BEHIND, left={"thompson-test": True}, right={"thompson-test": False})
    assert "achillesRupture" in seen.advice


def test_a_newer_negative_squeeze_of_the_same_side_replaces_the_older_one() -> None:
    seen = visit(findings={**BEHIND, "thompson-test": False}, weeks_ago=(1, {"thompson-test": True}))
    assert "achillesRupture" not in seen.advice


def test_an_examination_of_more_than_three_months_ago_says_nothing_of_today() -> None:
    assert "achillesRupture" not in visit(findings=BEHIND, weeks_ago=(14, {"thompson-test": True})).advice


def test_a_child_with_the_signs_is_referred_like_an_adult() -> None:
    assert "achillesRupture" in visit(born=CHILD, findings={**BEHIND, "thompson-test": True}).advice


def test_a_referral_that_is_already_made_does_not_silence_the_suspicion() -> None:
    seen = visit(findings={**BEHIND, "thompson-test": True}, orders=["orthopaedic-referral"])
    assert "achillesRupture" in seen.advice


@pytest.mark.parametrize(
    "hook",
    ["patient-view", "encounter-start", "encounter-discharge", "problem-list-item-create", "appointment-book"],
)
def test_no_stretching_loading_or_home_care_stands_beside_a_suspected_rupture(hook: str) -> None:
    everything = {
        "thompson-test": True,
        "pain-location": ["achilles-midportion", "achilles-insertion", "plantar-medial"],
        "first-step-pain": True,
        "worse-after-running": True,
        "symptom-duration": 5,
        "shoe-distance": 700,
        "pain-severity": 7,
        "ankle-dorsiflexion": 2,
        "runs-regularly": True,
        "usual-weekly-distance": 20,
        "recent-weekly-distance": 40,
    }
    assert not visit(hook, findings=everything).advice & HARMLESS_CARE


def test_what_a_suspected_rupture_closes_is_listed_with_its_reason() -> None:
    seen = visit(conditions=["achilles-tendinopathy"], findings={**BEHIND, "thompson-test": True})
    assert seen.held_back["achillesMidportionCare"] == "achilles-rupture-open"


def test_a_rupture_that_is_already_on_record_gets_no_loading_programme() -> None:
    seen = visit(conditions=["achilles-rupture", "achilles-tendinopathy"], findings=BEHIND)
    assert not seen.advice & HARMLESS_CARE
    assert seen.held_back["achillesMidportionCare"] == "injury-on-record"


def test_an_anticoagulant_does_not_silence_the_referral() -> None:
    seen = visit(findings={**BEHIND, "thompson-test": True}, medications=["anticoagulant"])
    assert seen.about("achillesRupture").indicator == "critical"


def test_the_accuracy_of_the_calf_squeeze_is_cited_and_what_awaits_review_is_marked() -> None:
    evidence = knowledge().content["evidence"]
    cited = [evidence[name] for name in knowledge().content["rules"]["achilles-rupture"]["evidence"]]
    assert any("0.96" in one["says"] for one in cited)
    assert any(one.get("unconfirmed") for one in cited)
