"""Kleene's strong three-valued logic, table by table."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.truth import Truth, Truths, all_, all_in, any_, any_in, at_least, at_least_in, not_, not_in

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


@pytest.mark.parametrize(("truth", "opposite"), [(T, F), (F, T), (U, U)])
def test_not(truth: Truth, opposite: Truth) -> None:
    assert not_(truth) is opposite


@pytest.mark.parametrize(
    ("one", "other", "both", "either"),
    [
        (T, T, T, T),
        (T, F, F, T),
        (T, U, U, T),
        (F, T, F, T),
        (F, F, F, F),
        (F, U, F, U),
        (U, T, U, T),
        (U, F, F, U),
        (U, U, U, U),
    ],
)
def test_all_and_any_of_two(one: Truth, other: Truth, both: Truth, either: Truth) -> None:
    assert all_([one, other]) is both
    assert any_([one, other]) is either


def test_all_of_nothing_is_true_and_any_of_nothing_false() -> None:
    assert all_([]) is T
    assert any_([]) is F


@pytest.mark.parametrize("members", list(product([T, F, U], repeat=3)))
def test_a_combination_is_known_only_when_every_completion_of_the_unknown_agrees(members: tuple[Truth, ...]) -> None:
    completions = [
        [truth is T for truth in completed] for completed in product(*([T, F] if m is U else [m] for m in members))
    ]

    def agreed(answers: list[bool]) -> Truth:
        return Truth.of(answers[0]) if len(set(answers)) == 1 else U

    assert all_(members) is agreed([all(c) for c in completions])
    assert any_(members) is agreed([any(c) for c in completions])
    for number in range(5):
        assert at_least(number, members) is agreed([sum(c) >= number for c in completions])


@pytest.mark.parametrize(("known", "truth"), [(True, T), (False, F), (None, U)])
def test_a_python_answer_is_lifted(known: bool | None, truth: Truth) -> None:
    assert Truth.of(known) is truth


def test_a_truth_cannot_be_mistaken_for_a_boolean() -> None:
    with pytest.raises(TypeError, match="three values"):
        bool(U)


class TestInManyWorlds:
    """The logic over sets of worlds says in each world what the logic over single truths says."""

    truths = st.lists(st.sampled_from(list(Truth)), min_size=3, max_size=3)

    @given(st.lists(truths, min_size=1, max_size=5), st.integers(1, 3))
    def test_it_agrees_with_the_logic_of_one(self, members: list[list[Truth]], number: int) -> None:
        spread = [of_worlds(member) for member in members]
        number = min(number, len(members))
        in_each = list(zip(*members, strict=True))
        assert in_worlds(all_in(spread, 0b111)) == [all_(world) for world in in_each]
        assert in_worlds(any_in(spread, 0b111)) == [any_(world) for world in in_each]
        assert in_worlds(at_least_in(number, spread, 0b111)) == [at_least(number, world) for world in in_each]
        assert in_worlds(not_in(spread[0])) == [not_(world[0]) for world in in_each]


def of_worlds(member: list[Truth]) -> Truths:
    true, false = (
        sum(1 << n for n, truth in enumerate(member) if truth is wanted) for wanted in (Truth.TRUE, Truth.FALSE)
    )
    return true, false


def in_worlds(truths: Truths) -> list[Truth]:
    return [Truth.of(True if truths[0] >> n & 1 else False if truths[1] >> n & 1 else None) for n in range(3)]
