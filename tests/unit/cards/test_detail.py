"""The body of a card: why, not known, do, also, how sure, data, provenance."""

from __future__ import annotations

from cards import DataQuality
from cards.audience import Audience
from knowledge.decision import Fact
from knowledge.truth import Truth
from tests.unit.cards.small import CALL, RELEASE, card_of, changed, content, decide, drafted, seen


def parts(card: dict[str, str]) -> dict[str, str]:
    """The paragraphs of a detail by their bold title; those without one by their place."""
    found = {}
    for place, part in enumerate(card["detail"].split("\n\n")):
        title, _, rest = part.removeprefix("**").partition("** ")
        found[title if part.startswith("**") else str(place)] = rest if part.startswith("**") else part
    return found


def test_the_whole_card_reads_in_order() -> None:
    decision = decide(pop=Fact("", Truth.TRUE, evidence=(seen("pop", "2026-11-22"),)), gap=True, heel_raise=False)
    assert card_of(decision)["detail"].split("\n\n") == [
        "**Why** Sudden pop (22 Nov); gap felt, heel raise impossible (24 Nov).",
        "**Not known** Nothing that would change this advice.",
        "**Do now** Immobilise the foot. Telephone the surgeon. No injection.",
        "**How sure** Half of the made-up patients were better. High certainty. "
        "[Test trial 2020](https://example.org/trial)",
        f"heel-pain-runner 0.0.1 · sha256 3f9a3f9a3f9a · decision {CALL.decision_id}",
    ]


def test_facts_of_one_day_share_its_date_and_another_year_is_named() -> None:
    decision = decide(heel_pain=True, squeeze=Fact("", Truth.TRUE, evidence=(seen("s", "2025-12-01"),)))
    assert parts(card_of(decision))["Why"] == "Heel pain (24 Nov); squeeze test painful (1 Dec 2025)."


def test_the_newest_record_of_a_fact_dates_it() -> None:
    twice = (seen("a", "2026-10-01"), seen("b", "2026-11-20"))
    decision = decide(heel_pain=True, squeeze=Fact("", Truth.TRUE, evidence=twice))
    assert "squeeze test painful (20 Nov)" in parts(card_of(decision))["Why"]


def test_undated_facts_stand_without_a_date() -> None:
    decision = decide(heel_pain=Fact("", Truth.TRUE), squeeze=Fact("", Truth.TRUE))
    assert parts(card_of(decision))["Why"] == "Heel pain, squeeze test painful."


def test_what_is_absent_without_a_record_is_so_only_as_far_as_recorded() -> None:
    decision = decide(pop=True, heel_raise=Fact("", Truth.FALSE))
    assert parts(card_of(decision))["Why"] == "Sudden pop (24 Nov); heel raise impossible, as far as recorded."


def test_what_would_change_the_advice_is_asked_for() -> None:
    decision = decide(heel_pain=True, duration=7)
    assert parts(card_of(decision))["Not known"] == "Redness; squeeze test. An answer could change this advice."


def test_what_would_not_change_it_is_said_to_be_so() -> None:
    decision = decide(heel_pain=True, pop=True, gap=True, redness=True, squeeze=False, place="inner", duration=1)
    assert parts(card_of(decision))["Not known"] == "Single-leg heel raise. It would not change this advice."


def test_what_another_rule_on_the_same_topic_looks_at_is_not_called_idle() -> None:
    rule = RELEASE.content["rules"]["rupture"] | {"when": {"all": ["heel-complaint", {"not": "heel-raise"}]}}
    release = changed("rules.rupture-sure", rule | {"rank": 9})
    known = {"heel_pain": True, "pop": True, "gap": True, "redness": True, "squeeze": False, "place": "inner"}
    card = card_of(decide(release=release, duration=1, **known), release=release)
    assert parts(card)["Not known"] == "Nothing that would change this advice."


def test_nothing_missing_is_said_too() -> None:
    known = {"pop": True, "gap": True, "heel_raise": False}
    decision = decide(heel_pain=True, redness=True, squeeze=False, place="inner", duration=1, **known)
    assert parts(card_of(decision))["Not known"] == "Nothing that would change this advice."


def test_without_the_complaint_nothing_is_claimed_about_what_is_missing() -> None:
    decision = decide("order-sign", injection_drafted=drafted("MedicationRequest/a"))
    assert "Not known" not in parts(card_of(decision))


def test_what_is_carried_beside_the_lead_comes_with_its_caution() -> None:
    decision = decide(heel_pain=True, pop=True, gap=True, redness=True)
    assert parts(card_of(decision))["Also"] == "The heel may be infected. No ice."


def test_advice_that_is_not_critical_need_not_be_done_now() -> None:
    assert parts(card_of(decide(heel_pain=True, duration=7)))["Do"] == "Stretch."


def test_an_address_the_client_does_not_let_through_is_only_named() -> None:
    audience = Audience(link_hosts=frozenset({"example.net"}))
    card = card_of(decide(heel_pain=True, duration=7), audience=audience)
    assert parts(card)["How sure"].endswith("Expert opinion. Test committee 2021")
    assert "links" not in card


def test_faults_of_the_data_are_told() -> None:
    card = card_of(decide(heel_pain=True, duration=7), quality=DataQuality(2, 1, True))
    assert (
        "Records that could not be read: 2. Records of another patient, left out: 1. "
        "Not every record could be had; what is missing counts as unknown."
    ) in card["detail"].split("\n\n")


def test_a_recommendation_without_worded_facts_gives_no_reasons() -> None:
    release = changed("wording.en.facts.injection-drafted", None)
    decision = decide("order-sign", release=release, injection_drafted=drafted("MedicationRequest/a"))
    assert "Why" not in parts(card_of(decision, release=release))


def test_advice_no_clinician_has_confirmed_says_so_instead_of_a_grade() -> None:
    release = changed("evidence.opinion.unconfirmed", True)
    said = parts(card_of(decide(release=release, heel_pain=True, duration=7), release=release))["How sure"]
    assert "Expert consensus, awaiting clinical review. " in said
    assert "Expert opinion" not in said


def test_advice_resting_in_part_on_something_unconfirmed_says_so_beside_its_grade() -> None:
    release = changed("evidence.opinion.unconfirmed", True)
    decision = decide(release=release, heel_pain=True, pop=True, gap=True, redness=True)
    said = parts(card_of(decision, release=release))["How sure"]
    assert "High certainty. In part expert consensus, awaiting clinical review. " in said


def test_where_the_age_is_not_known_advice_kept_from_children_says_whom_it_is_for() -> None:
    rule = content()["rules"]["care"] | {
        "when": {"all": ["heel-pain", {"number": {"fact": "duration", "min": 2}}]},
        "withhold": [{"when": {"number": {"fact": "age", "below": 16}}, "on": "true", "reason": "danger-open"}],
    }
    release = changed("rules.care", rule)
    said = "Age is not recorded; this advice is for people of 16 and over."
    assert said in card_of(decide(release=release, heel_pain=True, duration=7), release=release)["detail"]
    grown = decide(release=release, heel_pain=True, duration=7, age=40)
    assert said not in card_of(grown, release=release)["detail"]
