"""A list that says how long it is: whole when all of it came, however many pages it took."""

from __future__ import annotations

from typing import Any

import pytest

from cds_service.intake.fetching import joined
from cds_service.intake.prefetch import Query, answer_of

CONDITIONS = Query("conditions", "Condition?patient={{context.patientId}}")


def page(*numbers: int, total: int | None, more: bool = False) -> dict[str, Any]:
    entries = [{"resource": {"resourceType": "Condition", "id": f"c{number}"}} for number in numbers]
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "entry": entries}
    if total is not None:
        bundle["total"] = total
    if more:
        bundle["link"] = [{"relation": "next", "url": "https://fhir.example.org/Condition?page=2"}]
    return bundle


def test_a_last_page_that_states_the_total_of_all_pages_does_not_make_the_list_look_cut() -> None:
    pages = [answer_of(page(1, 2, total=3, more=True), CONDITIONS), answer_of(page(3, total=3), CONDITIONS)]
    assert joined(pages).settled


def test_pages_that_hold_less_than_the_total_are_not_all_of_the_list() -> None:
    pages = [answer_of(page(1, 2, total=9, more=True), CONDITIONS), answer_of(page(3, total=9), CONDITIONS)]
    assert not joined(pages).settled


@pytest.mark.parametrize(("total", "settled"), [(None, True), (1, True), (2, True), (3, False)])
def test_one_page_is_the_whole_list_unless_its_total_says_more(total: int | None, settled: bool) -> None:
    assert answer_of(page(1, 2, total=total), CONDITIONS).settled is settled
