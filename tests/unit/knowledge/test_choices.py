"""Statements with named answers."""

from __future__ import annotations

from typing import Any

from knowledge.chart import Coding, Kind, Side
from tests.unit.knowledge.charts import Truth, ago, exactly, fact_of, finding, record

PLACE: dict[str, Any] = {
    "kind": "choice",
    "finding": "pain-location",
    "system": "heel-pain-location",
    "answers": ["plantar-medial", "calf", "posterior"],
}
CONCEPTS: dict[str, Any] = {
    "heel-radiograph": {"codes": {"loinc": ["36687-1"]}},
    "fracture-shown": {"codes": {"snomed": ["1"]}, "words": ["fracture"]},
    "normal-shown": {"words": ["normal study"]},
}
IMAGE: dict[str, Any] = {
    "kind": "choice",
    "finding": "heel-radiograph-result",
    "system": "heel-imaging-result",
    "answers": ["fracture", "spur", "normal"],
    "reports": {"concept": "heel-radiograph", "answers": {"fracture": "fracture-shown", "normal": "normal-shown"}},
    "newest_only": True,
}


def at(*answers: str, system: str = "heel-pain-location", **kwargs: Any) -> Any:
    return finding("pain-location", [Coding(system, answer) for answer in answers], **kwargs)


def image(answer: str, **kwargs: Any) -> Any:
    return finding("heel-radiograph-result", [Coding("heel-imaging-result", answer)], **kwargs)


def report(*conclusions: Coding, **kwargs: Any) -> Any:
    return record(Kind.REPORT, "36687-1", system="loinc", choices=conclusions, **kwargs)


def test_silence_is_unknown() -> None:
    fact = fact_of(PLACE)
    assert (fact.truth, fact.choices) == (Truth.UNKNOWN, ())


def test_several_places_are_told_in_the_order_of_the_answers() -> None:
    fact = fact_of(PLACE, at("calf", reference="Observation/1"), at("plantar-medial", reference="Observation/2"))
    assert (fact.truth, fact.choices) == (Truth.TRUE, ("plantar-medial", "calf"))
    assert [item.reference for item in fact.evidence] == ["Observation/1", "Observation/2"]


def test_an_answer_that_is_not_offered_or_of_another_system_tells_nothing() -> None:
    assert fact_of(PLACE, at("elbow")).truth is Truth.UNKNOWN
    assert fact_of(PLACE, at("calf", system="local")).truth is Truth.UNKNOWN


def test_stale_answers_tell_nothing() -> None:
    assert fact_of({**PLACE, "stale_after_days": 28}, at("calf", noted=exactly(ago(days=29)))).truth is Truth.UNKNOWN


def test_the_newest_picture_counts_where_only_that_does() -> None:
    old, new = image("fracture", noted=exactly(ago(days=60))), image("normal")
    assert fact_of(IMAGE, new, old).choices == ("normal",)
    assert fact_of({**IMAGE, "newest_only": False}, new, old).choices == ("fracture", "normal")


def test_a_picture_of_one_heel_does_not_replace_that_of_the_other() -> None:
    left = image("fracture", side=Side.LEFT, noted=exactly(ago(days=60)))
    assert fact_of(IMAGE, image("normal", side=Side.RIGHT), left).choices == ("fracture", "normal")


def test_a_report_says_it_by_our_code_by_a_concept_or_by_its_words() -> None:
    assert fact_of(IMAGE, report(Coding("heel-imaging-result", "spur")), concepts=CONCEPTS).choices == ("spur",)
    assert fact_of(IMAGE, report(Coding("snomed", "1")), concepts=CONCEPTS).choices == ("fracture",)
    assert fact_of(IMAGE, report(site_text="Normal study."), concepts=CONCEPTS).choices == ("normal",)
    assert fact_of(IMAGE, report(site_text="See letter"), concepts=CONCEPTS).truth is Truth.UNKNOWN


def test_what_a_report_doubts_or_denies_it_does_not_say() -> None:
    assert fact_of(IMAGE, report(site_text="Possible fracture"), concepts=CONCEPTS).truth is Truth.UNKNOWN
    assert fact_of(IMAGE, report(site_text="No fracture"), concepts=CONCEPTS).truth is Truth.UNKNOWN
