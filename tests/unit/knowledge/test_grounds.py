"""What a recommendation rests on, told so that it stays equal until the facts change."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from knowledge.chart import Chart, Coding, Entry, Quantity
from knowledge.engine import evaluate
from knowledge.grounds import grounds
from tests.unit.knowledge.charts import NOW, amount, condition, day, finding
from tests.unit.knowledge.small_release import small_release

RELEASE = small_release()
CHART = Chart(
    (
        condition("1", reference="Condition/pain", began=day("2026-10-01")),
        finding("place", [Coding("heel-pain-location", "plantar-medial")]),
        finding("anticoagulated", False),
        finding("severity", amount(8)),
    ),
    birth=day("1980-05-01"),
)


def grounds_in(chart: Chart, days: int = 0) -> dict[str, Any]:
    """The grounds of each topic that is due for a chart, so many days later, as JSON would have them."""
    decision = evaluate(RELEASE, chart, "patient-view", NOW + timedelta(days=days))
    return {one.topic: grounds(one, decision, RELEASE) for one in decision.recommended}


def changed(place: int, entry: Entry) -> Chart:
    """The chart with one entry in place of another."""
    entries = list(CHART.entries)
    entries[place] = entry
    return Chart(tuple(entries), birth=CHART.birth)


def test_the_rule_and_the_state_and_records_of_each_fact_are_told() -> None:
    assert grounds_in(CHART)["needling"] == [
        "needle",
        [
            ["heel-pain-recorded", "true", [], [], [["Condition/pain", "2026-10-01", "1", "unknown"]]],
            ["place", "true", ["plantar-medial"], [], [["Observation/place", "2026-11-22", "place", "unknown"]]],
            ["severity", "true", [], ["8", "8"], [["Observation/severity", "2026-11-22", "severity", "unknown"]]],
        ],
    ]


def test_time_alone_changes_nothing() -> None:
    assert grounds_in(CHART, 30) == grounds_in(CHART)


def test_the_order_of_the_records_and_the_spelling_of_a_number_change_nothing() -> None:
    assert grounds_in(Chart(tuple(reversed(CHART.entries)), birth=CHART.birth)) == grounds_in(CHART)
    assert grounds_in(changed(3, finding("severity", amount("8.0")))) == grounds_in(CHART)


def test_a_record_that_was_corrected_in_its_place_counts_as_a_change() -> None:
    worse = grounds_in(changed(3, finding("severity", amount(9))))
    assert worse["needling"] != grounds_in(CHART)["needling"]
    assert worse["coreCare"] == grounds_in(CHART)["coreCare"]


def test_a_new_record_of_the_same_counts_as_a_change() -> None:
    again = finding("place", [Coding("heel-pain-location", "plantar-medial")], reference="Observation/again")
    assert grounds_in(changed(1, again))["coreCare"] != grounds_in(CHART)["coreCare"]


def test_a_number_known_to_be_over_a_limit_has_an_open_end() -> None:
    over = finding("severity", Quantity(Decimal(5), None, ""))
    assert ["5", ""] in [fact[3] for fact in grounds_in(changed(3, over))["needling"][1]]
