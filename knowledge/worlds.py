"""One patient in all the worlds that one more answer would make.

World 0 is the patient as recorded. For each answer to each finding that rules ask about there is one
world more, in which only that finding differs. All are evaluated in one pass: a set of worlds is a whole
number with one bit a world (`knowledge.truth`), so asking "what would each answer change?" costs little
more than asking "what is due?".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Protocol

from knowledge.chart import Side
from knowledge.decision import Fact, Facts
from knowledge.truth import NOWHERE, Truth, Truths

AS_RECORDED = 1  # the set of world 0 alone
Test = Callable[[Fact], Truth]
_ONE_SIDED = frozenset({Side.LEFT, Side.RIGHT})


class Suppositions:
    """The worlds of a release: which of them stand for which answer. The same for every patient."""

    def __init__(self, answers: Mapping[str, Iterable[Fact]]) -> None:
        self.of: dict[str, int] = {}  # fact -> the worlds in which it is supposed
        self.answers: dict[str, tuple[tuple[int, Fact], ...]] = {}  # fact -> each such world, with the answer
        self._told: dict[tuple[str, Test], Truths] = {}
        world = AS_RECORDED
        for name, supposed in answers.items():
            placed = []
            for answer in supposed:
                world <<= 1
                placed.append((world, answer))
            self.answers[name] = tuple(placed)
            self.of[name] = sum(one for one, _ in placed)
        self.everywhere = (world << 1) - 1

    def tell(self, name: str, test: Test) -> Truths:
        """What a test says of an unknown fact: something only in the worlds in which it is answered."""
        key = (name, test)
        if key not in self._told:
            self._told[key] = _told(test, self.answers.get(name, ()))
        return self._told[key]


def _told(test: Test, answers: Iterable[tuple[int, Fact]]) -> Truths:
    true = false = 0
    for world, answer in answers:
        truth = test(answer)
        if truth is Truth.TRUE:
            true |= world
        elif truth is Truth.FALSE:
            false |= world
    return true, false


def is_present(fact: Fact) -> Truth:
    """The truth of a presence, as a test."""
    return fact.truth


def is_known(fact: Fact) -> Truth:
    """Whether anything is known of a fact: true, or unknown."""
    return Truth.UNKNOWN if fact.truth is Truth.UNKNOWN else Truth.TRUE


class Increase(Protocol):
    """A number that tells how one fact rose from another."""

    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...
    def __call__(self, facts: Facts) -> Fact: ...


class Book(Protocol):
    """What worlds need of the facts of a release (`knowledge.facts`)."""

    @property
    def increases(self) -> Mapping[str, Increase]: ...
    def complete(self, read: Facts) -> Facts: ...
    def suppose(self, facts: Facts, answer: Fact) -> tuple[Facts, frozenset[str]]: ...
    def all_beneath(self, names: Iterable[str]) -> set[str]: ...


class Worlds:
    """The facts read of one patient, and in every world of a release what follows from them.

    `presences` holds the truths of presences and derived facts, in the order in which they are worked
    out. A fact that could not be read is in `broken`: it counts as unknown, and what is unknown because
    of it has failed.
    """

    def __init__(
        self, book: Book, suppositions: Suppositions, facts: Facts, presences: dict[str, Truths], broken: set[str]
    ) -> None:
        self.book = book
        self.suppositions = suppositions
        self.everywhere = suppositions.everywhere
        self.facts = facts
        self.presences = presences
        self.broken = broken

    def tell(self, name: str, test: Test) -> Truths:
        """What a test says of a fact that was read, or of an increase between two of them."""
        if name in self.book.increases:
            return self._of_increase(name, test)
        fact = self.facts.get(name)
        if fact is None:
            return NOWHERE
        if fact.truth is Truth.UNKNOWN:
            return self.suppositions.tell(name, test)
        return self._throughout(test(fact))

    def _throughout(self, truth: Truth) -> Truths:
        if truth is Truth.UNKNOWN:
            return NOWHERE
        return (self.everywhere, 0) if truth is Truth.TRUE else (0, self.everywhere)

    def _of_increase(self, name: str, test: Test) -> Truths:
        increase = self.book.increases[name]
        ends = (increase.before, increase.after)
        if any(end not in self.facts for end in ends):
            return NOWHERE
        true, false = self._throughout(test(increase(self.facts)))
        for end in ends:
            if self.facts[end].truth is Truth.UNKNOWN:
                answers = self.suppositions.answers.get(end, ())
                told = _told(test, ((world, increase({**self.facts, end: answer})) for world, answer in answers))
                elsewhere = ~self.suppositions.of.get(end, 0)
                true, false = (true & elsewhere) | told[0], (false & elsewhere) | told[1]
        return true, false

    def is_broken(self, reads: Iterable[str]) -> bool:
        """Whether any of these facts could not be read or worked out."""
        return bool(self.broken) and not self.broken.isdisjoint(reads)

    @cached_property
    def two_sided(self) -> bool:
        """Whether what is recorded names the left heel as well as the right."""
        return {item.side for fact in self.facts.values() for item in fact.evidence} >= _ONE_SIDED

    def each(self, worlds: int, reads: Iterable[str]) -> Iterator[tuple[int, Facts]]:
        """These worlds one by one with all their facts; together those that do not differ in what is read.

        Costly, for the few conditions that must look at evidence.
        """
        recorded = self.book.complete(self.facts)
        differing = 0
        for name in self.suppositions.answers.keys() & self.book.all_beneath(reads):
            if name in self.facts and self.facts[name].truth is Truth.UNKNOWN:
                differing |= self.suppositions.of[name]
                for world, answer in self.suppositions.answers[name]:
                    if world & worlds:
                        yield world, self.book.suppose(recorded, answer)[0]
        if same := worlds & ~differing:
            yield same, recorded
