"""A side named between the words of a name does not make it another thing."""

from __future__ import annotations

import pytest

from knowledge.chart import Entry, Kind
from knowledge.release import load_release

NEWEST = load_release()


@pytest.mark.parametrize(
    ("words", "concept"),
    [
        ("MRI left heel", "heel-mri"),
        ("MRI of the right foot", "heel-mri"),
        ("MRI L. ankle", "heel-mri"),
        ("X-ray left heel", "heel-radiograph"),
        ("Ultrasound right Achilles", "heel-ultrasound"),
        ("MRI left knee", None),
    ],
)
def test_a_picture_of_one_side_is_that_picture(words: str, concept: str | None) -> None:
    found = {match.concept for match in NEWEST.concepts.of(Entry(Kind.ORDER, "ServiceRequest/1", text=words))}
    assert concept in found if concept else not found
