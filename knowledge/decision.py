"""What evaluating a release on one patient's facts came to. Data only; the words are elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from knowledge.chart import Entry, Side
from knowledge.truth import Truth


class Method(StrEnum):
    """How an entry came to count for a fact, strongest first."""

    CODE = "code"
    PREFIX = "prefix"
    MAP = "map"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One chart entry that speaks for or against a fact."""

    reference: str
    date: date | None
    method: Method
    system: str = ""
    code: str = ""
    side: Side = Side.UNKNOWN


@dataclass(frozen=True, slots=True)
class Interval:
    """A number known within bounds; an open end is `None`."""

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One named statement about the patient, with what it rests on.

    A *presence* has `truth`; a *number* has `number` (None: unknown) in `unit`; a *choice* has
    `choices`, the answers recorded (empty: unknown). `truth` of a number or choice tells whether
    it is known at all: TRUE or UNKNOWN.
    """

    name: str
    truth: Truth
    number: Interval | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    orders: tuple[Entry, ...] = ()  # of a draft fact: the draft orders it is about


Facts = dict[str, Fact]


@dataclass(frozen=True, slots=True)
class Recommended:
    """A recommendation that is to be shown: which topic, by which rule, on which facts."""

    topic: str
    rule: str
    indicator: str  # info, warning, critical
    facts: tuple[str, ...]  # names of the facts the rule's condition rests on, in its order
    unknown: tuple[str, ...]  # facts of this rule that are unknown and would change the plan
    orders: tuple[Entry, ...] = ()  # the draft orders an order-safety topic is about


@dataclass(frozen=True, slots=True)
class Withheld:
    """A recommendation that was due but is held back, and why (a reason code of the release)."""

    topic: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something recorded that cannot be relied on, and the topics that the truth could make appear, go or change."""

    fact: str
    kind: str  # stale: past the limit of its fact; contradictory: two records disagree, and neither is the later
    noted: date | None  # the day of the newest of its records
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything the evaluation returned, shown or withheld."""

    at: datetime
    hook: str
    facts: Facts
    outcomes: dict[str, Truth]  # every rule of the hook: true, false, unknown
    recommended: tuple[Recommended, ...]  # ordered, most important first
    withheld: tuple[Withheld, ...]
    unknown: tuple[str, ...]  # finding codes whose answer could change what is shown
    failed: tuple[str, ...]  # rules that could not be evaluated
    differentials: tuple[str, ...] = ()  # names of the pairs of causes that are not told apart
    doubts: tuple[Doubt, ...] = ()  # records that cannot be relied on, where that matters to what is shown
