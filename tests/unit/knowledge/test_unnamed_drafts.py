"""Drugs being ordered that nothing tells the name of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from knowledge.chart import Chart, Coding, Entry, Kind
from knowledge.concepts import Concepts
from knowledge.decision import Fact
from knowledge.facts import compile_facts
from knowledge.truth import Truth

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CONCEPTS = {"nsaid": {"codes": {"rxnorm": ["5640"]}, "words": ["ibuprofen"]}}


def fact(*entries: Entry, **more: Any) -> Fact:
    concepts = Concepts(CONCEPTS)
    facts = compile_facts({"unread": {"kind": "presence", "unnamed_draft": "drug", **more}}, concepts)
    return facts.establish(Chart(entries), concepts, NOW)["unread"]


def draft(name: str = "a", *codings: Coding, **more: Any) -> Entry:
    return Entry(Kind.MEDICATION, f"MedicationRequest/{name}", codings, **{"draft": True, **more})


@pytest.mark.parametrize("codings", [(), (Coding("urn:local", "X1"),), (Coding("rxnorm", "310965"),)])
def test_without_a_known_code_or_a_word_it_is_unnamed(codings: tuple[Coding, ...]) -> None:
    found = fact(draft("a", *codings))
    assert found.truth is Truth.TRUE
    assert [entry.reference for entry in found.orders] == ["MedicationRequest/a"]


@pytest.mark.parametrize(
    "entry",
    [
        draft("a", Coding("rxnorm", "5640")),
        draft("a", Coding("atc", "J01CA04")),
        draft("a", Coding("urn:local", "X1", "amoxicillin")),
        draft("a", text="amoxicillin"),
        draft("a", draft=False),
        Entry(Kind.ORDER, "ServiceRequest/a", draft=True),
    ],
)
def test_a_known_code_a_class_or_a_word_names_it_and_other_entries_are_not_asked(entry: Entry) -> None:
    assert fact(entry).truth is Truth.UNKNOWN


def test_only_the_draft_that_was_picked_is_asked_where_so_authored() -> None:
    assert fact(draft(), selected_only=True).truth is Truth.UNKNOWN
    assert fact(draft(selected=True), selected_only=True).truth is Truth.TRUE


def test_each_is_named_once_in_a_fixed_order() -> None:
    found = fact(draft("b"), draft("a"), draft("b"))
    assert [entry.reference for entry in found.orders] == ["MedicationRequest/a", "MedicationRequest/b"]
