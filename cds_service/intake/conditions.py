"""Condition, AllergyIntolerance and FamilyMemberHistory: what the patient, or the family, has or had."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cds_service.intake.codes import NOTHING, Concept, joined
from cds_service.intake.dates import at_age, ends_of, over_by, span, spanning, told
from cds_service.intake.elements import Json, is_true, objects, reference_to, single, status_of, value_of
from cds_service.intake.reading import Reading
from cds_service.intake.sides import side_of
from knowledge.chart import Entry, Kind, Span, Standing

# A record without a status speaks for today only while it is this fresh; after that nobody knows. [design]
FRESH = timedelta(days=30)
_CURRENT = frozenset({"active", "recurrence", "relapse"})
_PAST = frozenset({"inactive", "remission", "resolved"})
_POSSIBLE = frozenset({"unconfirmed", "provisional", "differential", "unknown"})
_HISTORY_SNOMED = frozenset(
    {"266998003", "266987004", "161508001"}
)  # "History of ...": situations, never the disorder now
_HISTORY_ICD = ("Z85", "Z86", "Z87")
_FAMILY_ICD = ("Z80", "Z81", "Z82", "Z83", "Z84")
_SEQUELA = ("M84", "S")  # chapters whose seventh character S says that only the consequences are left


def read_condition(resource: Json, reading: Reading) -> list[Entry]:
    """One Condition; none where it was entered in error."""
    verified = status_of(resource.get("verificationStatus"))
    if "entered-in-error" in (verified, status_of(resource.get("clinicalStatus"))):
        return []
    code, sites = reading.concept(resource.get("code")), reading.concept(resource.get("bodySite"))
    noted = _recorded(resource, reading)
    began, ended = _onset(resource, noted, reading), _abatement(resource, noted, reading)
    standing = _standing(resource, verified, noted or began, reading)
    return [
        Entry(
            Kind.FAMILY_HISTORY if _is_of_family(code) else Kind.CONDITION,
            reference_to(resource),
            code.codings,
            code.text,
            Standing.PAST if standing is Standing.CURRENT and _is_history(code) else standing,
            side_of(code, sites),
            sites.codings,
            sites.text,
            noted=noted,
            began=began,
            ended=ended,
            mapped=code.mapped,
        )
    ]


def _recorded(resource: Json, reading: Reading) -> Span | None:
    return reading.first_span(resource, "recordedDate", "assertedDate", "dateRecorded")


def _standing(resource: Json, verified: str, dated: Span | None, reading: Reading) -> Standing:
    if verified == "refuted":
        return Standing.NEGATED
    lasting = _lasting(resource, dated, reading)
    if verified in _POSSIBLE:
        return Standing.POSSIBLE if lasting is Standing.CURRENT else Standing.UNCERTAIN
    return lasting


def _lasting(resource: Json, dated: Span | None, reading: Reading) -> Standing:
    status = status_of(resource.get("clinicalStatus"))
    if status in _PAST or _has_ended(resource, reading):
        return Standing.PAST
    if status in _CURRENT:
        return Standing.CURRENT
    fresh = not status and dated is not None and dated.latest >= reading.known_at - FRESH
    return Standing.CURRENT if fresh else Standing.UNCERTAIN


def _has_ended(resource: Json, reading: Reading) -> bool:
    """Any abatement, in whatever form, means ended, unless it is still to come."""
    kind, value = value_of(resource, "abatement")
    if kind == "Boolean":
        return is_true(value)
    if kind in ("DateTime", "Date", "Period"):
        start, end = ends_of(value) if kind == "Period" else (span(value), span(value))
        moment = end or start
        return over_by(reading.known_at, moment) if moment else kind != "Period"
    return kind != ""


def _onset(resource: Json, noted: Span | None, reading: Reading) -> Span | None:
    return reading.begun(_moment(resource, "onset", noted, reading))


def _abatement(resource: Json, noted: Span | None, reading: Reading) -> Span | None:
    return _moment(resource, "abatement", noted, reading)


def _moment(resource: Json, name: str, noted: Span | None, reading: Reading) -> Span | None:
    kind, value = value_of(resource, name)
    if kind in ("DateTime", "Date"):
        return span(value)
    if kind == "Period":
        return spanning(*ends_of(value))
    if kind in ("Age", "Quantity"):
        return at_age(value, reading.birth)
    if kind == "Range":
        ages = single(value)
        return spanning(at_age(ages.get("low"), reading.birth), at_age(ages.get("high"), reading.birth))
    return told(value, noted) if kind == "String" else None


def _is_history(code: Concept) -> bool:
    return any(_tells_history(coding.system, coding.code) for coding in code.codings)


def _tells_history(system: str, code: str) -> bool:
    if system == "snomed":
        return code in _HISTORY_SNOMED
    if not system.startswith("icd-10"):
        return False
    plain = code.replace(".", "").upper()
    return plain.startswith(_HISTORY_ICD) or (len(plain) == 7 and plain[-1] == "S" and plain.startswith(_SEQUELA))


def _is_of_family(code: Concept) -> bool:
    return any(
        coding.system.startswith("icd-10") and coding.code.replace(".", "").upper().startswith(_FAMILY_ICD)
        for coding in code.codings
    )


def read_allergy(resource: Json, reading: Reading) -> list[Entry]:
    """One AllergyIntolerance (or intolerance); its substance by code or by the substances that caused reactions."""
    verified = status_of(resource.get("verificationStatus")) or status_of(resource.get("status"))
    if verified == "entered-in-error":
        return []
    causes = [resource.get("code"), resource.get("substance")]
    causes += [reaction.get("substance") for reaction in objects(resource.get("reaction"))]
    substance = joined([reading.concept(cause) for cause in causes if cause is not None])
    status = status_of(resource.get("clinicalStatus"))
    return [
        Entry(
            Kind.ALLERGY,
            reference_to(resource),
            substance.codings,
            substance.text,
            _allergy_standing(verified, status),
            noted=_recorded(resource, reading),
            mapped=substance.mapped,
            reactions=_reactions(resource, reading),
        )
    ]


def _reactions(resource: Json, reading: Reading) -> tuple[str, ...]:
    """What the substance did, in words; none where the record calls it dangerous whatever it did."""
    told = objects(resource.get("reaction"))
    severe = any(status_of(one.get("severity")) == "severe" for one in told)
    if severe or status_of(resource.get("criticality")) in ("high", "crith"):
        return ()
    wordings: list[str] = []
    for one in told:
        effects = [reading.concept(effect) for effect in objects(one.get("manifestation"))] or [NOTHING]
        for effect in effects:
            named = [wording for wording in (effect.text, *(coding.display for coding in effect.codings)) if wording]
            wordings += named or [""]
    return tuple(wordings)


def _allergy_standing(verified: str, status: str) -> Standing:
    if verified == "refuted":
        return Standing.NEGATED
    if status in _PAST:
        return Standing.PAST
    # An allergy does not fade with the age of its record: one without status still counts. Most are told by the patient
    # and confirmed by nobody, and a drug is as dangerous to whoever was right.
    return Standing.CURRENT


def read_family_history(resource: Json, reading: Reading) -> list[Entry]:
    """The conditions of one relative."""
    if status_of(resource.get("status")) in ("entered-in-error", "health-unknown"):
        return []
    return [_of_relative(condition, resource, reading) for condition in objects(resource.get("condition"))]


def _of_relative(condition: Any, resource: Json, reading: Reading) -> Entry:
    code = reading.concept(condition.get("code"))
    noted = reading.span(resource.get("date"))
    return Entry(Kind.FAMILY_HISTORY, reference_to(resource), code.codings, code.text, noted=noted, mapped=code.mapped)
