"""Kleene's strong three-valued logic, table by table."""

from __future__ import annotations

from itertools import product

import pytest

from knowledge.truth import Truth, all_, any_, at_least, not_

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
