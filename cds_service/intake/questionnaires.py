"""QuestionnaireResponse to our own intake form: each answered item is a finding, its linkId the code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cds_service.intake.codes import OUR_BASE, joined
from cds_service.intake.dates import span
from cds_service.intake.elements import Json, objects, reference_to, status_of, text, trimmed, value_of
from cds_service.intake.presence import agreed
from cds_service.intake.reading import Reading
from cds_service.intake.values import Value, read_value
from knowledge.chart import Coding, Entry, Kind

_FORM = "questionnaire/heel-pain-intake"
_NOT_HANDED_IN = frozenset({"entered-in-error", "in-progress"})
_MOST_ITEMS = 5000


def read_response(resource: Json, reading: Reading) -> list[Entry]:
    """The findings of one response; none where it answers another form or is not handed in."""
    if status_of(resource.get("status")) in _NOT_HANDED_IN or not _is_ours(resource.get("questionnaire")):
        return []
    noted = reading.begun(span(resource.get("authored")))
    return [
        Entry(
            Kind.OBSERVATION,
            reference_to(resource),
            (Coding("heel-findings", name),),
            noted=noted,
            presence=value.presence,
            quantity=value.quantity,
            choices=value.choices.codings,
            mapped=value.choices.mapped,
        )
        for name, value in _answers(resource, reading)
    ]


def _is_ours(questionnaire: Any) -> bool:
    """Whether a canonical (R4), or the reference of older versions, names our form, in any of its versions."""
    address = questionnaire.get("reference") if isinstance(questionnaire, dict) else questionnaire
    if not isinstance(address, str):
        return False
    plain = trimmed(address).lower().partition("|")[0].partition("#")[0].rstrip("/")
    return plain == _FORM or plain in (f"{scheme}://{OUR_BASE}{_FORM}" for scheme in ("https", "http"))


def _answers(resource: Json, reading: Reading) -> Iterator[tuple[str, Value]]:
    for item in _items(resource):
        values = [_answer(answer, reading) for answer in objects(item.get("answer"))]
        values = [value for value in values if value.is_known]
        if values and (name := text(item.get("linkId"))):
            yield name, _together(values)


def _items(resource: Json) -> Iterator[Json]:
    """All items and questions, however deep they are nested, in whatever version's way."""
    waiting = [resource]
    for _ in range(_MOST_ITEMS):
        if not waiting:
            return
        current = waiting.pop()
        if current is not resource:
            yield current
        for name in ("item", "group", "question", "answer"):
            waiting.extend(objects(current.get(name)))


def _answer(answer: Json, reading: Reading) -> Value:
    kind, value = value_of(answer, "value")
    return read_value(kind, value, (), reading.concept)


def _together(values: list[Value]) -> Value:
    """Several answers to one question: all choices, and a yes or no only where they agree."""
    numbers = {value.quantity for value in values if value.quantity is not None}
    return Value(
        agreed(value.presence for value in values),
        numbers.pop() if len(numbers) == 1 else None,
        joined([value.choices for value in values]),
    )
