"""The neutral patient record that the rules read.

Whoever reads a source format (FHIR, in `cds_service.intake`) builds a `Chart`; nothing
here knows where it came from. All instants are timezone-aware UTC. Everything is frozen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from knowledge.truth import Truth


class Kind(StrEnum):
    """What sort of item an entry is."""

    CONDITION = "condition"
    OBSERVATION = "observation"
    MEDICATION = "medication"
    ALLERGY = "allergy"
    PROCEDURE = "procedure"
    REPORT = "report"
    ORDER = "order"  # a service or device asked for, or a referral
    FAMILY_HISTORY = "family-history"
    DEVICE_USE = "device-use"


class Standing(StrEnum):
    """How far an entry speaks for the patient now."""

    CURRENT = "current"
    POSSIBLE = "possible"  # unconfirmed, provisional, differential
    PAST = "past"  # resolved, inactive, completed, "history of"
    UNCERTAIN = "uncertain"  # the status is missing and nothing else tells
    NEGATED = "negated"  # recorded as not so: "not pregnant", "do not give"
    PLANNED = "planned"  # intended, not begun; drafts among them


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    UNKNOWN = "unknown"


class Within(StrEnum):
    """Where a measurement lies against the range of its laboratory."""

    ABOVE = "above"
    RANGE = "range"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Coding:
    """One code. `system` is a short name (`snomed`, `loinc`, `icd-10-cm`, `icd-10`, `rxnorm`,
    `ndc`, `atc`, `hcpcs`, `ucum`, `heel-findings`, ...) where the alias is known, else as sent."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A moment known only within bounds: it lies in [earliest, latest]."""

    earliest: datetime
    latest: datetime

    @property
    def exact(self) -> bool:
        return self.earliest == self.latest


@dataclass(frozen=True, slots=True)
class Quantity:
    """A measured value within [low, high] (either end may be open: `None`), UCUM `unit`.

    `>60` is low=60, high=None with `low_open`. A unit of "" means that none was given.
    """

    low: Decimal | None
    high: Decimal | None
    unit: str
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """What an activity covered, from `start` to `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of the chart, as neutral as it can be made.

    `reference` is `Type/id` (or `Type/?` where the source gave no id).
    `text` is the free wording of the concept, for weak matching only; it is never shown.
    `sites` and `site_text` say where on the body; `reasons` why it was ordered.
    `noted` is when it was found or recorded, `began` and `ended` when the thing itself did.
    `presence`, `quantity` and `choices` are the value, as far as it could be read; of a report, `choices`
    are its coded conclusions and `site_text` the words it concludes with.
    `reactions` are the wordings of each effect of an allergy or intolerance; "" for one without words.
    `mapped` tells for each coding added by a site's ConceptMap that it was.
    """

    kind: Kind
    reference: str
    codings: tuple[Coding, ...] = ()
    text: str = ""
    standing: Standing = Standing.CURRENT
    side: Side = Side.UNKNOWN
    sites: tuple[Coding, ...] = ()
    site_text: str = ""
    reasons: tuple[Coding, ...] = ()
    reason_text: str = ""
    noted: Span | None = None
    began: Span | None = None
    ended: Span | None = None
    period: Period | None = None
    presence: Truth | None = None
    quantity: Quantity | None = None
    choices: tuple[Coding, ...] = ()
    value_day: Span | None = None  # a value that is a date
    within: Within | None = None  # a measurement whose laboratory says how it lies against its range
    route: str = "unknown"  # medications: oral, topical, eye, ear, nasal, inhaled, injection, ...
    source: str = ""  # which device or system, to recognise double counts
    reactions: tuple[str, ...] = ()
    draft: bool = False  # stands in the call's context, not yet signed
    selected: bool = False  # a draft the user has just picked
    mapped: frozenset[Coding] = frozenset()


@dataclass(frozen=True, slots=True)
class Chart:
    """All we were given about one patient.

    `birth` bounds the date of birth. `obtained` names the kinds that were really asked for and
    answered; a kind not in it is unknown, not empty. `unread` counts resources we could not read,
    `strangers` those of another patient that were dropped, `incomplete` says that a list was cut.
    """

    entries: tuple[Entry, ...] = ()
    birth: Span | None = None
    sex: str = "unknown"  # administrative: male, female, other, unknown
    deceased: bool = False
    obtained: frozenset[Kind] = frozenset()
    unread: int = 0
    strangers: int = 0
    incomplete: bool = False
    notes: tuple[str, ...] = field(default=())  # data-quality remarks, free of patient values
