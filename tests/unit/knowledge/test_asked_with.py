"""A danger that is asked for on the cards of other matters only where something points to it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from knowledge.chart import Chart, Coding, Entry, Kind, Span
from knowledge.engine import evaluate, judge
from knowledge.release import Release, compile_release
from knowledge.truth import Truth
from tests.unit.knowledge.charts import NOW
from tests.unit.knowledge.small_release import small_release


def _with(asked_with: Any) -> Release:
    content = deepcopy(small_release().content)
    content["rules"]["fracture"]["asked_with"] = asked_with
    return compile_release(content, "sha256:asked")


def _seen(code: str, **value: Any) -> Entry:
    codings = (Coding("heel-findings", code),)
    return Entry(Kind.OBSERVATION, f"Observation/{code}", codings, noted=Span(NOW, NOW), **value)


PLANTAR = _seen("place", choices=(Coding("heel-pain-location", "plantar-medial"),))


def _asked_beside_care(release: Release, *entries: Entry) -> tuple[str, ...]:
    decision = evaluate(release, Chart((PLANTAR, *entries)), "patient-view", NOW)
    assert "squeeze" in decision.unknown
    return next(one.unknown for one in decision.recommended if one.topic == "coreCare")


def test_without_the_condition_a_danger_is_always_asked_for() -> None:
    assert "squeeze" in _asked_beside_care(small_release())


def test_with_it_only_where_it_holds() -> None:
    release = _with("bruise")
    assert "squeeze" not in _asked_beside_care(release)
    assert "squeeze" in _asked_beside_care(release, _seen("bruise", presence=Truth.TRUE))


def test_a_condition_that_cannot_be_judged_asks_rather_than_not() -> None:
    release = _with("anticoagulated")
    decision = evaluate(release, Chart((PLANTAR,)), "patient-view", NOW)
    known = {name: fact for name, fact in decision.facts.items() if name != "anticoagulated"}
    care = next(one for one in judge(release, known, "patient-view", NOW).recommended if one.topic == "coreCare")
    assert "squeeze" in care.unknown
