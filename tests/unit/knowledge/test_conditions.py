"""The vocabulary of conditions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from knowledge.conditions import Condition, compile_condition
from knowledge.decision import Evidence, Fact, Facts, Interval, Method
from knowledge.errors import ReleaseError
from tests.unit.knowledge.charts import Side, Truth

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
KINDS = {"a": "presence", "b": "presence", "c": "presence", "age": "number", "place": "choice"}


def compiled(source: Any) -> Condition:
    return compile_condition(source, "rules.it.when", KINDS)


def known(age: str | None = None, place: tuple[str, ...] = (), **truths: Truth) -> Facts:
    facts = {name: Fact(name, truths.get(name, U)) for name in ("a", "b", "c")}
    number = Interval(Decimal(age), Decimal(age)) if age else None
    facts["age"] = Fact("age", Truth.of(True if age else None), number)
    facts["place"] = Fact("place", Truth.of(True if place else None), choices=place)
    return facts


@pytest.mark.parametrize(
    ("source", "facts", "truth"),
    [
        ("a", known(a=T), T),
        ("a", known(a=F), F),
        ("a", known(), U),
        ({"all": ["a", "b"]}, known(a=T, b=T), T),
        ({"all": ["a", "b"]}, known(a=T), U),
        ({"all": ["a", "b"]}, known(b=F), F),
        ({"any": ["a", "b"]}, known(b=T), T),
        ({"any": ["a", "b"]}, known(a=F, b=F), F),
        ({"any": ["a", "b"]}, known(a=F), U),
        ({"none": ["a", "b"]}, known(a=F, b=F), T),
        ({"none": ["a", "b"]}, known(a=F), U),
        ({"none": ["a", "b"]}, known(a=T), F),
        ({"not": "a"}, known(a=F), T),
        ({"not": "a"}, known(), U),
        ({"at_least": {"n": 2, "of": ["a", "b", "c"]}}, known(a=T, c=T), T),
        ({"at_least": {"n": 2, "of": ["a", "b", "c"]}}, known(a=T), U),
        ({"at_least": {"n": 2, "of": ["a", "b", "c"]}}, known(a=F, b=F), F),
        ({"number": {"fact": "age", "min": 16}}, known(age="16"), T),
        ({"number": {"fact": "age", "above": 16}}, known(age="16"), F),
        ({"number": {"fact": "age", "min": 16, "below": 65}}, known(age="65"), F),
        ({"number": {"fact": "age", "max": 16}}, known(), U),
        ({"choice": {"fact": "place", "any_of": ["heel"]}}, known(place=("heel", "calf")), T),
        ({"choice": {"fact": "place", "any_of": ["heel"]}}, known(place=("calf",)), F),
        ({"choice": {"fact": "place", "any_of": ["heel"]}}, known(), U),
        ({"unknown": "a"}, known(), T),
        ({"unknown": "a"}, known(a=F), F),
        ({"unknown": "age"}, known(), T),
        ({"recorded": "a"}, known(a=T), T),
        ({"recorded": "a"}, known(a=F), F),
        ({"recorded": "a"}, known(), F),
    ],
)
def test_a_condition_has_its_truth_on_given_facts(source: Any, facts: Facts, truth: Truth) -> None:
    assert compiled(source).truth(facts) is truth


@pytest.mark.parametrize(
    ("source", "facts", "support"),
    [
        ({"all": ["a", "b"]}, known(a=T, b=T), ("a", "b")),
        ({"all": ["a", "b"]}, known(a=T, b=F), ("b",)),
        ({"all": ["a", "b"]}, known(a=T), ()),
        ({"any": ["a", "b"]}, known(a=F, b=T), ("b",)),
        ({"any": ["a", "b"]}, known(a=F, b=F), ("a", "b")),
        ({"none": ["a", "b"]}, known(a=F, b=F), ("a", "b")),
        ({"none": ["a", "b"]}, known(a=T, b=F), ("a",)),
        ({"none": [{"all": ["a", "b"]}]}, known(a=T, b=F), ("b",)),
        ({"none": [{"none": ["a"]}]}, known(a=T), ("a",)),
        ({"at_least": {"n": 2, "of": ["a", "b", "c"]}}, known(a=T, b=F, c=T), ("a", "c")),
        ({"at_least": {"n": 2, "of": ["a", "b", "c"]}}, known(a=F, b=F, c=T), ("a", "b")),
        ({"recorded": "a"}, known(a=T), ("a",)),
        ({"recorded": {"all": ["a", "b"]}}, known(a=T), ()),
        ({"unknown": "a"}, known(), ("a",)),
        ({"number": {"fact": "age", "min": 16}}, known(age="20"), ("age",)),
        ({"choice": {"fact": "place", "any_of": ["heel"]}}, known(place=("heel",)), ("place",)),
    ],
)
def test_a_condition_rests_on_the_facts_that_make_it_true_or_false(
    source: Any, facts: Facts, support: tuple[str, ...]
) -> None:
    assert compiled(source).support(facts) == support


def found(name: str, *sides: Side) -> Fact:
    evidence = tuple(Evidence(f"Observation/{name}", None, Method.CODE, side=side) for side in sides)
    return Fact(name, T, evidence=evidence)


@pytest.mark.parametrize(
    ("a", "b", "truth"),
    [
        (found("a", Side.LEFT), found("b", Side.LEFT), T),
        (found("a", Side.LEFT), found("b", Side.UNKNOWN), T),
        (found("a", Side.LEFT), found("b", Side.BOTH), T),
        (found("a", Side.LEFT), found("b"), T),
        (found("a", Side.LEFT), found("b", Side.LEFT, Side.RIGHT), T),
        (found("a", Side.LEFT), found("b", Side.RIGHT), U),
    ],
)
def test_signs_of_two_heels_are_not_counted_together(a: Fact, b: Fact, truth: Truth) -> None:
    two_of_three = compiled({"at_least": {"n": 2, "of": ["a", "b", "c"]}})
    assert two_of_three.truth({**known(), "a": a, "b": b}) is truth


def test_a_condition_tells_what_it_reads_and_compares_with() -> None:
    condition = compiled(
        {
            "any": [
                {"all": ["a", {"number": {"fact": "age", "min": 16, "max": 65}}]},
                {"recorded": {"choice": {"fact": "place", "any_of": ["heel", "calf"]}}},
                {"not": "a"},
            ]
        }
    )
    assert condition.reads == ("a", "age", "place")
    assert condition.bounds == (("age", Decimal(16)), ("age", Decimal(65)))
    assert condition.answers == (("place", "calf"), ("place", "heel"))


@pytest.mark.parametrize(
    ("source", "taught"),
    [
        ("z", r"rules.it.when: there is no fact 'z'; declare it"),
        ("age", r"fact 'age' is a number, a presence is needed"),
        (5, r"a condition is a fact name or one of .*; found 5"),
        ({"all": ["a"], "any": ["b"]}, r"a condition is a fact name or one of"),
        ({"xor": ["a", "b"]}, r"no condition is called 'xor'; expected one of"),
        ({"all": []}, r"rules.it.when.all: expected a list of at least one condition, found \[\]"),
        ({"any": "a"}, r"expected a list of at least one condition"),
        ({"all": ["a", {"not": "z"}]}, r"rules.it.when.all\[1\].not\[0\]: there is no fact 'z'"),
        ({"at_least": ["a", "b"]}, r"expected \{n: NUMBER, of: \[conditions\]\}"),
        ({"at_least": {"n": 3, "of": ["a", "b"]}}, r"at_least.n: expected a whole number from 1 to 2, found 3"),
        ({"at_least": {"n": 0, "of": ["a", "b"]}}, r"from 1 to 2, found 0"),
        ({"at_least": {"n": "2", "of": ["a", "b"]}}, r"from 1 to 2, found '2'"),
        ({"number": {"fact": "age"}}, r"expected \{fact: NAME, one or more of"),
        ({"number": {"fact": "age", "over": 3}}, r"expected \{fact: NAME, one or more of"),
        ({"number": "age"}, r"expected \{fact: NAME, one or more of"),
        ({"number": {"min": 3}}, r"there is no fact None"),
        ({"choice": {"fact": "place"}}, r"expected \{fact: NAME, any_of: \[answers\]\}"),
        ({"choice": "place"}, r"expected \{fact: NAME, any_of: \[answers\]\}"),
        ({"choice": {"fact": "place", "any_of": []}}, r"choice.any_of: expected at least one answer"),
        ({"choice": {"fact": "a", "any_of": ["x"]}}, r"fact 'a' is a presence, a choice is needed"),
        ({"unknown": "z"}, r"there is no fact 'z'"),
    ],
)
def test_a_condition_that_does_not_hold_together_is_refused_with_a_lesson(source: Any, taught: str) -> None:
    with pytest.raises(ReleaseError, match=taught):
        compiled(source)
