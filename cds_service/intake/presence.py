"""Whether a finding is there: the encodings of a yes, a no, and an "I cannot tell"."""

from __future__ import annotations

from collections.abc import Iterable

from cds_service.intake.codes import in_system
from knowledge.chart import Coding
from knowledge.truth import Truth

_ANSWERS: dict[tuple[str, str], Truth] = {
    ("snomed", "52101004"): Truth.TRUE,
    ("snomed", "10828004"): Truth.TRUE,
    ("snomed", "2667000"): Truth.FALSE,
    ("snomed", "260385009"): Truth.FALSE,
    ("loinc", "LA33-6"): Truth.TRUE,
    ("loinc", "LA9633-4"): Truth.TRUE,
    ("loinc", "LA32-8"): Truth.FALSE,
    ("loinc", "LA9634-2"): Truth.FALSE,
    ("v2-0136", "Y"): Truth.TRUE,
    ("v2-0136", "N"): Truth.FALSE,
}
_INTERPRETATIONS: dict[tuple[str, str], Truth] = {
    ("v3-ObservationInterpretation", "POS"): Truth.TRUE,
    ("v3-ObservationInterpretation", "NEG"): Truth.FALSE,
    ("v3-ObservationInterpretation", "IND"): Truth.UNKNOWN,
}


def answered(codings: tuple[Coding, ...]) -> Truth | None:
    """What a coded answer says; None where no coding is an answer we know."""
    return agreed(in_system(codings, _ANSWERS))


def interpreted(codings: tuple[Coding, ...]) -> Truth | None:
    """What an interpretation says; None where it is no POS, NEG or IND."""
    return agreed(in_system(codings, _INTERPRETATIONS))


def agreed(said: Iterable[Truth | None]) -> Truth | None:
    """One answer out of several: those that contradict each other make it unknown."""
    answers = {truth for truth in said if truth is not None}
    if not answers:
        return None
    return answers.pop() if len(answers) == 1 else Truth.UNKNOWN
