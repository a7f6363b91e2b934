"""Which named sets of codes an entry belongs to."""

from __future__ import annotations

import pytest

from knowledge.chart import Coding, Kind, Standing
from knowledge.concepts import Concepts, Match
from knowledge.decision import Method
from tests.unit.knowledge.charts import condition, finding, record

AUTHORED = {
    "heel-pain": {"prefixes": {"icd-10-cm": ["M79.67"]}, "words": ["heel pain"]},
    "plantar-fasciitis": {"codes": {"snomed": ["202882003"], "icd-10-cm": ["M72.2"]}, "words": ["plantar fasciitis"]},
    "achilles-tendinopathy": {"words": ["achilles tendinopathy"]},
    "insertional": {"words": ["insertional achilles tendinopathy"]},
    "stress-fracture": {"words": ["stress fracture"]},
    "heel-site": {"codes": {"snomed": ["76853006"]}, "words": ["heel", "calcaneus"]},
    "redness": {
        "sited": {"sites": "heel-site", "snomed": ["247441003"], "prefixes": {"icd-10-cm": ["L03"]}},
        "words": ["red heel"],
    },
}
CONCEPTS = Concepts(AUTHORED)


def of(*args: object, **kwargs: object) -> dict[str, Match]:
    return {match.concept: match for match in CONCEPTS.of(condition(*args, **kwargs))}  # type: ignore[arg-type]


def test_an_exact_code_is_the_strongest_match() -> None:
    assert of("202882003") == {"plantar-fasciitis": Match("plantar-fasciitis", Method.CODE, "snomed", "202882003")}


@pytest.mark.parametrize("code", ["M72.2", "m72.2", "M722"])
def test_icd_codes_match_with_or_without_dot_and_in_either_case(code: str) -> None:
    assert "plantar-fasciitis" in of(code, system="icd-10-cm")


def test_an_icd_code_matches_by_prefix() -> None:
    match = of("M79.671", system="icd-10-cm")["heel-pain"]
    assert (match.method, match.code) == (Method.PREFIX, "M79.671")


def test_a_prefix_of_the_prefix_does_not_match() -> None:
    assert of("M79.6", system="icd-10-cm") == {}


def test_a_code_of_absurd_length_costs_no_more_than_any_other() -> None:
    assert "heel-pain" in of("M7967" + "1" * 1_000_000, system="icd-10-cm")


def test_every_coding_is_looked_at() -> None:
    entry = condition("000", text="")
    codings = (*entry.codings, Coding("loinc", "1"), Coding("icd-9-cm", "2"), Coding("snomed", "202882003"))
    assert [m.concept for m in CONCEPTS.of(record(Kind.CONDITION, "000")) if m] == []
    fourth = CONCEPTS.of(type(entry)(Kind.CONDITION, "Condition/1", codings))
    assert [m.concept for m in fourth] == ["plantar-fasciitis"]


def test_a_code_added_by_a_sites_map_counts_as_mapped() -> None:
    mapped = Coding("snomed", "202882003")
    match = of("202882003", mapped=frozenset({mapped}))["plantar-fasciitis"]
    assert match.method is Method.MAP


@pytest.mark.parametrize("flip", [False, True])
def test_the_strongest_way_a_concept_was_found_is_told(flip: bool) -> None:
    mapped, plain = Coding("snomed", "202882003"), Coding("icd-10-cm", "M72.2")
    codings = (plain, mapped) if flip else (mapped, plain)
    entry = type(condition())(Kind.CONDITION, "Condition/1", codings, mapped=frozenset({mapped}))
    assert [m.method for m in CONCEPTS.of(entry)] == [Method.CODE]


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("plantar fasciitis", None),
        ("L Plantar  Fasciitis", None),
        ("chronic plantar-fasciitis", None),
        ("no fever, plantar fasciitis", None),
        ("denies trauma but plantar fasciitis", None),
        ("3 week history of plantar fasciitis", None),
        ("plantar fasciitis, stress fracture ruled out", None),
        ("?plantar fasciitis. Later: plantar fasciitis", None),
        ("plantar fasciitis?", Standing.POSSIBLE),
        ("r/o plantar fasciitis", Standing.POSSIBLE),
        ("suspected plantar fasciitis", Standing.POSSIBLE),
        ("plantar fasciitis vs. stress fracture", Standing.POSSIBLE),
        ("stress fracture vs. plantar fasciitis", Standing.POSSIBLE),
        ("plantar fasciitis (possible)", Standing.POSSIBLE),
        ("history of plantar fasciitis", Standing.PAST),
        ("plantar fasciitis - resolved", Standing.PAST),
        ("s/p plantar fasciitis", Standing.PAST),
    ],
)
def test_words_name_a_concept_surely_doubtfully_or_of_the_past(text: str, standing: Standing | None) -> None:
    match = of(text=text)["plantar-fasciitis"]
    assert (match.method, match.standing) == (Method.TEXT, standing)


