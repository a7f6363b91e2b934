"""Left and right, from codes and from words."""

from __future__ import annotations

import warnings

import pytest

from cds_service.intake.codes import NOTHING, Concept
from cds_service.intake.sides import SIDED_ICD_PREFIXES, side_of
from knowledge.chart import Coding, Side


def official_title(code: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the package reads its table in an old way
        import simple_icd_10_cm
    return str(simple_icd_10_cm.get_description(code)).lower()


@pytest.mark.parametrize("prefix", sorted(SIDED_ICD_PREFIXES))
def test_the_side_read_from_a_diagnosis_code_is_the_one_in_its_official_title(prefix: str) -> None:
    code = prefix if len(prefix) == 3 else f"{prefix[:3]}.{prefix[3:]}"
    word = {Side.LEFT: "left", Side.RIGHT: "right", Side.BOTH: "bilateral"}[SIDED_ICD_PREFIXES[prefix]]
    assert word in official_title(code)


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("left heel pain", Side.LEFT), ("L plantar fasciitis", Side.LEFT), ("plantar fasciitis (R)", Side.RIGHT),
        ("Rt heel", Side.RIGHT), ("bilateral heel pain", Side.BOTH), ("both heels", Side.BOTH),
        ("left > right heel", Side.BOTH),
        ("heel pain", Side.UNKNOWN), ("r/o fasciitis", Side.UNKNOWN), ("L5 radiculopathy", Side.UNKNOWN),
        ("upright posture", Side.UNKNOWN), ("", Side.UNKNOWN),
    ],
)  # fmt: skip
def test_sides_in_words(text: str, side: Side) -> None:
    assert side_of(Concept(text=text), NOTHING) is side


def test_a_code_without_its_dot_or_with_more_characters_holds_its_side() -> None:
    for code in ("M84.374A", "m84374a", "M84374"):
        assert side_of(Concept((Coding("icd-10-cm", code),)), NOTHING) is Side.RIGHT


def test_the_wording_of_the_site_goes_before_that_of_the_disease() -> None:
    assert side_of(Concept(text="right foot pain"), Concept(text="left heel")) is Side.LEFT
