"""What the README shows is what the project does now: cards, tables of services, prefetch keys and settings."""

from __future__ import annotations

from tests.docs.readme_parts import README, written_anew


def test_the_parts_of_the_readme_that_come_from_the_project_are_up_to_date() -> None:
    text = README.read_text("utf-8")
    assert written_anew(text) == text, "run: python -m tests.docs.readme_parts"