@pytest.mark.parametrize(
    "text",
    [
        "no plantar fasciitis",
        "without plantar fasciitis",
        "denies plantar fasciitis",
        "family hx plantar fasciitis",
        "mother: plantar fasciitis".replace(":", ""),
        "plantar fasciitis ruled out",
        "plantar fasciitis unlikely",
        "no history of plantar fasciitis",
        "at risk of plantar fasciitis",
        "plantar fasciitisitis",
        "knee pain",
        "",
    ],
)
def test_words_that_are_taken_back_or_not_there_name_nothing(text: str) -> None:
    assert "plantar-fasciitis" not in of(text=text)


def test_non_insertional_is_not_insertional() -> None:
    assert set(of(text="Non-insertional Achilles tendinopathy")) == {"achilles-tendinopathy"}


def test_where_two_wordings_differ_the_surer_is_believed() -> None:
    entry = type(condition())(
        Kind.CONDITION, "Condition/1", (Coding("local", "1", "plantar fasciitis"),), text="?plantar fasciitis"
    )
    assert [m.standing for m in CONCEPTS.of(entry)] == [None]


def test_words_count_only_where_no_code_is_known_to_the_release() -> None:
    assert set(of("202882003", text="stress fracture")) == {"plantar-fasciitis"}
    assert set(of("999", text="stress fracture")) == {"stress-fracture"}


def test_words_of_an_observation_are_not_read() -> None:
    assert CONCEPTS.of(finding("x", text="plantar fasciitis")) == ()


def test_a_very_long_text_is_read_only_at_its_beginning() -> None:
    assert of(text="x " * 10_000 + "plantar fasciitis") == {}


@pytest.mark.parametrize(
    "where", [{"sites": (Coding("snomed", "76853006"),)}, {"site_text": "left heel"}, {"text": "redness, calcaneus"}]
)
@pytest.mark.parametrize(("system", "code"), [("snomed", "247441003"), ("icd-10-cm", "L03.115")])
def test_a_general_code_counts_where_the_site_is_named(where: dict[str, object], system: str, code: str) -> None:
    assert "redness" in of(code, system=system, **where)


def test_a_general_code_elsewhere_is_known_and_its_words_are_not_read() -> None:
    assert of("247441003", text="red heel".replace("heel", "knee")) == {}


@pytest.mark.parametrize(
    "reason", [{"reason_text": "pain in the heel"}, {"reasons": (Coding("snomed", "76853006"),)}, {"text": "heel"}]
)
def test_why_it_was_ordered_may_name_the_site(reason: dict[str, object]) -> None:
    assert CONCEPTS.names_site(record(Kind.ORDER, "1", **reason), "heel-site")
    assert not CONCEPTS.names_site(record(Kind.ORDER, "1"), "heel-site")


def test_a_release_without_words_reads_no_text() -> None:
    bare = Concepts({"plantar-fasciitis": {"codes": {"snomed": ["202882003"]}}})
    assert bare.of(condition(text="plantar fasciitis")) == ()


@pytest.mark.parametrize(
    ("text", "site", "found"), [("sore heel", "", True), ("sore", "left heel", True), ("sore", "knee", False)]
)
def test_words_that_need_a_site_count_only_there(text: str, site: str, found: bool) -> None:
    concepts = Concepts({**AUTHORED, "soreness": {"sited": {"sites": "heel-site", "words": ["sore"]}}})
    assert ("soreness" in {match.concept for match in concepts.of(condition(text=text, site_text=site))}) is found
