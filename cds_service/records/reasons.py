"""What the codes of reasons mean here: which are HL7's, which of them last, and which may stand in the log."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

HL7 = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
OURS = "https://w3id.org/heel-pain-cds/CodeSystem/override-reasons"
OTHER = "other"  # in the log in place of a code that is not known here, which could hold anything

# CDS Hooks 3.0.0 ballot, June 2026: the twelve of the clinical value set, and those below them that fit a card.
HL7_CODES = frozenset(
    {
        "cds-not-applicable", "cds-suboptimal-context", "recipient-disagrees-evidence", "recipient-concerns-outcomes",
        "does-not-align-preferences", "not-convenient-feasible", "action-completed", "patient-contraindication",
        "patient-refuses", "too-costly-uncovered", "service-not-available", "recipient-does-not-understand",
        "patient-ineligible", "action-unsuccessful", "need-more-info", "wrong-time-workflow", "risk-benefit-ratio",
        "prefers-alternative", "limited-time",
    }
)  # fmt: skip
OUR_CODES = frozenset({"data-wrong", "managed-elsewhere", "not-a-runner"})  # HL7 has no code for these
# About the patient, so that it holds for the next clinician too. Not so what is wrong in the record, what a clinician
# thinks of the evidence, or what there was no time for.
LASTING = frozenset(
    {
        (HL7, "patient-refuses"),
        (HL7, "patient-contraindication"),
        (HL7, "action-completed"),
        (HL7, "cds-not-applicable"),
        (HL7, "patient-ineligible"),
        (OURS, "managed-elsewhere"),
        (OURS, "not-a-runner"),
    }
)
# Why a person acts on the log. The lists are closed, since a record cannot be taken back and a name written like a
# code is a name. Regulation (EU) 2016/679, articles 5(1)(d), 5(1)(e), 17(1)(b), (c), (d), (e) and 17(1).
ERASURES: Mapping[str, str] = MappingProxyType(
    {
        "erasure-request": "the person asked for it",
        "consent-withdrawn": "the consent it was kept under is withdrawn",
        "objection": "the person objected, and nothing overrides that",
        "retention-expired": "the time it may be kept is over",
        "unlawful-processing": "it should not have been processed",
        "legal-obligation": "a law or a court demands it",
        "entered-in-error": "the call was about the wrong patient, or a test",
    }
)
ACCEPTED_INDEXES: Mapping[str, str] = MappingProxyType(
    {
        "downgrade": "an earlier version is installed on purpose",
        "restored-from-backup": "the files were restored from an older copy",
        "other-releases": "HEEL_CDS_RELEASES names another folder on purpose",
    }
)


def is_known(system: str | None, code: str | None) -> bool:
    """Whether a coding is one of HL7's or ours."""
    return (system == HL7 and code in HL7_CODES) or (system == OURS and code in OUR_CODES)


def hl7_code(system: str | None, code: str | None) -> str | None:
    """The non-adherence code of a reason; None where HL7 has none for it."""
    return code if system == HL7 and code in HL7_CODES else None


def for_the_log(system: str | None, code: str | None) -> str | None:
    """What the log may say of a reason; None where none was given."""
    if code is None:
        return None
    return code if is_known(system, code) else OTHER
